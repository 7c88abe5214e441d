import { openSupergraph } from '../../../gateway/supergraph.js';
import { usualLimits } from '../../../schema/limits.js';
import { unreachable } from '../../support/transport.js';
import { viewers } from '../../support/viewers.js';
import { openSmallGraph, type SmallGraph } from './fixture.js';

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph();
});
afterAll(() => graph.close());

const weak = viewers.partner('telecom', ['catalog.read']);
const explain = async (viewer: typeof weak, operation: string, variables?: object): Promise<unknown> => {
  const document =
    'query ($operation: String!, $variables: String) { explain(operation: $operation, variables: $variables) { path coordinate decision rule { authenticated scopes classes } needs reason } }';
  const answer = await graph.ask(viewer, document, { operation, ...(variables ? { variables: JSON.stringify(variables) } : {}) });
  return answer.errors ?? answer.data?.['explain'];
};

test('explain says of every field whether it is open, by which rule, and what would open it; nothing of it runs', async () => {
  graph.forget();
  expect(await explain(weak, '{ __typename p: person { name phone ... on Node { id } } }')).toEqual([
    {
      path: ['p'],
      coordinate: 'Query.person',
      decision: 'OPEN',
      rule: { authenticated: false, scopes: [], classes: ['PUBLIC'] },
      needs: [],
      reason: 'Open to everyone.',
    },
    expect.objectContaining({ path: ['p', 'name'], decision: 'OPEN' }),
    {
      path: ['p', 'phone'],
      coordinate: 'Person.phone',
      decision: 'CLOSED',
      rule: { authenticated: true, scopes: [['catalog.write:own']], classes: [] },
      needs: ['catalog.write:own'],
      reason: 'Closed: the token lacks a scope.',
    },
    expect.objectContaining({ path: ['p', 'id'], coordinate: 'Node.id', decision: 'OPEN' }),
  ]);
  expect(graph.sent).toEqual([]);
});

test('a field that the record decides says so; a variable decides what is asked', async () => {
  const operation = 'query ($x: Boolean!) { person { phone note @include(if: $x) { text } } }';
  const shown = (answer: unknown): string[] =>
    (answer as { path: string[]; decision: string }[]).map(({ path, decision }) => `${path.join('.')} ${decision}`);
  const strong = viewers.partner('telecom');
  expect(shown(await explain(strong, operation, { x: false }))).toEqual(['person OPEN', 'person.phone RECORD']);
  expect(shown(await explain(weak, operation, { x: true }))).toEqual([
    'person OPEN',
    'person.phone CLOSED',
    'person.note CLOSED',
    'person.note.text OPEN',
  ]);
  expect(shown(await explain(viewers.staff('admin'), operation, { x: true }))).toContain('person.phone OPEN');
});

test('a condition without a value is explained to nobody, as it runs for nobody', async () => {
  expect(await explain(weak, 'query ($x: Boolean = true) { person { name @skip(if: $x) } }', { x: null })).toEqual([
    expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_INPUT' }) }),
  ]);
});

test('what may be explained is what may be run here, not what may be elsewhere', async () => {
  const { explainer, stop } = await openSupergraph(graph.composed, unreachable, 'own', 'ours', { ...usualLimits, aliases: 1 });
  const decisions = (operation: string): number => explainer.explain({ operation }, weak).length;
  expect(decisions('{ person { a: name } }')).toBe(2);
  expect(() => decisions('{ person { a: name b: name } }')).toThrow('larger than anybody may run');
  await stop();
});

test('in the language of the caller', async () => {
  expect(await explain({ ...weak, language: 'zh-CN' } as never, '{ programmes }')).toEqual([
    expect.objectContaining({ reason: '对所有人开放。' }),
  ]);
});

test.each`
  what               | operation
  ${'no GraphQL'}    | ${'{'}
  ${'unknown names'} | ${'{ nothing }'}
  ${'no operation'}  | ${'fragment F on Person { id }'}
  ${'a bomb'}        | ${`{ person { ...A0 } } ${Array.from({ length: 20 }, (_, index) => `fragment A${index} on Person { a: friend { ...A${index + 1} } b: friend { ...A${index + 1} } }`).join(' ')} fragment A20 on Person { id }`}
`('$what is refused', async ({ what, operation }) => {
  const answer = (await explain(weak, operation)) as { extensions: { code: string } }[];
  expect(answer[0]?.extensions.code).toBe(what === 'a bomb' ? 'OPERATION_TOO_COSTLY' : 'BAD_INPUT');
});

test('whoever has no token is not told rules', async () => {
  expect(await explain(viewers.anonymous as never, '{ programmes }')).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('personaDiff shows an admin what partners, members and strangers get of each field', async () => {
  const document =
    '{ personaDiff(operation: "{ asked person { phone file name } staffed { number } node { label } }", partners: ["telecom", "banking", "telecom"]) { coordinate outcomes { persona decision needs } } }';
  const { data } = await graph.ask(viewers.staff('admin'), document);
  const rows = data?.['personaDiff'] as { coordinate: string; outcomes: { persona: string; decision: string; needs: string[] }[] }[];
  expect(rows.map(({ coordinate, outcomes }) => [coordinate, ...outcomes.map(({ decision }) => decision)].join(' '))).toEqual([
    'Query.asked RECORD RECORD OPEN CLOSED',
    'Query.person OPEN OPEN OPEN OPEN',
    'Person.phone RECORD RECORD HIDDEN CLOSED',
    'Person.file HIDDEN HIDDEN HIDDEN HIDDEN',
    'Person.name OPEN OPEN OPEN OPEN',
    'Query.staffed HIDDEN HIDDEN HIDDEN HIDDEN',
    'Case.number OPEN OPEN OPEN OPEN',
    'Query.node OPEN OPEN OPEN OPEN',
    'Node.label RECORD RECORD HIDDEN CLOSED',
  ]);
  expect(rows[0]?.outcomes.map(({ persona }) => persona)).toEqual(['partner:telecom', 'partner:banking', 'member', 'anonymous']);
});

test('a partner named like a part of the language is a partner like any other', async () => {
  const document = '{ personaDiff(operation: "{ asked }", partners: ["constructor", "__proto__"]) { outcomes { persona decision } } }';
  const { data } = await graph.ask(viewers.staff('admin'), document);
  expect(data?.['personaDiff']).toMatchObject([{ outcomes: [{ decision: 'RECORD' }, { persona: 'partner:__proto__' }, {}, {}] }]);
});

test('personaDiff is for those who administer rights, and unknown to others', async () => {
  const document = '{ personaDiff(operation: "{ programmes }", partners: []) { coordinate } }';
  expect((await graph.ask(viewers.partner('telecom'), document)).errors?.[0]?.message).toBe(
    'Cannot query field "personaDiff" on type "Query".',
  );
  expect((await graph.ask(viewers.staff('finance'), document)).errors?.[0]?.extensions).toMatchObject({
    code: 'FORBIDDEN_FIELD',
    needs: ['grants.read:all'],
  });
});
