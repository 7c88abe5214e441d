import { createRequire } from 'node:module';
import { buildSchema, execute, type ExecutionResult, type GraphQLSchema, parse, subscribe } from 'graphql';
import type * as Middleware from 'graphql-middleware';
import type * as Shield from 'graphql-shield';
import { readAccess } from '../../../schema/access.js';
import type { Viewer } from '../../../schema/viewer.js';
import { DomainError } from '../../../subgraphs/kernel/errors.js';
import { guard } from '../../../subgraphs/kernel/guard.js';
import { viewers } from '../../support/viewers.js';

/** What the library does left alone (so that an upgrade which changes it is noticed), and what our guard makes of it. */
const load = createRequire(import.meta.url);
const { shield, rule, deny, allow } = load('graphql-shield') as typeof Shield;
const { applyMiddleware } = load('graphql-middleware') as typeof Middleware;

const directives = `directive @policy(policies: [[String!]!]!) on OBJECT | FIELD_DEFINITION
  directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION directive @authenticated on OBJECT | FIELD_DEFINITION`;
const open = '@policy(policies: [["class:PUBLIC"]])';
const sdl = `
  interface Named { name: String }
  union Either = Item
  type Query { item(id: ID!): Item ${open} named(id: ID!): Named ${open} either(id: ID!): Either ${open} broken: Int @authenticated refused: Int @authenticated }
  type Subscription { ticks: Int @requiresScopes(scopes: [["events.read:own"]]) }
  type Item implements Named { id: ID! ${open} name: String @policy(policies: [["class:OWN"]]) }
`;

let streams = 0;
function plain(): GraphQLSchema {
  const schema = buildSchema(`${directives}${sdl}`);
  const root = schema.getQueryType()?.getFields() ?? {};
  const item = (_: unknown, { id }: { id: string }): object => ({ __typename: 'Item', id, name: `name of ${id}` });
  for (const name of ['item', 'named', 'either']) (root[name] as { resolve: unknown }).resolve = item;
  (root['broken'] as { resolve: unknown }).resolve = () => {
    throw new Error('secret inside');
  };
  (root['refused'] as { resolve: unknown }).resolve = () => {
    throw new DomainError('BAD_INPUT', 'a sentence');
  };
  const ticks = schema.getSubscriptionType()?.getFields()['ticks'] as { subscribe: unknown; resolve: unknown };
  // As type-graphql makes them: both, and only `resolve` is wrapped.
  ticks.resolve = (event: { ticks: number }) => event.ticks;
  ticks.subscribe = async function* () {
    streams += 1;
    await Promise.resolve();
    yield { ticks: 1 };
  };
  return schema;
}

const own = viewers.partner('telecom');
const contextOf = (viewer: Viewer): object => ({ viewer, consents: { load: () => Promise.resolve({ open: [] }) } });
const ask = async (schema: GraphQLSchema, query: string, viewer: Viewer = own): Promise<ExecutionResult> =>
  execute({ schema, document: parse(query), contextValue: contextOf(viewer) });
const codesOf = ({ errors }: ExecutionResult): unknown[] => (errors ?? []).map(({ extensions }) => extensions['code']);

const guarded = guard(plain(), readAccess(parse(sdl)).table, {
  Item: ({ id }: { id: string }) => ({ partners: id === '1' ? ['telecom'] : ['banking'] }),
});

describe('a rule on an interface', () => {
  test('is ignored by the library', async () => {
    const schema = applyMiddleware(plain(), shield({ Named: { name: deny } } as never, { fallbackRule: allow }) as never);
    expect((await ask(schema, '{ named(id: "1") { name } }')).data).toEqual({ named: { name: 'name of 1' } });
  });

  test.each([
    '{ named(id: "2") { name } }',
    '{ named(id: "2") { ... on Item { name } } }',
    '{ either(id: "2") { ... on Named { name } } }',
    '{ either(id: "2") { ...F } } fragment F on Named { x: name }',
    '{ item(id: "2") { ... on Named { ... on Item { name } } } }',
  ])("is the object's in our guard: %s", async (query) => {
    const answer = await ask(guarded, query);
    expect(codesOf(answer)).toEqual(['FORBIDDEN_FIELD']);
    expect(JSON.stringify(answer.data)).not.toContain('name of');
  });
});

