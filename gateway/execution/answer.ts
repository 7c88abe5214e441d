import { codes } from '../../schema/codes.js';
import { isRecord, type Path } from './tree.js';

/** An error on its way to the client; `path` is a place of the client's answer. */
export interface Failure {
  readonly message: string;
  readonly path?: Path | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What a subgraph said, after it was looked at: `data` is null where there is nothing to use. */
export interface ReadAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly Failure[];
}

/** More failures than this say nothing new, and a subgraph may be lying. */
export const maxFailures = 1_000;
const silent = { message: 'A part of the graph answered with an error', code: 'DOWNSTREAM_SERVICE_ERROR' } as const;

/** Pure: an answer as it came over the wire, or null for anything that is no answer: neither data nor an error, or no object at all. */
export function readAnswer(answer: unknown): ReadAnswer | null {
  if (!isRecord(answer)) return null;
  const { data, errors } = answer;
  if (data !== undefined && data !== null && !isRecord(data)) return null;
  if (errors === undefined || errors === null) return isRecord(data) ? { data, errors: none } : null;
  if (!Array.isArray(errors)) return null;
  if (!isRecord(data) && errors.length === 0) return null;
  return { data: data ?? null, errors: errors.slice(0, maxFailures).map(readError) };
}

const none: readonly Failure[] = [];

function readError(error: unknown): Failure {
  const { message, path, extensions } = isRecord(error) ? error : ({} as Record<string, unknown>);
  const known = isRecord(extensions) ? extensions : {};
  return {
    message: typeof message === 'string' && message !== '' ? message : silent.message,
    path: Array.isArray(path) && path.every((part) => typeof part === 'string' || typeof part === 'number') ? (path as Path) : undefined,
    extensions: typeof known['code'] === 'string' ? known : { ...known, code: silent.code },
  };
}

/** The reason of every null that is there because a subgraph could not be asked. */
export const unavailableAt = (path: Path): Failure => ({
  message: codes.SUBGRAPH_UNAVAILABLE,
  path,
  extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
});
