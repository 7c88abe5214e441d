import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { AccessTable } from '../../schema/access.js';
import type { Limits } from '../../schema/limits.js';
import { memberScopes, partnerExtras, partnerScopes } from '../../schema/scopes.js';
import { anonymous, type Viewer } from '../../schema/viewer.js';
import { type Audience, audiences } from '../introspection/audience.js';
import { documentSize, excessOf, type Measure } from '../limits/document-size.js';
import { conditionProblem, conditionsOf, conditionVariables } from './conditions.js';
import { mark, TooManySelections } from './mark.js';
import { type Outcome, outcomeOf, type RuledField, ruledFields, shownRule } from './outcome.js';

/** A document to be explained, as a client would send it. `variables` is a JSON object. */
export interface Explained {
  readonly operation: string;
  readonly variables?: string | null | undefined;
  readonly operationName?: string | null | undefined;
}

export interface FieldDecision extends RuledField, Outcome {}

export interface FieldOutcomes extends RuledField {
  readonly outcomes: readonly (Outcome & { readonly persona: string })[];
}

/** Answers for whom an operation is open, out of the table that the gate itself asks; nothing of it runs. */
export interface Explainer {
  explain(asked: Explained, viewer: Viewer): readonly FieldDecision[];
  personaDiff(asked: Explained, partners: readonly string[], viewer: Viewer): readonly FieldOutcomes[];
}

/** What a document may be, to be explained as to be run. */
export type DocumentLimits = Pick<Limits, Measure | 'tokens'>;

const maxPartners = 20;

/** `schemaOf`: what callers of a kind may know; `schema`: everything, for those who administer rights. */
export function explainer(
  schema: GraphQLSchema,
  table: AccessTable,
  schemaOf: (kind: Audience) => GraphQLSchema,
  limits: DocumentLimits,
): Explainer {
  const fieldsOf = (asked: Explained, known: GraphQLSchema, viewer: Viewer): readonly RuledField[] => {
    const { document, operation } = read(asked, known, limits);
    const names = conditionVariables(document, operation);
    const variables = variablesOf(asked.variables);
    const problem = conditionProblem(names, variables);
    if (problem !== null) throw refused(problem);
    const conditions = conditionsOf(operation, names, variables);
    try {
      return ruledFields(mark(schema, table, document, operation, conditions, viewer));
    } catch (error) {
      if (error instanceof TooManySelections) throw refused('The operation is larger than anybody may run', 'OPERATION_TOO_COSTLY');
      throw error;
    }
  };
  return {
    explain: (asked, viewer) =>
      fieldsOf(asked, schemaOf(audienceOf(viewer)), viewer).map(({ path, coordinate, rule }) => {
        const { decision, needs, reason } = outcomeOf(rule, viewer, coordinate);
        return { path, coordinate, rule: shownRule(rule, viewer), decision, needs, reason };
      }),
    personaDiff(asked, partners, viewer) {
      if (partners.length > maxPartners) throw refused(`\`partners\` names ${maxPartners} at the most`);
      const personas = personasOf(partners, viewer);
      return fieldsOf(asked, schema, viewer).map(({ path, coordinate, rule }) => ({
        path,
        coordinate,
        rule,
        outcomes: personas.map(({ persona, audience, as }) => {
          const { decision, needs, reason } = outcomeOf(rule, as, coordinate);
          const hidden = decision === 'CLOSED' && !isKnown(schemaOf(audience), coordinate);
          return { persona, decision: hidden ? ('HIDDEN' as const) : decision, needs, reason };
        }),
      }));
    },
  };
}

interface Persona {
  readonly persona: string;
  readonly audience: Audience;
  readonly as: Viewer;
}

/** Tokens with the scopes that their kind carries by default. */
function personasOf(partners: readonly string[], { language, traceId }: Viewer): readonly Persona[] {
  const common = { sub: '', language, traceId };
  const machine = (partner: string): Viewer => ({
    ...common,
    kind: 'partner',
    partner,
    scopes: [...partnerScopes, ...extrasOf(partner)],
  });
  return [
    ...[...new Set(partners)].map((partner) => ({ persona: `partner:${partner}`, audience: 'partner' as const, as: machine(partner) })),
    { persona: 'member', audience: 'member', as: { ...common, kind: 'member', scopes: memberScopes } },
    { persona: 'anonymous', audience: 'anonymous', as: anonymous(language, traceId) },
  ];
}

/** The name comes from the caller: `constructor` is nobody's extra. */
const extrasOf = (partner: string): readonly string[] => (Object.hasOwn(partnerExtras, partner) ? (partnerExtras[partner] ?? []) : []);

function isKnown(schema: GraphQLSchema, coordinate: string): boolean {
  const [name = '', field = ''] = coordinate.split('.');
  const type = schema.getType(name);
  return (isObjectType(type) || isInterfaceType(type)) && Object.hasOwn(type.getFields(), field);
}

export const audienceOf = ({ kind }: Viewer): Audience => audiences.find((audience) => audience === kind) ?? 'anonymous';

const refused = (message: string, code = 'BAD_INPUT'): GraphQLError => new GraphQLError(message, { extensions: { code } });

/** The document as validation leaves it; an unknown name is refused in the words in which the graph itself refuses it. */
function read(
  asked: Explained,
  schema: GraphQLSchema,
  limits: DocumentLimits,
): { document: DocumentNode; operation: OperationDefinitionNode } {
  let document: DocumentNode;
  try {
    document = parse(asked.operation, { maxTokens: limits.tokens, noLocation: true });
  } catch (error) {
    throw refused((error as Error).message);
  }
  // What nobody may run nobody has explained: it would be walked all the same.
  if (excessOf(documentSize(document), limits) !== null)
    throw refused('The operation is larger than anybody may run', 'OPERATION_TOO_COSTLY');
  const [problem] = validate(schema, document, specifiedRules, { maxErrors: 1, hideSuggestions: true });
  if (problem) throw refused(problem.message);
  const operation = getOperationAST(document, asked.operationName);
  if (!operation) throw refused('The document has no operation of that name');
  return { document, operation };
}

function variablesOf(text: string | null | undefined): Record<string, unknown> | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Answered below like any other text that is no object.
  }
  throw refused('`variables` is a JSON object as text');
}
