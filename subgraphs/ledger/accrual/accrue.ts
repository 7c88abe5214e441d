import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { addMs, now } from '../../kernel/clock.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { canonical } from '../../kernel/json.js';
import { sumOf, timesDown } from '../../kernel/rational.js';
import { change, rows } from '../../kernel/sql.js';
import { chargeAccrual } from '../clearing/charge-accrual.js';
import { LimitReached } from '../clearing/credit/credit-store.js';
import type { Context } from '../context.js';
import { Partner } from '../partners/partner.entity.js';
import { expiryPolicyOf, issuePriceOf, Programme } from '../partners/programme.entity.js';
import { clawBackLate } from '../points/claw-back-late.js';
import { lockWallet } from '../points/journal.js';
import { renewLots } from '../points/renew-lots.js';
import { registeredLines } from './certificates/read-certificates.js';
import { decide, earnedBy, type Earned, usedBy } from './decide.js';
import { giveLots } from './give-lots.js';
import { keptLine, keptRule, keptStanding } from './kept.js';
import { lotsOf } from './pending.js';
import { readHistory } from './read-history.js';
import { AccrualRule } from './rule.entity.js';
import { inForce, type PurchaseLine, type Standing } from './rules.js';
import { sellerOf } from './seller-of.js';
import { standingOf } from './standing.js';

/** A purchase as it was reported. `memberUid` is null where the caller's reference names nobody that it knows. */
export interface Purchase {
  readonly partner: string;
  readonly programme?: string | null | undefined;
  readonly memberUid: string | null;
  readonly lines: readonly PurchaseLine[];
  readonly purchaseRef: string;
  readonly at?: Date | null | undefined;
  readonly redemption?: string | null | undefined;
}

export type AccrueOutcome =
  | { readonly kind: 'accrued'; readonly accrual: string; readonly before: boolean }
  | { readonly kind: 'refused'; readonly code: 'NOT_ENROLLED' | 'RULE_MISSING' | 'SUSPENDED_PARTNER' }
  | { readonly kind: 'refused'; readonly code: 'CREDIT_LIMIT_REACHED'; readonly limitFen: bigint; readonly usedFen: bigint };

export type AccrueContext = Pick<Context, 'em' | 'peers' | 'viewer'>;

/** How far a partner's clock may run ahead of ours. */
const toleranceMs = 5 * 60_000;
const maxPoints = 2n ** 53n - 1n;

/**
 * Gives the points that a purchase earns, once per purchase: another key with the same purchase gets the first accrual again. Arrears of
 * the wallet are deducted at once. A partner that is not the issuer comes to owe the issuer its price per point.
 */
export async function accrue(context: AccrueContext, key: WriteKey, body: unknown, purchase: Purchase): Promise<Once<AccrueOutcome>> {
  mustBeSound(purchase);
  const standing = await standingOf(context, key, purchase);
  const accrued = once<AccrueOutcome>(context.em, key, body, async (tx) => {
    const partner = await tx.findOne(Partner, { id: purchase.partner });
    if (!partner) throw badInput('There is no such partner', { argument: 'partner' });
    if (partner.suspended) return { kind: 'refused', code: 'SUSPENDED_PARTNER' };
    if (purchase.memberUid === null) return { kind: 'refused', code: 'NOT_ENROLLED' };
    const programmeId = purchase.programme ?? partner.earnProgrammeId;
    if (programmeId === null) return { kind: 'refused', code: 'RULE_MISSING' };
    const programme = await tx.findOne(Programme, { id: programmeId });
    if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
    if (programme.issuerId !== partner.id && partner.earnProgrammeId !== programme.id)
      throw new DomainError('FORBIDDEN_OPERATION', 'The partner does not accrue in this programme', { programme: programme.id });
    const earlier = await sameAsBefore(tx, purchase, programme.id);
    if (earlier) return earlier;
    const received = await now(tx);
    const at = purchase.at ?? received;
    if (at > addMs(received, toleranceMs)) throw badInput('`at` lies in the future', { argument: 'at' });
    const published = await tx.find(AccrualRule, { programmeId: programme.id, publishedAt: { $ne: null } });
    const rules = inForce(published, at);
    const lines = await registeredLines(tx, purchase.lines, rules, { partner: partner.id, at });
    const earned = earnedBy(lines, rules, standing, await sellerOf(tx, partner));
    if (earned === null) return { kind: 'refused', code: 'RULE_MISSING' };
    return record(tx, key, purchase.memberUid, purchase, { partner, programme, at, rules, standing, earned });
  });
  // All of it is undone by then; the refusal is written down as the answer to the key.
  return accrued.catch((error: unknown) => {
    if (!(error instanceof LimitReached)) throw error;
    return once<AccrueOutcome>(context.em, key, body, () =>
      Promise.resolve({ kind: 'refused', code: 'CREDIT_LIMIT_REACHED', ...error.credit }),
    );
  });
}

