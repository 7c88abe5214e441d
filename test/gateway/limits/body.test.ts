import { parseBody } from '../../../gateway/limits/body.js';

const limits = { variablesDepth: 3, variableValues: 6 };
const read = (body: unknown): unknown => parseBody(typeof body === 'string' ? body : JSON.stringify(body), limits);
const query = '{ a }';

test.each`
  body                                                                    | asked
  ${{ query }}                                                            | ${{ query }}
  ${{ query, variables: null, operationName: null, documentId: null }}    | ${{ query }}
  ${{ query, variables: { a: 1 }, operationName: 'A', more: 'ignored' }}  | ${{ query, variables: { a: 1 }, operationName: 'A' }}
  ${{ documentId: 'sha256:ab' }}                                          | ${{ documentId: 'sha256:ab' }}
  ${{ extensions: { persistedQuery: { version: 1, sha256Hash: 'ab' } } }} | ${{ documentId: 'sha256:ab' }}
  ${{ query, extensions: { other: 1 } }}                                  | ${{ query }}
  ${{ query, extensions: null }}                                          | ${{ query }}
`('$body is a request', ({ body, asked }) => {
  expect(read(body)).toEqual({
    query: undefined,
    documentId: undefined,
    operationName: undefined,
    variables: undefined,
    ...(asked as object),
  });
});

test.each([
  '',
  '{',
  '[]',
  `[{"query":"${query}"}]`,
  'null',
  '1',
  '"x"',
  '{}',
  '{"query":null}',
  '{"query":1}',
  '{"query":["x"]}',
  '{"query":"{ a }","operationName":1}',
  '{"documentId":{}}',
  '{"query":"{ a }","extensions":{"persistedQuery":{"sha256Hash":1}}}',
])('%s is none', (body) => expect(() => read(body)).toThrow(expect.objectContaining({ status: 400, code: 'BAD_INPUT' }) as Error));

test.each`
  variables                  | fits
  ${{}}                      | ${true}
  ${{ a: { b: { c: 1 } } }}  | ${true}
  ${{ a: { b: { c: {} } } }} | ${false}
  ${{ a: [[1]] }}            | ${true}
  ${{ a: [[[]]] }}           | ${false}
  ${{ a: [1, 2, 3, 4] }}     | ${true}
  ${{ a: [1, 2, 3, 4, 5] }}  | ${false}
  ${[]}                      | ${false}
  ${'{"a":1}'}               | ${false}
  ${1}                       | ${false}
`('variables $variables fit: $fits', ({ variables, fits }) => {
  const reading = (): unknown => read({ query, variables });
  if (fits) expect(reading).not.toThrow();
  else expect(reading).toThrow(expect.objectContaining({ status: 400, code: 'BAD_INPUT' }) as Error);
});

test('names of prototypes are names of variables', () => {
  expect(read('{"query":"{ a }","variables":{"__proto__":{"x":1},"constructor":1}}')).toMatchObject({ query });
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});
