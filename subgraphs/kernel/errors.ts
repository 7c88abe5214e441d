import { randomUUID } from 'node:crypto';
import { types } from 'node:util';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type Code, codes, isCode } from '../../schema/codes.js';
import { Unavailable } from '../../schema/transport.js';
import type { Logger } from './log.js';

/** We say no: access, input or conflict, with a code of `schema/codes.ts` and facts that the caller may see. */
export class DomainError extends GraphQLError {
  constructor(code: Code, message: string = codes[code], facts: Readonly<Record<string, unknown>> = {}) {
    super(message, { extensions: { code, ...facts } });
  }
}

export const badInput = (message: string, facts?: Readonly<Record<string, unknown>>): DomainError =>
  new DomainError('BAD_INPUT', message, facts);

/** What graphql itself says of a document that does not fit the schema. */
const documentCodes = new Set(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED', 'OPERATION_RESOLUTION_FAILURE']);
/** And of a variable that does not: the client's own value, which nobody before has looked into. */
const variableCode = 'BAD_USER_INPUT';
/** PostgreSQL and socket conditions in which nothing was committed and a later try may succeed. */
const passing = /^(ECONN|EPIPE|ETIMEDOUT|57P0|08|53|40001|40P01|55P03|57014)/;

/** Pure but for the id: what the caller sees of an error. Only our own codes pass; everything else is masked under an id that the log has too. */
export function present(formatted: GraphQLFormattedError, error: unknown, log: Logger): GraphQLFormattedError {
  const cause = originOf(error);
  const place = formatted.path ? { path: formatted.path } : {};
  const code = formatted.extensions?.['code'];
  if (isCode(code) && code !== 'INTERNAL') return { message: formatted.message, ...place, extensions: withoutTrace(formatted.extensions) };
  if (code === variableCode) return { message: formatted.message, ...place, extensions: { code: 'BAD_INPUT' } };
  // Documents are written by the gateway and by other subgraphs, never by clients: versions are out of step, and the words name what may be hidden.
  if (typeof code === 'string' && documentCodes.has(code)) {
    log.error({ reason: formatted.message }, 'a document does not fit the schema of this subgraph');
    return { message: codes.SUBGRAPH_UNAVAILABLE, ...place, extensions: { code: 'SUBGRAPH_UNAVAILABLE' } };
  }
  if (cause instanceof Unavailable || isPassing(cause)) {
    log.warn({ err: cause }, 'a dependency was out of reach');
    return { message: codes.SUBGRAPH_UNAVAILABLE, ...place, extensions: { code: 'SUBGRAPH_UNAVAILABLE' } };
  }
  // Before execution graphql speaks of the caller's document; with a path it speaks of ours.
  if (
    formatted.path === undefined &&
    cause instanceof GraphQLError &&
    cause.originalError === undefined &&
    !(cause instanceof DomainError)
  ) {
    return { message: formatted.message, ...place, extensions: { code: 'BAD_INPUT' } };
  }
  const id = randomUUID();
  log.error({ err: cause, id }, 'masked error');
  return { message: codes.INTERNAL, ...place, extensions: { code: 'INTERNAL', id } };
}

function originOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

function isPassing(error: unknown): boolean {
  for (let cause = error; types.isNativeError(cause); cause = cause.cause ?? (cause as { previous?: unknown }).previous) {
    const code = (cause as { code?: unknown }).code;
    if (typeof code === 'string' && passing.test(code)) return true;
    if (/Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(cause.message))
      return true;
  }
  return false;
}

function withoutTrace(extensions: GraphQLFormattedError['extensions']): Record<string, unknown> {
  const { stacktrace: _stacktrace, ...rest } = extensions ?? {};
  return rest;
}
