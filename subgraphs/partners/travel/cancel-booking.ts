import { randomUUID } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { Unavailable } from '../../../schema/transport.js';
import { serviceViewer } from '../../../schema/viewer.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { encode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import type { SubgraphContext } from '../../kernel/subgraph.js';
import { Entitlement } from '../entitlement.entity.js';
import { Cancellation } from './cancellation.entity.js';
import type { CancelledBy } from './carrier-fee.js';
import type { Plan } from './cancellation-plan.js';
import { bookedFee } from './carrier-terms.js';
import { finishCancellation } from './finish-cancellation.js';

export interface CancelWish {
  readonly partner: string;
  /** Number of a ticket, or the redemption. */
  readonly booking: string;
  readonly by: CancelledBy;
  readonly event: string;
}

export type CancelOutcome =
  | { readonly kind: 'cancelled'; readonly id: string; readonly before: boolean }
  | { readonly kind: 'refused'; readonly code: 'ALREADY_CANCELLED'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'NOTHING_LEFT' };

type Context = Pick<SubgraphContext, 'em' | 'peers' | 'faults' | 'log'>;

/** Calls off a booking that was paid with points, once: the same event again, under whatever key, is the first cancellation again. */
export async function cancelBooking(context: Context, key: WriteKey, wish: CancelWish): Promise<Once<CancelOutcome>> {
  const { partner, booking, by, event } = wish;
  if (event.length === 0 || event.length > 100) throw badInput('`event` is 1 to 100 characters', { argument: 'event' });
  const [ticket] = await context.em
    .fork()
    .find(Entitlement, { partnerId: partner, $or: [{ reference: booking }, { redemption: booking }] }, { limit: 1 });
  if (!ticket) throw badInput('There is no such booking', { argument: 'booking' });
  // Asked before the transaction opens, and not at all for a booking that is called off already.
  const known = await context.em.fork().findOne(Cancellation, { redemption: ticket.redemption, state: { $ne: 'REFUSED' } });
  const plan = known ? null : await planOf(context, ticket.redemption, partner);
  const decided = await once<CancelOutcome>(context.em, key, wish, async (tx) => {
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [`cancellation/${ticket.redemption}`]);
    const earlier = await tx.findOne(Cancellation, { redemption: ticket.redemption, state: { $ne: 'REFUSED' } });
    if (earlier) {
      const same = earlier.event === event && earlier.by === by;
      return same ? { kind: 'cancelled', id: earlier.id, before: true } : { kind: 'refused', code: 'ALREADY_CANCELLED', id: earlier.id };
    }
    if (!plan || plan.lines.length === 0) return { kind: 'refused', code: 'NOTHING_LEFT' };
    const id = uuid();
    tx.create(Cancellation, {
      id,
      partnerId: partner,
      memberUid: ticket.memberUid,
      redemption: ticket.redemption,
      event,
      by,
      at: await now(tx),
      state: 'RECORDED',
      plan: encode(plan),
      encodedRestored: '[]',
      compensationIds: '',
      tries: 0,
      passengerFeeFen: await bookedFee(tx, ticket.redemption),
      cashFen: 0n,
      feeFen: 0n,
      feeDueFen: 0n,
      refundFen: 0n,
    });
    return { kind: 'cancelled', id, before: false };
  });
  if (decided.outcome.kind === 'refused') return decided;
  await context.faults.reach('cancellation.RECORDED');
  const state = await finishCancellation(context, decided.outcome.id);
  return state === 'REFUSED' ? { outcome: { kind: 'refused', code: 'NOTHING_LEFT' }, replayed: decided.replayed } : decided;
}

interface WireRedemption {
  readonly redemption: {
    readonly state: 'PENDING' | 'COMPLETED' | 'FAILED';
    readonly lines: readonly { readonly line: number; readonly quantity: number; readonly returnedQuantity: number }[];
    readonly legs: readonly { readonly programme: { readonly id: string }; readonly issuer: { readonly id: string } }[];
  } | null;
}

/** What can be taken back: nothing of a redemption that failed, and not yet of one whose tickets are out before it is paid for. */
async function planOf({ peers }: Context, redemption: string, partner: string): Promise<Plan> {
  const answer = await peers.ask<WireRedemption>(
    'catalog',
    'query ($id: ID!) { redemption(id: $id) { state lines { line quantity returnedQuantity } legs { programme { id } issuer { id } } } }',
    { id: redemption },
    serviceViewer('cancellations', randomUUID()),
  );
  const { state = 'FAILED', lines = [], legs = [] } = answer.redemption ?? {};
  if (state === 'PENDING') throw new Unavailable('catalog', 'the redemption is still under way');
  return {
    lines: (state === 'COMPLETED' ? lines : [])
      .map(({ line, quantity, returnedQuantity }) => ({ line, quantity: quantity - returnedQuantity }))
      .filter(({ quantity }) => quantity > 0),
    own: legs.filter(({ issuer }) => issuer.id === partner).map(({ programme }) => programme.id),
  };
}
