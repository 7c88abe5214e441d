/** Every public error code, with the sentence that a partner's developer reads. Business refusals are data and have codes of their own. */
export const codes = {
  UNAUTHENTICATED: 'There is no valid token on this request; send one as `authorization: Bearer …`.',
  FORBIDDEN_FIELD: 'The token may not read this field.',
  FORBIDDEN_OPERATION: 'The token may not run this operation.',
  CONSENT_REQUIRED: 'The member has not agreed that this recipient reads this.',
  PARTNER_SUSPENDED: 'The partner is suspended; returns stay open.',
  BAD_INPUT: 'The request is malformed or names something that does not exist.',
  IDEMPOTENCY_CONFLICT: 'The idempotency key was used before with another body.',
  OPERATION_TOO_COSTLY: 'The operation is larger than this caller may run: ask for fewer fields, or fewer at a time (`first`).',
  RATE_LIMITED: 'Too many requests; try again later.',
  SUBGRAPH_UNAVAILABLE:
    'A part of the graph could not be reached; this says nothing about whether the data exists or a write was made. Send it again, a write under the same idempotency key.',
  CURSOR_TOO_OLD: 'What followed on this cursor is no longer kept; read the state anew and go on from now.',
  CONSENT_CHANGED: 'The stream ends because consents changed; open it again.',
  RECONNECT: 'The stream ends on our side; open it again after the last event.',
  INTERNAL: 'Something went wrong on our side; the id finds it in our log.',
} as const;

export type Code = keyof typeof codes;

export const isCode = (code: unknown): code is Code => typeof code === 'string' && Object.hasOwn(codes, code);
