import { hash } from 'node:crypto';
import type { ApolloGateway } from '@apollo/gateway';
import { type DocumentNode, type FieldNode, getOperationAST, type OperationDefinitionNode, print, visit } from 'graphql';
import { asPlanned, type PlannedNames } from './planned-names.js';

type Executor = ApolloGateway['executor'];

/** Apollo's own executor, asked under planned names: the answer is walked through once more for them, where any name had to change. */
export function underPlannedNames(inner: Executor, names: PlannedNames): Executor {
  const known = new WeakMap<DocumentNode, { readonly document: DocumentNode; readonly text: string } | null>();
  const renamed = (document: DocumentNode): { readonly document: DocumentNode; readonly text: string } | null => {
    const earlier = known.get(document);
    if (earlier !== undefined) return earlier;
    let changed = false;
    const under = visit(document, {
      Field(node: FieldNode) {
        const field = asPlanned(node, names);
        changed ||= field !== node;
        return field === node ? undefined : field;
      },
    });
    const made = changed ? { document: under, text: print(under) } : null;
    known.set(document, made);
    return made;
  };
  return async (context) => {
    const under = renamed(context.document);
    if (!under) return inner(context);
    const { document, text } = under;
    const operation = getOperationAST(document, context.request.operationName) as OperationDefinitionNode;
    const request = { ...context.request, query: text };
    const answer = await inner({ ...context, document, operation, source: text, queryHash: hash('sha256', text, 'hex'), request });
    const errors = answer.errors?.map((error) =>
      Object.assign(Object.create(Object.getPrototypeOf(error) as object) as typeof error, error, {
        message: error.message,
        path: error.path?.map((part) => (typeof part === 'string' ? names.back(part) : part)),
      }),
    );
    return { ...answer, data: back(answer.data, names) as typeof answer.data, ...(errors ? { errors } : {}) };
  };
}

function back(value: unknown, names: PlannedNames): unknown {
  if (Array.isArray(value)) return value.map((item) => back(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [names.back(name), back(one, names)]));
}
