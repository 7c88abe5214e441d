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

/** What graphql itself says of a document or a variable that does not fit the schema. */
const inputCodes = new Set(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED', 'OPERATION_RESOLUTION_FAILURE']);
/** PostgreSQL and socket conditions in which nothing was committed and a later try may succeed. */
const passing = /^(ECONN|EPIPE|ETIMEDOUT|57P0|08|53|40001|40P01|55P03|57014)/;

/** Pure but for the id: what the caller sees of an error. Only our own codes pass; everything else is masked under an id that the log has too. */
export function present(formatted: GraphQLFormattedError, error: unknown, log: Logger): GraphQLFormattedError {
  const cause = originOf(error);
  const place = formatted.path ? { path: formatted.path } : {};
  const code = formatted.extensions?.['code'];
  if (isCode(code) && code !== 'INTERNAL') return { message: formatted.message, ...place, extensions: withoutTrace(formatted.extensions) };
  if (typeof code === 'string' && inputCodes.has(code)) return { message: formatted.message, ...place, extensions: { code: 'BAD_INPUT' } };
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
