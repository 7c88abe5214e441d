import type { IncomingMessage } from 'node:http';
import { badRequest } from './refused.js';

/** Only a POST of plain JSON is heard: no page can send one without the browser asking first, and nothing has to be unpacked. */
export function checkHead({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>, maxBytes: number): void {
  if (method !== 'POST') throw badRequest('The graph answers POST only', 405, { allow: 'POST' });
  if (!/^application\/(json|graphql-response\+json)\s*(;\s*charset=utf-8\s*)?$/i.test(headers['content-type'] ?? ''))
    throw badRequest('Send the request as application/json in UTF-8', 415);
  if (headers['content-encoding'] !== undefined) throw badRequest('Send the request body without encoding', 415);
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/** The connection ends with the answer, for the rest of the body is not read. */
export const tooLarge = (maxBytes: number): Error => badRequest(`A request is ${maxBytes} bytes at the most`, 413, { connection: 'close' });
