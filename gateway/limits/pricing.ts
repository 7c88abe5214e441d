import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { codes } from '../../schema/codes.js';
import type { CallerClass, Limits } from '../../schema/limits.js';
import type { Weights } from '../../schema/weights.js';
import { Regulars } from '../access/regulars.js';
import { type Cost, compileCost } from './cost.js';
import { Refused } from './refused.js';

/** What an operation costs, and what its caller may spend on one. */
export interface Price {
  readonly requested: number;
  readonly budget: number;
}

export interface Priced {
  readonly schema: GraphQLSchema;
  /** Names the text of the document. */
  readonly queryHash: string;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** Per kind of caller; each holds on to its document. */
const maxPrices = 1_000;
const none = Object.freeze({});

/** Prices operations, each compiled once per schema that its callers may know. */
export function pricing(
  weights: Weights,
  limits: Pick<Limits, 'assumedList' | 'writeCost' | 'budgets'>,
): (asked: Priced, by: CallerClass) => Price {
  const rules = { weights, assumedList: limits.assumedList, write: limits.writeCost };
  const compiled = new WeakMap<GraphQLSchema, Regulars<Cost>>();
  return ({ schema, queryHash, document, operation, variables }, by) => {
    let ofSchema = compiled.get(schema);
    if (!ofSchema) compiled.set(schema, (ofSchema = new Regulars<Cost>(maxPrices)));
    const name = operation.name?.value;
    const cost = ofSchema.of(name === undefined ? queryHash : `${queryHash} ${name}`, () =>
      compileCost(schema, rules, document, operation),
    );
    return { requested: cost(variables ?? none), budget: limits.budgets[by] };
  };
}

/** Refuses what is above the budget, with both. */
export function checkBudget({ requested, budget }: Price): void {
  if (requested > budget) throw new Refused(400, 'OPERATION_TOO_COSTLY', codes.OPERATION_TOO_COSTLY, { cost: requested, budget });
}