interface Decided {
  readonly partner: Partner;
  readonly programme: Programme;
  readonly at: Date;
  readonly rules: readonly AccrualRule[];
  readonly standing: Standing;
  readonly earned: Earned;
}

async function record(
  tx: EntityManager,
  key: WriteKey,
  memberUid: string,
  purchase: Purchase,
  { partner, programme, at, rules, standing, earned }: Decided,
): Promise<AccrueOutcome> {
  if (sumOf(earned.map((line) => line?.points ?? 0n)) > maxPoints)
    throw badInput('This earns more points than a whole number on the wire can say', { argument: 'lines' });
  const member = await lockWallet(tx, memberUid, programme.id);
  if (member.forgotten) return { kind: 'refused', code: 'NOT_ENROLLED' };
  const history = await readHistory(tx, { memberUid, programme }, usedBy(earned, rules), at);
  const decision = decide(earned, rules, history);
  const { points } = decision;
  const id = uuid();
  const owedFen = partner.id === programme.issuerId ? 0n : timesDown(points, issuePriceOf(programme));
  const claimed = await change(
    tx,
    `insert into accrual (id, member_uid, programme, partner, purchase_ref, points, owed_fen, at, redemption, lines, rules, standing, body_hash)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?) on conflict (partner, purchase_ref) do nothing`,
    [
      id,
      memberUid,
      programme.id,
      partner.id,
      purchase.purchaseRef,
      points,
      owedFen,
      at.toISOString(),
      purchase.redemption ?? null,
      JSON.stringify(purchase.lines.map((line, n) => keptLine(line, decision.lines[n]?.points ?? 0n))),
      JSON.stringify(decision.rules.map(keptRule)),
      JSON.stringify(keptStanding(standing)),
      hashOf(purchase, programme.id),
    ],
  );
  // Somebody reported the same purchase at the same time, under another key, and came first.
  if (claimed === 0) return (await sameAsBefore(tx, purchase, programme.id)) as AccrueOutcome;
  if (points === 0n) return { kind: 'accrued', accrual: id, before: false };
  await giveLots(tx, member, key, { accrual: id, programme, at, lots: lotsOf(decision, rules, expiryPolicyOf(programme), at) });
  if (programme.expiryMode === 'SLIDING') await renewLots(tx, member, programme, at);
  const redemption = purchase.redemption ?? null;
  await chargeAccrual(tx, { accrual: id, partner, programme, points, redemption });
  if (redemption !== null) await clawBackLate(tx, member, key, { accrual: id, redemption });
  return { kind: 'accrued', accrual: id, before: false };
}

const hashOf = ({ memberUid, lines, redemption }: Purchase, programme: string): string =>
  createHash('sha256').update(canonical({ memberUid, lines, redemption, programme })).digest('hex');

/** The first accrual of this purchase; the same number with other contents is a mistake of the sender. */
async function sameAsBefore(tx: EntityManager, purchase: Purchase, programme: string): Promise<AccrueOutcome | null> {
  const [first] = await rows<{ id: string; body_hash: string }>(
    tx,
    'select id, body_hash from accrual where partner = ? and purchase_ref = ?',
    [purchase.partner, purchase.purchaseRef],
  );
  if (!first) return null;
  if (first.body_hash !== hashOf(purchase, programme))
    throw new DomainError('IDEMPOTENCY_CONFLICT', 'This purchase was reported before with other contents', {
      purchaseRef: purchase.purchaseRef,
    });
  return { kind: 'accrued', accrual: first.id, before: true };
}

function mustBeSound({ lines, purchaseRef }: Purchase): void {
  if (purchaseRef.length === 0 || purchaseRef.length > 200)
    throw badInput('`purchaseRef` is 1 to 200 characters', { argument: 'purchaseRef' });
  if (lines.length === 0 || lines.length > 500) throw badInput('A purchase has 1 to 500 lines', { argument: 'lines' });
  if (lines.some(({ fen, cashFen }) => cashFen > fen)) throw badInput('`cashFen` is a part of `fen`', { argument: 'lines.cashFen' });
}
