import type { EntityManager } from '@mikro-orm/postgresql';
import type { WriteKey } from '../../kernel/idempotency.js';

/** The proposal as the second person agrees to it. */
export interface Agreed<Body> {
  readonly id: string;
  readonly partner: string | null;
  readonly reason: string;
  readonly body: Body;
  readonly proposedBy: string;
  readonly decidedBy: string;
  readonly key: WriteKey;
  readonly now: Date;
}

/** What became of the change itself; a refusal leaves the proposal waiting. */
export type Made =
  | { readonly kind: 'made'; readonly before: object | null; readonly after: object | null }
  | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' }
  | { readonly kind: 'refused'; readonly code: 'OVER_LIMIT'; readonly limit: bigint }
  | {
      readonly kind: 'refused';
      readonly code: 'INSUFFICIENT_POINTS';
      readonly programme: string;
      readonly missing: bigint;
      readonly missingFen: bigint;
    };

/** Makes a change of one kind, in the transaction in which it was agreed to. */
export type Make<Body> = (tx: EntityManager, agreed: Agreed<Body>) => Promise<Made>;
