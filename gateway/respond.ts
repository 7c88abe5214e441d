import type { ServerResponse } from 'node:http';
import type { Code } from '../schema/codes.js';

/** Nothing that the gateway says may be kept, or be taken for a page. */
export const alwaysHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

export interface Refusal {
  readonly status: number;
  readonly code: Code;
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...alwaysHeaders, ...headers });
  response.end(JSON.stringify(body));
}

/** A refusal in the form of GraphQL, before there is a GraphQL request. */
export const refuse = (response: ServerResponse, { status, code, message, facts, headers }: Refusal): void =>
  send(response, status, { errors: [{ message, extensions: { code, ...facts } }] }, headers);
