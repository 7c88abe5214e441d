import { validate } from 'uuid';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { firstTime } from '../first-time.js';
import { mayComeEarly } from '../members-port.js';
import { keepQuote, price, type QuoteRefusal } from '../quotes/quote.js';
import { begin } from '../redemption/begin.js';
import { ran } from '../redemption/redeem.js';
import type { SagaRow } from '../redemption/saga-row.js';
import { type Allocation, allot } from './allocation.js';
import { standingClaims } from './claims.js';
import { Drop } from './drop.entity.js';

export interface ClaimWish {
  readonly drop: string;
  readonly memberRef: string | null;
  readonly prefer: readonly string[];
  readonly cashMaxFen: bigint | null;
}

export type ClaimRefusal = Extract<Allocation, { kind: 'refused' }> | QuoteRefusal;
type ClaimStart = { readonly kind: 'started'; readonly id: string } | ClaimRefusal;

/** Claims one piece and redeems it at the price of the moment. Of all who want the last one, the first to lock the drop has it. */
export async function claim(
  context: Context,
  key: WriteKey,
  { drop: id, ...payment }: ClaimWish,
): Promise<Once<ClaimRefusal | { readonly kind: 'run'; readonly row: SagaRow }>> {
  const drop = validate(id) ? await context.em.findOne(Drop, { id }, { disableIdentityMap: true }) : null;
  if (!drop) throw badInput('There is no such drop', { argument: 'drop' });
  const asked = await firstTime(context.em, key, async () => {
    const priced = await price(context, 'redeem.write', { ...payment, cart: [{ item: drop.itemId, quantity: 1 }] });
    return { priced, eligible: priced !== null && (await isEligible(context, drop, priced.memberUid)) };
  });
  const { outcome, replayed } = await once<ClaimStart>(context.em, key, { drop: id, ...payment }, async (tx) => {
    const { priced, eligible } = await asked();
    if (!priced) return { kind: 'refused', code: 'NOT_ENROLLED' };
    await rows(tx, 'select 1 as locked from item_drop where id = ? for update', [id]);
    const allotted = allot(drop, await standingClaims(tx, id, priced.memberUid), eligible, await now(tx));
    if (allotted.kind === 'refused') return allotted;
    const kept = await keepQuote(tx, priced, id);
    if (kept.kind === 'refused') return kept;
    const redemption = await begin(tx, key, kept.id, null);
    await rows(tx, 'insert into drop_claim (redemption_id, drop_id, member_uid, early, released) values (?, ?, ?, ?, false)', [
      redemption,
      id,
      priced.memberUid,
      allotted.early,
    ]);
    return { kind: 'started', id: redemption };
  });
  if (outcome.kind === 'refused') return { outcome, replayed };
  if (!replayed) await context.faults.reach('redeem.QUOTED');
  return { outcome: { kind: 'run', row: await ran(context, outcome.id) }, replayed };
}

/** Asked only while it matters: once the drop is open for everybody, nobody's credit is looked at. */
export async function isEligible(context: Context, drop: Drop, memberUid: string): Promise<boolean> {
  if (drop.priorityQuota === 0 || (await context.loaders.clock()) >= drop.opensAt) return false;
  return mayComeEarly(context, memberUid, drop.ownerId);
}
