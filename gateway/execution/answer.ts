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
  if (!Array.isArray(errors) || !errors.every(isError)) return null;
  if (!isRecord(data) && errors.length === 0) return null;
  return { data: data ?? null, errors: errors.slice(0, maxFailures).map(readError) };
}

const none: readonly Failure[] = [];

interface SaidError {
  readonly message: string;
  readonly path?: Path | null;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

const isError = (error: unknown): error is SaidError =>
  isRecord(error) &&
  typeof error['message'] === 'string' &&
  ((error['path'] ?? null) === null || (Array.isArray(error['path']) && error['path'].every(isPathPart))) &&
  ((error['extensions'] ?? null) === null || isRecord(error['extensions']));

const isPathPart = (part: unknown): boolean => typeof part === 'string' || typeof part === 'number';

const readError = ({ message, path, extensions }: SaidError): Failure => ({
  message: message || silent.message,
  path: path ?? undefined,
  extensions: typeof extensions?.['code'] === 'string' ? extensions : { ...extensions, code: silent.code },
});

/** A value that the graph's schema does not allow: whatever is meant by it, the subgraph has not answered. */
export const invalidAt = (path: Path, message: string): Failure => ({ message, path, extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });

/** The reason of every null that is there because a subgraph could not be asked. */
export const unavailableAt = (path: Path): Failure => ({
  message: codes.SUBGRAPH_UNAVAILABLE,
  path,
  extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
});
