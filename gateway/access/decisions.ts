import { type DocumentNode, GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { AccessTable } from '../../schema/access.js';
import type { Viewer } from '../../schema/viewer.js';
import { type CheckedOperation, checkOperation, keptBytes } from './checked-operation.js';
import { conditionProblem, type Conditions, conditionsOf, conditionVariables } from './conditions.js';
import { textLength } from './held-bytes.js';
import { Regulars } from './regulars.js';

/** What is decided of operations, kept for those who come again. */
export interface Decisions {
  /** Decided once per document, operation, standing and values of the conditions; afterwards two look-ups. */
  of(asked: Decided, viewer: Viewer): CheckedOperation;
  /** About how much is kept, in bytes. */
  readonly bytes: number;
}

export interface Decided {
  /** Names the text of the document. */
  readonly queryHash: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly request: {
    readonly operationName?: string | undefined;
    readonly variables?: Readonly<Record<string, unknown>> | undefined;
  };
}

const maxDocuments = 1_000;
export const maxDocumentBytes = 16 * 1_048_576;
/** Of documents, standings and values of conditions together: a caller chooses as many as it likes of each. */
const maxDecisions = 8_000;
export const maxDecisionBytes = 64 * 1_048_576;

export function openDecisions(schema: GraphQLSchema, table: AccessTable, standingOf: (viewer: Viewer) => string): Decisions {
  const conditionNames = new Regulars<readonly string[]>(maxDocuments, maxDocumentBytes);
  const known = new Regulars<CheckedOperation>(maxDecisions, maxDecisionBytes);
  const decided = (key: string, { document, operation }: Decided, conditions: Conditions, viewer: Viewer): CheckedOperation =>
    known.of(
      key,
      () => checkOperation(schema, table, document, operation, conditions, viewer),
      // The name of an operation may be half of a request.
      (checked) => key.length + keptBytes(checked, document),
    );
  return {
    of(asked, viewer) {
      const { queryHash, document, operation, request } = asked;
      const name = request.operationName ? `${queryHash} ${request.operationName}` : queryHash;
      const names = conditionNames.of(
        name,
        () => conditionVariables(document, operation),
        () => textLength(document),
      );
      const key = `${name}\n${standingOf(viewer)}`;
      if (names.length === 0) return decided(key, asked, {}, viewer);
      const problem = conditionProblem(names, request.variables);
      if (problem !== null) throw new GraphQLError(problem, { extensions: { code: 'BAD_INPUT' } });
      const conditions = conditionsOf(operation, names, request.variables);
      return decided(`${key}\n${names.map((condition) => String(conditions[condition])).join(' ')}`, asked, conditions, viewer);
    },
    get bytes() {
      return known.weight + conditionNames.weight;
    },
  };
}
