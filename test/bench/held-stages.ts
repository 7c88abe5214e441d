import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { getOperationAST, type GraphQLSchema, type OperationDefinitionNode, parse, validate } from 'graphql';
import { checkOperation } from '../../gateway/access/checked-operation.js';
import { conditionsOf, conditionVariables } from '../../gateway/access/conditions.js';
import { decided } from '../../gateway/execution/decided.js';
import { subtypes } from '../../gateway/execution/executor.js';
import { compileOperation, fragmentsOf } from '../../gateway/execution/operation.js';
import { plannedNames } from '../../gateway/execution/planned-names.js';
import type { Audience } from '../../gateway/introspection/audience.js';
import { schemaOf } from '../../gateway/introspection/audience.js';
import { compileCost } from '../../gateway/limits/cost.js';
import { documentSize, excessOf } from '../../gateway/limits/document-size.js';
import { plannerRules } from '../../gateway/supergraph.js';
import type { Composed } from '../../schema/compose.js';
import { usualLimits } from '../../schema/limits.js';
import type { Viewer } from '../../schema/viewer.js';
import type { HeldDocument } from './held-documents.js';
import { processorMs } from '../support/held-meter.js';

export const stages = ['parse', 'measure', 'validate', 'price', 'decide', 'plan', 'compile'] as const;
export type Stages = Partial<Record<(typeof stages)[number], number>>;

export interface Measured {
  /** What callers of the kind may know. */
  readonly schema: GraphQLSchema;
  /** Processor time of each stage, in milliseconds, with nothing known; null where a limit refuses the document before it is validated. */
  stagesOf(document: HeldDocument): Stages | null;
}

/** What becomes of a document before it runs, stage by stage, each asked as the gateway asks it. */
export function measured({ gatewaySdl, access, weights }: Composed, viewer: Viewer): Measured {
  const supergraph = Supergraph.build(gatewaySdl);
  const apiSchema = supergraph.apiSchema();
  const whole = apiSchema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph, plannerRules as ConstructorParameters<typeof QueryPlanner>[1]);
  const all = supergraph.schema.toGraphQLJSSchema();
  const isA = subtypes(all);
  const names = plannedNames(all);
  const kind = viewer.kind as Audience;
  const schema = schemaOf(kind, whole, access);
  const budget = usualLimits.budgets[kind];
  const rules = { weights, assumedList: usualLimits.assumedList, write: usualLimits.writeCost };
  return {
    schema,
    stagesOf({ query, variables }) {
      const took: Stages = {};
      let at = processorMs();
      const step = (name: keyof Stages): void => {
        const now = processorMs();
        took[name] = now - at;
        at = now;
      };
      let document;
      try {
        document = parse(query, { maxTokens: usualLimits.tokens });
      } catch {
        return null;
      }
      step('parse');
      if (excessOf(documentSize(document), usualLimits) !== null) return null;
      step('measure');
      const problems = validate(schema, document);
      step('validate');
      if (problems.length > 0) return took;
      const operation = getOperationAST(document) as OperationDefinitionNode;
      const cost = compileCost(schema, rules, document, operation)(variables);
      step('price');
      if (cost > budget) return took;
      const conditions = conditionsOf(operation, conditionVariables(document, operation), variables);
      const checked = checkOperation(whole, access, document, operation, conditions as Record<string, boolean>, viewer);
      step('decide');
      const left = checked.kind === 'open' ? { document, operation } : checked.kind === 'partly' ? checked.rest : null;
      if (left === null) return took;
      const fragments = fragmentsOf(left.document);
      const plan = planner.buildQueryPlan(operationFromDocument(apiSchema, decided(left.operation, fragments, conditions, names)));
      step('plan');
      compileOperation({ schema: whole, isA, fragments, operation: left.operation, conditions, names, plan });
      step('compile');
      return took;
    },
  };
}