describe('a decision cached in the context', () => {
  const two = '{ a: item(id: "1") { name } b: item(id: "2") { name } }';

  test('opens the second record by the first one in the library', async () => {
    const first = rule('first', { cache: 'contextual' })((item: { id: string }) => item.id === '1');
    const schema = applyMiddleware(plain(), shield({ Item: { name: first } } as never, { fallbackRule: allow }) as never);
    expect((await ask(schema, two)).data).toEqual({ a: { name: 'name of 1' }, b: { name: 'name of 2' } });
  });

  test.each([two, '{ b: item(id: "2") { name } a: item(id: "1") { name } }'])('does not exist in our guard: %s', async (query) => {
    const answer = await ask(guarded, query);
    expect(answer.data).toEqual({ a: { name: 'name of 1' }, b: { name: null } });
    expect(codesOf(answer)).toEqual(['FORBIDDEN_FIELD']);
  });
});

describe('a stream', () => {
  const opened = async (schema: GraphQLSchema, viewer: Viewer): Promise<unknown> => {
    streams = 0;
    const answer = await subscribe({ schema, document: parse('subscription { ticks }'), contextValue: contextOf(viewer) });
    if (!(Symbol.asyncIterator in answer)) return codesOf(answer);
    const { value } = await answer.next();
    await answer.return(undefined);
    return (value as ExecutionResult).data?.['ticks'] ?? codesOf(value as ExecutionResult);
  };

  test('is opened for anybody by the library; only its events are closed', async () => {
    const closed = shield({ Subscription: { ticks: deny } } as never, { fallbackRule: allow });
    await opened(applyMiddleware(plain(), closed as never), viewers.anonymous);
    expect(streams).toBe(1);
  });

  test.each`
    viewer               | answer                 | count
    ${viewers.anonymous} | ${['UNAUTHENTICATED']} | ${0}
    ${viewers.staff()}   | ${['FORBIDDEN_FIELD']} | ${0}
    ${own}               | ${1}                   | ${1}
  `('is opened by our guard for whom it may be: $viewer.kind', async ({ viewer, answer, count }) => {
    expect(await opened(guarded, viewer)).toEqual(answer);
    expect(streams).toBe(count);
  });
});

describe('errors', () => {
  test('of every kind are masked as a refusal by the library', async () => {
    const schema = applyMiddleware(
      plain(),
      shield({ Query: { refused: rule('yes')(() => true) } } as never, { fallbackRule: allow }) as never,
    );
    const { errors } = await ask(schema, '{ refused }');
    expect(errors?.[0]?.message).toBe('Not Authorised!');
  });

  test('of business pass our guard as they are, and what breaks is no refusal', async () => {
    expect(codesOf(await ask(guarded, '{ refused }'))).toEqual(['BAD_INPUT']);
    const broken = await ask(guarded, '{ broken }');
    // The kernel's `present` masks it, for it carries no code of ours.
    expect(broken.errors?.[0]?.originalError?.message).toBe('secret inside');
    expect(codesOf(await ask(guarded, '{ broken }', viewers.anonymous))).toEqual(['UNAUTHENTICATED']);
  });
});

test('a type, a field and an owner that nobody decided stop the start', () => {
  const { table } = readAccess(parse(sdl));
  expect(() => guard(plain(), table, {})).toThrow('Item.name is OWN but nobody says whose Item it is');
  const shorter = new Map([...table].filter(([coordinate]) => coordinate !== 'Subscription.ticks'));
  expect(() => guard(plain(), shorter, { Item: () => ({}) })).toThrow('Subscription.ticks has no access decision');
});
