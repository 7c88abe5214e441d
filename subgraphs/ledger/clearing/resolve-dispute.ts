import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { appendObligations } from './append-obligations.js';
import type { DisputeStateName } from './dispute.types.js';
import { disputeById, openDispute, type StoredDispute } from './dispute-store.js';
import { lockLines } from './less-disputed.js';
import { Obligation } from './obligation.entity.js';

export interface Objection {
  readonly partner: string;
  readonly obligation: string;
  readonly side: 'CREDITOR' | 'DEBTOR';
  readonly evidence: string;
}

export interface Opened {
  readonly kind: 'opened';
  readonly dispute: string;
  readonly before: boolean;
}

/** Writes down what a partner says is wrong with its own line. A line that is in dispute already stays in that one. */
export function objectTo(em: EntityManager, key: WriteKey, by: string, objection: Objection): Promise<Once<Opened>> {
  const { partner, obligation: of, side, evidence } = objection;
  return once<Opened>(em, key, objection, async (tx) => {
    const obligation = await tx.findOne(Obligation, { id: of });
    const whose = side === 'CREDITOR' ? obligation?.creditor : obligation?.debtor;
    if (!obligation || whose !== partner) throw badInput('There is no such line', { argument: 'line' });
    await rows(tx, `select pg_advisory_xact_lock(hashtext(?))`, [`tongdui dispute ${of}`]);
    const open = await openDispute(tx, of, side);
    if (open) return { kind: 'opened', dispute: open.id, before: true };
    const id = uuid();
    await rows(
      tx,
      `insert into dispute (id, obligation, side, partner, evidence, opened_by, opened_at) values (?, ?, ?, ?, ?, ?, clock())`,
      [id, of, side, partner, evidence, by],
    );
    return { kind: 'opened', dispute: id, before: false };
  });
}

export type Resolved =
  | { readonly kind: 'resolved'; readonly dispute: string }
  | { readonly kind: 'refused'; readonly code: 'SELF_APPROVAL' }
  | { readonly kind: 'refused'; readonly code: 'DISPUTE_OVER'; readonly state: DisputeStateName }
  | { readonly kind: 'refused'; readonly code: 'OVER_LINE'; readonly limitFen: bigint };

export interface Verdict {
  readonly dispute: string;
  /** What the partner gets of the other side; null where the line stays as it is. */
  readonly fen: bigint | null;
  readonly note: string;
}

/** Decides a dispute, by somebody else than who opened it. What the partner gets is owed in the period that is open now; closed ones never change. */
export function resolveDispute(em: EntityManager, key: WriteKey, by: string, verdict: Verdict): Promise<Once<Resolved>> {
  const { dispute: id, fen, note } = verdict;
  return once<Resolved>(em, key, verdict, async (tx) => {
    const dispute = await disputeById(tx, id, true);
    if (!dispute) throw badInput('There is no such dispute', { argument: 'dispute' });
    if (dispute.openedBy === by) return { kind: 'refused', code: 'SELF_APPROVAL' };
    if (dispute.state !== 'OPEN') return { kind: 'refused', code: 'DISPUTE_OVER', state: dispute.state };
    const obligation = await tx.findOneOrFail(Obligation, { id: dispute.obligation });
    await lockLines(tx, [obligation.id]);
    const before = await putRightBefore(tx, dispute, obligation.redemption);
    const limitFen = before < obligation.fen ? obligation.fen - before : 0n;
    if (fen !== null && fen > limitFen) return { kind: 'refused', code: 'OVER_LINE', limitFen };
    const state = fen === null ? 'REJECTED' : 'UPHELD';
    await auditChange(tx, key, {
      partner: dispute.partner,
      before: { dispute: id, state: 'OPEN' },
      after: { dispute: id, state, fen, note },
    });
    // Last, for it holds off the closing of a period until commit.
    const adjustment = fen === null ? null : await adjust(tx, dispute, obligation, fen);
    await rows(tx, `update dispute set state = ?, resolved_by = ?, resolved_at = clock(), note = ?, fen = ?, adjustment = ? where id = ?`, [
      state,
      by,
      note,
      fen,
      adjustment,
      id,
    ]);
    return { kind: 'resolved', dispute: id };
  });
}

/**
 * What came back of the line so far: by disputes that were upheld, and to who owes it by returns. Both only grow while the dispute is
 * locked. Returns are found by their redemption, where there is one; what reverses what has no index, for that would cost every redemption.
 */
async function putRightBefore(tx: EntityManager, { obligation, side }: StoredDispute, redemption: string | null): Promise<bigint> {
  const back = redemption === null ? '' : 'and redemption = ?';
  const [sum] = await rows<{ fen: string }>(
    tx,
    `select (select coalesce(sum(fen), 0) from dispute where obligation = ? and side = ?)
       + (select coalesce(sum(fen), 0) from obligation where ? = 'DEBTOR' and reverses = ? ${back}) as fen`,
    [obligation, side, side, obligation, ...(redemption === null ? [] : [redemption])],
  );
  return BigInt(sum?.fen ?? 0);
}

async function adjust(
  tx: EntityManager,
  { id, partner }: StoredDispute,
  { debtor, creditor, programme }: Obligation,
  fen: bigint,
): Promise<string> {
  const [made] = await appendObligations(tx, [
    {
      kind: 'ADJUSTMENT',
      debtor: partner === creditor ? debtor : creditor,
      creditor: partner,
      programme,
      points: 0n,
      fen,
      feeFen: 0n,
      feeBorneBy: 'ACCEPTOR',
      cause: id,
      redemption: null,
    },
  ]);
  return made?.id ?? '';
}
