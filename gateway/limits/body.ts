import type { IncomingMessage } from 'node:http';
import type { Limits } from '../../schema/limits.js';
import { badRequest } from './refused.js';
import { tooLarge } from './request-head.js';

/** The caller went away in the middle of its body: nobody is left to be answered. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/** The body as text; of one above the limit no more is read. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isWhole = false;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.pause();
        reject(tooLarge(maxBytes));
      } else chunks.push(chunk);
    });
    request.on('end', () => {
      isWhole = true;
      resolve((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8'));
    });
    request.on('error', (error) => reject(new NotSent(error.message)));
    // A caller that goes away in the middle of its body may end without an error. Every request closes; an error with its stack is dear.
    request.on('close', () => {
      if (!isWhole) reject(new NotSent('the request was not sent to its end'));
    });
  });
}

/** What a request asks, before anything of it was looked up or parsed. */
export interface Asked {
  readonly query: string | undefined;
  /** `sha256:…`, of a document that is registered. */
  readonly documentId: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

type BodyLimits = Pick<Limits, 'variablesDepth' | 'variableValues'>;

/** Pure: the body as a request; what else it holds is not looked at. A batch is no request. */
export function parseBody(text: string, limits: BodyLimits): Asked {
  const body = jsonOf(text);
  if (!isRecord(body)) throw unfit();
  const { query, variables, operationName, extensions } = body;
  const documentId = body['documentId'] ?? persistedIn(extensions);
  if (!isText(query) || !isText(documentId) || !isText(operationName) || (query ?? documentId ?? null) === null) throw unfit();
  if (variables !== undefined && variables !== null) {
    if (!isRecord(variables)) throw badRequest('`variables` is a JSON object');
    if (!fits(variables, limits.variablesDepth, { left: limits.variableValues }))
      throw badRequest(`\`variables\` hold ${limits.variableValues} values at the most, ${limits.variablesDepth} levels deep`);
  }
  return {
    query: query ?? undefined,
    documentId: documentId ?? undefined,
    operationName: operationName ?? undefined,
    variables: (variables ?? undefined) as Asked['variables'],
  };
}

const unfit = (): Error => badRequest('The body is not a JSON object with a `query` or a `documentId`');

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Apollo's clients name a registered document so. */
function persistedIn(extensions: unknown): unknown {
  const persisted = isRecord(extensions) ? extensions['persistedQuery'] : undefined;
  if (!isRecord(persisted)) return undefined;
  const { sha256Hash } = persisted;
  return typeof sha256Hash === 'string' ? `sha256:${sha256Hash}` : sha256Hash;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string | null | undefined => value === undefined || value === null || typeof value === 'string';

/** Whoever walks the variables later does so by recursion, and tells of every value that does not fit. */
function fits(value: unknown, levels: number, count: { left: number }): boolean {
  if ((count.left -= 1) < 0) return false;
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const one of value) if (!fits(one, levels - 1, count)) return false;
    return true;
  }
  for (const name in value) if (!fits((value as Record<string, unknown>)[name], levels - 1, count)) return false;
  return true;
}
