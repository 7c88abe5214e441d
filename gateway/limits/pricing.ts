import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { codes } from '../../schema/codes.js';
import type { CallerClass, Limits } from '../../schema/limits.js';
import type { Weights } from '../../schema/weights.js';
import { conditionProblem, conditionVariables } from '../access/conditions.js';
import { heldBytes } from '../access/held-bytes.js';
import { Regulars } from '../access/regulars.js';
import { type Cost, compileCost } from './cost.js';
import { badRequest, Refused } from './refused.js';

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
const maxPriceBytes = 48 * 1_048_576;
const none = Object.freeze({});

/** An operation's price, and the variables that must have a value before it has one. */
interface Compiled {
  readonly cost: Cost;
  readonly conditions: readonly string[];
}

/**
 * Prices operations, each compiled once per schema that its callers may know. Refuses conditions without a value: what is left out is free,
 * so nobody may take a condition for another value than the price does.
 */
export function pricing(
  weights: Weights,
  limits: Pick<Limits, 'assumedList' | 'writeCost' | 'budgets'>,
): (asked: Priced, by: CallerClass) => Price {
  const rules = { weights, assumedList: limits.assumedList, write: limits.writeCost };
  const compiled = new WeakMap<GraphQLSchema, Regulars<Compiled>>();
  return ({ schema, queryHash, document, operation, variables }, by) => {
    let ofSchema = compiled.get(schema);
    if (!ofSchema) compiled.set(schema, (ofSchema = new Regulars<Compiled>(maxPrices, maxPriceBytes)));
    const name = operation.name?.value;
    const { cost, conditions } = ofSchema.of(
      name === undefined ? queryHash : `${queryHash} ${name}`,
      () => ({ cost: compileCost(schema, rules, document, operation), conditions: conditionVariables(document, operation) }),
      () => heldBytes(document),
    );
    const problem = conditions.length === 0 ? null : conditionProblem(conditions, variables);
    if (problem !== null) throw badRequest(problem);
    return { requested: cost(variables ?? none), budget: limits.budgets[by] };
  };
}

/** Refuses what is above the budget, with both. */
export function checkBudget({ requested, budget }: Price): void {
  if (requested > budget) throw new Refused(400, 'OPERATION_TOO_COSTLY', codes.OPERATION_TOO_COSTLY, { cost: requested, budget });
}
