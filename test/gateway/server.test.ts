import { roster } from '../../schema/roster.js';
import { openTestGraph, type TestGraph } from '../support/graph.js';
import { viewers } from '../support/viewers.js';

let graph: TestGraph;
beforeAll(async () => {
  graph = await openTestGraph(roster.filter(({ name }) => name === 'members' || name === 'sandbox'));
});
afterAll(() => graph.close());

const raw = async (
  body: string,
  headers: Record<string, string> = {},
  method = 'POST',
  path = '',
): Promise<{ status: number; text: string }> => {
  const response = await fetch(graph.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' ? { body: body } : {}),
  });
  return { status: response.status, text: await response.text() };
};
const typename = JSON.stringify({ query: '{ __typename }' });

test('the graph answers, and says who the caller is', async () => {
  const answer = await graph.ask(viewers.partner('telecom', ['member.read:own']), '{ me { kind scopes partner { id } member { id } } }');
  expect(answer).toEqual({
    status: 200,
    data: { me: { kind: 'PARTNER', scopes: ['member.read:own'], partner: { id: 'telecom' }, member: null } },
  });
});

test.each`
  what                      | body                                                                   | headers                                                    | method    | status
  ${'GET'}                  | ${''}                                                                  | ${{}}                                                      | ${'GET'}  | ${405}
  ${'a form'}               | ${'query=x'}                                                           | ${{ 'content-type': 'application/x-www-form-urlencoded' }} | ${'POST'} | ${415}
  ${'another charset'}      | ${typename}                                                            | ${{ 'content-type': 'application/json; charset=utf-7' }}   | ${'POST'} | ${415}
  ${'an encoded body'}      | ${typename}                                                            | ${{ 'content-encoding': 'gzip' }}                          | ${'POST'} | ${415}
  ${'no JSON'}              | ${'{"query":'}                                                         | ${{}}                                                      | ${'POST'} | ${400}
  ${'a batch'}              | ${`[${typename}]`}                                                     | ${{}}                                                      | ${'POST'} | ${400}
  ${'no query'}             | ${'{}'}                                                                | ${{}}                                                      | ${'POST'} | ${400}
  ${'a syntax error'}       | ${JSON.stringify({ query: '{ me { ' })}                                | ${{}}                                                      | ${'POST'} | ${400}
  ${'an unknown field'}     | ${JSON.stringify({ query: '{ nothing }' })}                            | ${{}}                                                      | ${'POST'} | ${400}
  ${'an unknown operation'} | ${JSON.stringify({ query: '{ __typename }', operationName: 'X' })}     | ${{}}                                                      | ${'POST'} | ${400}
  ${'a body too large'}     | ${JSON.stringify({ query: `{ __typename } #${'x'.repeat(110_000)}` })} | ${{}}                                                      | ${'POST'} | ${413}
  ${'no bearer token'}      | ${typename}                                                            | ${{ authorization: 'Basic abc' }}                          | ${'POST'} | ${401}
  ${'a forged token'}       | ${typename}                                                            | ${{ authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.x' }}   | ${'POST'} | ${401}
`('$what is answered $status with a code and no stack', async ({ body, headers, method, status }) => {
  const answer = await raw(body, headers, method);
  expect(answer.status).toBe(status);
  const { errors } = JSON.parse(answer.text) as { errors: { message: string; extensions: { code: string } }[] };
  expect(errors[0]?.extensions.code).toBe(status === 401 ? 'UNAUTHENTICATED' : 'BAD_INPUT');
  expect(answer.text).not.toMatch(/node_modules|\n\s*at |Did you mean/);
});

test('health says live, and ready only while every subgraph has its database', async () => {
  const health = graph.url.replace('/graphql', '/health');
  expect((await fetch(`${health}/live`)).status).toBe(200);
  expect(await (await fetch(`${health}/ready`)).json()).toEqual({ status: 'ready', subgraphs: { up: 2, of: 2 } });
});

test('a subgraph out of reach costs its fields, by name, and says nothing about whether they exist', async () => {
  const staff = viewers.staff('admin');
  await graph.ask(staff, 'mutation { sandbox { injectFault(point: "call.members", action: ERROR) } }');
  const answer = await graph.ask(staff, '{ sandboxClock member(ref: "x/y") { id } }');
  expect(answer.data).toMatchObject({ sandboxClock: expect.any(String), member: null });
  expect(answer.errors).toEqual([{ message: expect.any(String), path: ['member'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
});

test('a subgraph that takes too long costs its fields as well, and nobody waits for it', async () => {
  const staff = viewers.staff('admin');
  await graph.ask(staff, 'mutation { sandbox { injectFault(point: "call.members", action: DELAY, delayMs: 10000) } }');
  const asked = performance.now();
  const answer = await graph.ask(staff, '{ sandboxClock member(ref: "x/y") { id } }');
  expect(performance.now() - asked).toBeLessThan(8_000);
  expect(answer.data).toMatchObject({ sandboxClock: expect.any(String), member: null });
  expect(answer.errors).toEqual([{ message: expect.any(String), path: ['member'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
}, 15_000);

test('a document that does not fit a subgraph is the fault of whoever wrote it: no client reads what it names', async () => {
  const members = graph.subgraph('members');
  const staff = viewers.staff('admin');
  for (const query of ['{ member(ref: "x/y") { hidden } }', '{ member(', 'query A { __typename } query B { __typename }'])
    expect(await members.execute({ query }, staff)).toEqual({
      errors: [{ message: expect.not.stringMatching(/hidden|Member|Syntax|operation/), extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    });
  // A value is the client's own, and what is wrong with it is said.
  const query = 'query ($ref: String!) { member(ref: $ref) { id } }';
  expect((await members.execute({ query, variables: { ref: { x: 1 } } }, staff)).errors).toEqual([
    { message: expect.stringContaining('"$ref"'), extensions: { code: 'BAD_INPUT' } },
  ]);
});

test('the clock of the graph can be moved', async () => {
  const answer = await graph.ask(viewers.anonymous, 'mutation { sandbox { setClock(at: "2027-01-31T23:59:59+08:00") } }');
  expect(answer.data).toEqual({ sandbox: { setClock: '2027-01-31T15:59:59.000Z' } });
  const { data } = await graph.ask(viewers.anonymous, '{ sandboxClock }');
  expect(String(data?.['sandboxClock'])).toMatch(/^2027-01-3/);
});

test.each`
  how                          | field                              | header
  ${'the directive, literal'}  | ${'@idempotent(key: "k-literal")'} | ${undefined}
  ${'the directive, variable'} | ${'@idempotent(key: $key)'}        | ${undefined}
  ${'the header'}              | ${''}                              | ${'k-header'}
`('an idempotency key reaches the subgraph by $how', async ({ how, field, header }) => {
  const declared = String(field).includes('$key') ? '($key: String!)' : '';
  const document = `mutation ${declared} { enrolMember(input: { ref: "${how}", name: "x" }) ${field} { __typename ... on MemberEnrolled { replayed } } }`;
  const telecom = viewers.partner('telecom');
  const variables = declared === '' ? undefined : { key: 'k-variable' };
  expect((await graph.ask(telecom, document, variables, header)).data).toEqual({
    enrolMember: { __typename: 'MemberEnrolled', replayed: false },
  });
  expect((await graph.ask(telecom, document, variables, header)).data).toEqual({
    enrolMember: { __typename: 'MemberEnrolled', replayed: true },
  });
});

test.each([
  ['', 200],
  ['x'.repeat(200), 200],
  ['x'.repeat(201), 400],
  ['é'.repeat(2_700), 400],
  ['two words', 400],
])('a key of form %.10s is answered %s, whether anything is written or not', async (key, status) => {
  const answer = await raw(typename, { 'idempotency-key': key });
  expect([answer.status, /"code":"BAD_INPUT"/.test(answer.text)]).toEqual([status, status === 400]);
});

test('one header serves several writes of a document, each under its own name; no key at all is refused', async () => {
  const telecom = viewers.partner('telecom');
  const document =
    'mutation { a: enrolMember(input: { ref: "1", name: "x" }) { __typename } b: enrolMember(input: { ref: "2", name: "y" }) { __typename } }';
  expect((await graph.ask(telecom, document, undefined, 'both')).data).toEqual({
    a: { __typename: 'MemberEnrolled' },
    b: { __typename: 'MemberEnrolled' },
  });
  const none = await graph.ask(telecom, document);
  expect(none.errors?.[0]).toMatchObject({ path: ['a'], extensions: { code: 'BAD_INPUT', missing: 'idempotencyKey' } });
});

test('a name that no token of this kind could open is answered as an unknown one is, byte for byte', async () => {
  const token = await graph.tokenOf(viewers.partner('telecom'));
  const asking = async (body: string): Promise<string> => {
    const response = await fetch(graph.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body,
    });
    const headers = [...response.headers].filter(([name]) => name !== 'date');
    return JSON.stringify([response.status, headers, await response.text()]);
  };
  const document = (name: string): string =>
    JSON.stringify({ query: `mutation { ${name}(member: "x", partner: "y", ref: "z") { replayed } }` });
  const hidden = await asking(document('linkMember'));
  const unknown = await asking(document('linkMembex'));
  expect(hidden).toBe(unknown.replaceAll('linkMembex', 'linkMember'));
  expect(hidden).toMatch(/^\[400,.*BAD_INPUT/);
});

test('a closed write is refused through HTTP with what it needs, and nothing is enrolled', async () => {
  const reader = viewers.partner('telecom', ['member.read:own']);
  const answer = await graph.ask(
    reader,
    'mutation { enrolMember(input: { ref: "closed", name: "x" }) { __typename } }',
    undefined,
    'closed',
  );
  expect(answer).toEqual({
    status: 200,
    data: null,
    errors: [
      {
        message: 'The token may not run this operation.',
        path: ['enrolMember'],
        extensions: {
          code: 'FORBIDDEN_OPERATION',
          coordinate: 'Mutation.enrolMember',
          needs: ['member.enrol:own'],
          has: ['member.read:own'],
        },
      },
    ],
  });
  expect((await graph.ask(reader, '{ member(ref: "closed") { id } }')).data).toEqual({ member: null });
});
