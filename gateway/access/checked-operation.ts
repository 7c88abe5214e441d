import { createHash } from 'node:crypto';
import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, OperationTypeNode, print } from 'graphql';
import type { AccessTable } from '../../schema/access.js';
import type { Viewer } from '../../schema/viewer.js';
import { introspectionOf } from '../introspection/introspect.js';
import { type ClosedField, closedIn } from './closed-fields.js';
import type { Conditions } from './conditions.js';
import { completion } from './complete.js';
import { heldBytes } from './held-bytes.js';
import { leavesNothing, mark, type Marked } from './mark.js';
import { freeAlias, prune } from './prune.js';

/** An operation as one standing may run it. */
export type CheckedOperation = OpenOperation | RefusedOperation | PartlyClosedOperation;

/** Nothing is closed: it runs as it was sent. */
export interface OpenOperation {
  readonly kind: 'open';
}

/** A write with a closed field anywhere: nothing of it runs. */
export interface RefusedOperation {
  readonly kind: 'refused';
  readonly closed: readonly ClosedField[];
}

/** Something is closed, or the gateway itself answers a part. */
export interface PartlyClosedOperation {
  readonly kind: 'partly';
  readonly closed: readonly ClosedField[];
  /** What the subgraphs may be asked; null where nothing is left. */
  readonly rest: RunnableOperation | null;
  readonly introspection: DocumentNode | null;
  /** The answer as it was asked for, out of the subgraphs' answer and the gateway's own. */
  readonly complete: (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> | null;
  /** With every fragment where it is used. */
  readonly selections: number;
}

export interface RunnableOperation {
  readonly operation: OperationDefinitionNode;
  readonly document: DocumentNode;
  readonly text: string;
  /** Of the text without what is closed, so that a plan is shared exactly by those to whom the same is closed. */
  readonly hash: string;
}

/** Pure: decides a validated operation for a viewer, and prepares what follows from it. */
export function checkOperation(
  schema: GraphQLSchema,
  table: AccessTable,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Conditions,
  viewer: Viewer,
): CheckedOperation {
  const marked = mark(schema, table, document, operation, conditions, viewer);
  const closed = closedIn(marked);
  const introspection = introspectionOf(document, operation, marked);
  if (closed.length === 0 && !introspection) return { kind: 'open' };
  if (operation.operation !== OperationTypeNode.QUERY) return { kind: 'refused', closed };
  const root = schema.getQueryType()?.name ?? 'Query';
  if (leavesNothing(marked, new Set([root])))
    return { kind: 'partly', closed, rest: null, introspection: null, complete: () => null, selections: 0 };
  const alias = freeAlias(document);
  const pruned = prune(operation, marked, alias);
  return {
    kind: 'partly',
    closed,
    rest: pruned && runnable(pruned),
    introspection,
    complete: completion(marked, root, alias),
    selections: selectionsIn(marked),
  };
}

const perSelection = 600;

/** About what it takes to keep a decision, in bytes: with the document, on whose nodes it is built. */
export function keptBytes(checked: CheckedOperation, document: DocumentNode): number {
  if (checked.kind === 'open') return 0;
  const selections = checked.closed.length + (checked.kind === 'partly' ? checked.selections : 0);
  return heldBytes(document) + perSelection * selections;
}

const selectionsIn = (marked: readonly Marked[]): number =>
  marked.reduce((sum, { below }) => sum + 1 + (below ? selectionsIn(below) : 0), 0);

function runnable({ operation, document }: Pick<RunnableOperation, 'operation' | 'document'>): RunnableOperation {
  const text = print(document);
  return { operation, document, text, hash: createHash('sha256').update(`pruned\n${text}`).digest('hex') };
}
