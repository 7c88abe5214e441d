import { jest } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { present } from '../../gateway/errors.js';

const log = jest.fn();
const shown = (code: string, extensions: Record<string, unknown> = {}) =>
  present({ message: 'said', path: ['a'], extensions: { code, ...extensions } }, new GraphQLError('said'), log);

test('our own codes pass with their open facts; a subgraph, its address or a stack never does', () => {
  expect(
    shown('FORBIDDEN_FIELD', {
      coordinate: 'Member.phone',
      needs: ['x'],
      has: [],
      serviceName: 'members',
      stacktrace: ['at'],
      url: 'http://10.0.0.1',
    }),
  ).toEqual({
    message: 'said',
    path: ['a'],
    extensions: { code: 'FORBIDDEN_FIELD', coordinate: 'Member.phone', needs: ['x'], has: [] },
  });
});

test('what graphql says of a bad document is bad input', () => {
  expect(shown('GRAPHQL_VALIDATION_FAILED').extensions).toEqual({ code: 'BAD_INPUT' });
});

test('anything else is masked under an id that the log has too', () => {
  const answer = shown('DOWNSTREAM_SERVICE_ERROR', { serviceName: 'ledger' });
  expect(answer).toEqual({
    message: expect.not.stringContaining('said'),
    path: ['a'],
    extensions: { code: 'INTERNAL', id: expect.any(String) },
  });
  expect(log).toHaveBeenCalledWith(answer.extensions?.['id'], expect.anything());
});

test.each([
  'it failed\n    at resolve (/srv/ledger/dist/points.js:3:1)',
  'cannot find /srv/node_modules/x',
  'connect ECONNREFUSED 10.0.0.7:5432',
  'upstream 10.0.0.7:4001 answered 500',
  'file:///srv/ledger/dist/points.js',
  'Cannot query field "x". Did you mean "secret"?',
])('a message from inside is replaced by its code, whoever sent it: %s', (message) => {
  for (const code of ['BAD_INPUT', 'BAD_USER_INPUT', 'FORBIDDEN_FIELD'])
    expect(present({ message, extensions: { code } }, new Error(message), () => {}).message).not.toMatch(/srv|10\.0\.0\.7|secret|ECONN/);
});
