import { createRequire } from 'node:module';
import util from 'node:util';
import type * as Middleware from 'graphql-middleware';
import type * as Shield from 'graphql-shield';
import { type GraphQLSchema, isObjectType } from 'graphql';
import type { AccessRule, AccessTable } from '../../schema/access.js';
import type { Code } from '../../schema/codes.js';
import { decide, type Owner } from '../../schema/decide.js';
import { recipientOf, type Viewer } from '../../schema/viewer.js';
import type { ConsentsOf } from './consents.js';
import { DomainError } from './errors.js';

// shield's ES build does not import on Node >= 23, and its CommonJS build calls the removed util.isUndefined; both packages must come
// from CommonJS, or `instanceof` between them fails.
(util as unknown as Record<string, unknown>)['isUndefined'] ??= (value: unknown) => value === undefined;
const load = createRequire(import.meta.url);
const { shield, rule, deny } = load('graphql-shield') as typeof Shield;
type Rule = ReturnType<ReturnType<typeof rule>>;
const { applyMiddleware } = load('graphql-middleware') as typeof Middleware;

/** Whose record a value of the type is (or of one field, under `Type.field`, where it differs); may ask the request's loaders. */
export type OwnerOf = (record: never, context: never) => Owner | Promise<Owner>;

/** Set by composition and by Apollo's subgraph library; they hold no data of their own. */
const machinery = new Set(['_Service', '_Entity']);
const machineryFields = new Set(['Query._service', 'Query._entities']);
const roots = new Set(['Query', 'Mutation', 'Subscription']);

const isOpen = (decision: AccessRule): boolean => !decision.authenticated && !decision.classes.includes('INTERNAL');

/**
 * The access table as shield's rules. A field that the table does not know, and a record class whose owner nobody can tell, stop the
 * start. Fields open to everyone get no rule at all, for shield costs about a microsecond per field even where it allows.
 */
export function guard(schema: GraphQLSchema, table: AccessTable, owners: Readonly<Record<string, OwnerOf>>): GraphQLSchema {
  const tree: Record<string, Record<string, Rule>> = {};
  const problems: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || machinery.has(type.name)) continue;
    const fields: Record<string, Rule> = {};
    for (const field of Object.keys(type.getFields())) {
      const coordinate = `${type.name}.${field}`;
      if (machineryFields.has(coordinate)) continue;
      const decision = table.get(coordinate);
      if (!decision) problems.push(`${coordinate} has no access decision`);
      else if (!isOpen(decision)) {
        const ownerOf = owners[coordinate] ?? owners[type.name];
        if (!roots.has(type.name) && !ownerOf && needsOwner(decision))
          problems.push(`${coordinate} is ${decision.classes.join('+')} but nobody says whose ${type.name} it is`);
        fields[field] = ruleFor(coordinate, decision, roots.has(type.name) ? undefined : ownerOf);
      }
    }
    if (Object.keys(fields).length > 0) tree[type.name] = fields;
  }
  if (problems.length > 0) throw new Error(`The access table is incomplete:\n  ${problems.join('\n  ')}`);
  const generated = shield(tree as never, {
    fallbackRule: deny,
    allowExternalErrors: true,
    fallbackError: new DomainError('FORBIDDEN_FIELD'),
  }).generate(schema) as unknown as Record<string, Record<string, unknown>>;
  const kept = Object.fromEntries(
    Object.entries(tree).map(([type, fields]) => [
      type,
      Object.fromEntries(Object.keys(fields).map((field) => [field, thrown(generated[type]?.[field] as Resolve)])),
    ]),
  );
  const guarded = applyMiddleware(schema, kept as never);
  guardStreams(guarded, table);
  return guarded;
}

/** shield wraps what resolves an event, never what opens the stream: without this a stranger's stream stands open, though empty. */
function guardStreams(schema: GraphQLSchema, table: AccessTable): void {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const coordinate = `Subscription.${field.name}`;
    const decision = table.get(coordinate);
    const { subscribe } = field;
    if (!decision || !subscribe) continue;
    field.subscribe = (source, args, context: Asking, info) => {
      const code = decide(decision, context.viewer);
      if (code !== null) throw refused(code, coordinate, decision, context.viewer);
      return subscribe(source, args, context, info) as unknown;
    };
  }
}

type Resolve = (...parts: unknown[]) => unknown;

/** shield answers an error as a value and leaves it to the executor to know it for one; thrown, nobody can take it for data. */
const thrown =
  (guarded: Resolve): Resolve =>
  async (...parts) => {
    const answer = await guarded(...parts);
    // An error of another realm (node's own, seen from a test's) is no `Error` to the executor.
    if (util.types.isNativeError(answer))
      throw answer instanceof Error ? answer : new Error('an error of another realm', { cause: answer });
    return answer;
  };

const needsOwner = (decision: AccessRule): boolean =>
  decision.classes.some((fieldClass) => fieldClass !== 'PUBLIC' && fieldClass !== 'INTERNAL');

interface Asking {
  readonly viewer: Viewer;
  readonly consents: ConsentsOf;
}

/** Never cached: shield keys its cache on the rule's name, so one record's grant would open another's. */
function ruleFor(coordinate: string, decision: AccessRule, ownerOf: OwnerOf | undefined): Rule {
  return rule(coordinate, { cache: 'no_cache' })(async (record: unknown, _args: unknown, context: Asking) => {
    const { viewer } = context;
    let code: Code | null;
    try {
      const owner = viewer.via === undefined ? await ownerOf?.(record as never, context as never) : undefined;
      code = decide(decision, viewer, owner);
      if (code === 'CONSENT_REQUIRED' && owner) code = decide(decision, viewer, await withConsent(owner, context));
    } catch (error) {
      return error as Error; // Thrown, shield would answer it as a refusal; out of reach is not forbidden.
    }
    return code === null ? true : refused(code, coordinate, decision, viewer);
  });
}

const refused = (code: Code, coordinate: string, decision: AccessRule, viewer: Viewer): DomainError =>
  new DomainError(code, undefined, {
    coordinate,
    needs: needsOf(decision),
    has: viewer.kind === 'anonymous' ? [] : viewer.scopes,
    as: recipientOf(viewer),
  });

/** Consent is loaded only where nothing else is lacking, and for all members of one answer at once. */
async function withConsent(owner: Owner, { consents }: Asking): Promise<Owner> {
  if (owner.consented || owner.member === undefined) return owner;
  const { open } = await consents.load(owner.member);
  return { ...owner, consented: (fieldClass) => open.includes(fieldClass) };
}

const needsOf = (decision: AccessRule): string[] => [
  ...decision.scopes.map((all) => all.join(' and ')),
  ...decision.classes.map((fieldClass) => `class:${fieldClass}`),
];
