import type { Code } from '../../schema/codes.js';

/** A request that is not heard further: how it is answered. Its words name nothing that the caller did not say. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly status: number,
    readonly code: Code,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const badRequest = (message: string, status = 400, headers: Readonly<Record<string, string>> = {}): Refused =>
  new Refused(status, 'BAD_INPUT', message, {}, headers);
