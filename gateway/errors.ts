import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { codes, isCode } from '../schema/codes.js';

/** What graphql and Apollo Server say of a document or request that does not fit; the caller may read the sentence. */
const inputCodes = new Set([
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_VALIDATION_FAILED',
  'GRAPHQL_PARSE_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
]);
/** The only facts beside the code that may leave; a subgraph's name, address or stack is not among them. */
const openFacts = [
  'coordinate',
  'needs',
  'has',
  'argument',
  'missing',
  'key',
  'id',
  'limit',
  'max',
  'cost',
  'budget',
  'retryAfter',
] as const;

/** What only our own machines say: lines of a stack, files, addresses, the words of the network, and hints at names. */
const inside = /\n\s+at |node_modules|file:\/\/|\b\d{1,3}(\.\d{1,3}){3}:\d+|\bE(CONN\w+|NOTFOUND|PIPE|TIMEDOUT)\b|did you mean/i;

/** Pure but for the id: the error as the client sees it. Whatever has no code of ours is masked under an id that the log has too. */
export function present(
  formatted: GraphQLFormattedError,
  error: unknown,
  log: (id: string, error: unknown) => void,
): GraphQLFormattedError {
  const place = placeOf(formatted);
  const locations = formatted.locations ? { locations: formatted.locations } : {};
  const code = formatted.extensions?.['code'];
  if (isCode(code))
    return {
      message: inside.test(formatted.message) ? codes[code] : formatted.message,
      ...place,
      extensions: { code, ...factsOf(formatted.extensions) },
    };
  if (typeof code === 'string' && inputCodes.has(code))
    return {
      message: inside.test(formatted.message) ? codes.BAD_INPUT : formatted.message,
      ...locations,
      ...place,
      extensions: { code: 'BAD_INPUT' },
    };
  return masked(formatted, error, log);
}

/** Pure but for the id: of what was meant for nobody outside, the place and the id that the log has too. */
export function masked(formatted: GraphQLFormattedError, error: unknown, log: (id: string, error: unknown) => void): GraphQLFormattedError {
  const id = randomUUID();
  log(id, error instanceof GraphQLError ? (error.originalError ?? error) : error);
  return { message: codes.INTERNAL, ...placeOf(formatted), extensions: { code: 'INTERNAL', id } };
}

const placeOf = ({ path }: GraphQLFormattedError): { path?: readonly (string | number)[] } => (path ? { path } : {});

const factsOf = (extensions: GraphQLFormattedError['extensions']): Record<string, unknown> =>
  Object.fromEntries(openFacts.filter((fact) => extensions?.[fact] !== undefined).map((fact) => [fact, extensions?.[fact]]));
