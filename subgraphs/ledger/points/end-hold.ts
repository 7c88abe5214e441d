import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { appendObligations, obligationsOf } from '../clearing/obligations.js';
import type { Context } from '../context.js';
import { type HoldStep, mayGoOn } from './holds.js';
import { endHold, holdById, legsOf, partsOf, pin, type StoredHold } from './hold-store.js';
import { append, lockMember, type LockedMember } from './journal.js';
import { moveLots } from './lot-store.js';
import { entryOf } from './posting.js';
import { giveBack } from './settle.js';

type Refused = Exclude<HoldStep, { kind: 'go' }>;

/** What a capture made one partner owe another. */
export interface CapturedObligation {
  readonly id: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly fen: bigint;
  readonly feeFen: bigint;
}

export type PinOutcome = { readonly kind: 'pinned'; readonly hold: string } | Refused;
export type CaptureOutcome =
  | { readonly kind: 'captured'; readonly hold: string; readonly obligations: readonly CapturedObligation[] }
  | Refused;
export type ReleaseOutcome = { readonly kind: 'released'; readonly hold: string } | Refused;

/** Takes the time limit off a hold: what follows may last as long as a delivery does. */
export const pinHold = (context: Pick<Context, 'em'>, key: WriteKey, hold: string): Promise<Once<PinOutcome>> =>
  step<PinOutcome>(context, key, hold, async (tx) => {
    await pin(tx, hold);
    return { kind: 'pinned', hold };
  });

/** Burns the points of a hold and writes down who owes whom for them. */
export const captureHold = (context: Pick<Context, 'em'>, key: WriteKey, hold: string): Promise<Once<CaptureOutcome>> =>
  step<CaptureOutcome>(context, key, hold, async (tx, member, found) => {
    const parts = await partsOf(tx, found);
    const legs = await legsOf(tx, hold);
    await moveLots(
      tx,
      member.uid,
      parts.map(({ lot, points }) => ({ lot, remaining: -points, held: -points })),
    );
    const { redemption } = found;
    await append(
      tx,
      member,
      key,
      legs.map(({ programme }) =>
        entryOf(
          'BURN',
          programme,
          { kind: 'REDEMPTION', id: redemption },
          parts.filter((part) => part.programme === programme),
        ),
      ),
    );
    await endHold(tx, member, hold, 'CAPTURED');
    const acceptor = { id: found.acceptor, feeBasisPoints: found.feeBasisPoints, feeBorneBy: found.feeBorneBy };
    const owed = obligationsOf({ kind: 'REDEMPTION', acceptor, legs, cause: redemption, redemption });
    const ids = await appendObligations(tx, owed);
    const obligations = owed.map(({ debtor, creditor, fen, feeFen }, n) => ({ id: ids[n]?.id ?? '', debtor, creditor, fen, feeFen }));
    return { kind: 'captured', hold, obligations };
  });

/** Gives the points of a hold back to their lots. */
export const releaseHold = (context: Pick<Context, 'em'>, key: WriteKey, hold: string): Promise<Once<ReleaseOutcome>> =>
  step<ReleaseOutcome>(context, key, hold, async (tx, member, found) => {
    await giveBack(tx, member, key, found, 'RELEASED');
    return { kind: 'released', hold };
  });

/** One step of a hold that is neither over nor out of time, on the locked member. */
function step<O extends { readonly kind: string }>(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  hold: string,
  work: (tx: EntityManager, member: LockedMember, hold: StoredHold) => Promise<O>,
): Promise<Once<O | Refused>> {
  return once<O | Refused>(em, key, { hold }, async (tx) => {
    const known = await holdById(tx, hold);
    const member = known && (await lockMember(tx, known.memberUid));
    // Read again: only now does nobody else write on it.
    const found = member && (await holdById(tx, hold));
    if (!found) throw badInput('There is no such hold', { argument: 'hold' });
    const refused = mayGoOn(found, member.now);
    return refused.kind === 'go' ? work(tx, member, found) : refused;
  });
}
