import { jest } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { unplannable } from '../../../gateway/execution/unplannable.js';
import { presentForeign } from '../../../gateway/foreign/errors.js';

const log = jest.fn();
beforeEach(() => log.mockClear());
const shown = (error: Error) => {
  const { extensions = {}, ...rest } = error instanceof GraphQLError ? error.toJSON() : { message: error.message };
  return presentForeign({ ...rest, extensions: { code: 'INTERNAL_SERVER_ERROR', ...extensions } }, error, log);
};
const thrown = new TypeError('Invalid URL');

test.each([
  ['a subgraph said, by our executor', new GraphQLError('told to fail', { extensions: { code: 'INTERNAL_SERVER_ERROR', fact: 1 } })],
  [
    'a subgraph said, by Apollo’s',
    new GraphQLError('told to fail', {
      extensions: { code: 'X', serviceName: 'books' },
      originalError: { message: 'told to fail' } as Error,
    }),
  ],
  [
    'is said of the request',
    new GraphQLError('no such field', {
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      originalError: new GraphQLError('no such field'),
    }),
  ],
  ['the planner could not', unplannable('no plan', new Error('Group [5] library'))],
])('what %s passes, without the name of a subgraph', (_what, error) => {
  const { serviceName: _name, ...extensions } = error.extensions;
  expect(shown(error)).toEqual({ message: error.message, extensions });
  expect(log).not.toHaveBeenCalled();
});

test.each([
  ['as it is', thrown],
  ['wrapped', new GraphQLError('Invalid URL', { originalError: thrown })],
])('what was thrown here is masked under an id that the log has too: %s', (_how, error) => {
  const answer = shown(error);
  expect(answer).toEqual({ message: expect.not.stringContaining('URL'), extensions: { code: 'INTERNAL', id: expect.any(String) } });
  expect(log).toHaveBeenCalledWith(answer.extensions?.['id'], thrown);
});
