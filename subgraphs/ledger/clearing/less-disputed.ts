import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { NewObligation, RecordedObligation } from './obligations.js';

/** Whoever gives something back of an obligation, by a return or by a verdict, does so one after the other; `ids` in order, as everybody locks several. */
export async function lockLines(tx: EntityManager, ids: readonly string[]): Promise<void> {
  for (const id of ids.toSorted()) await rows(tx, 'select pg_advisory_xact_lock(hashtext(?))', [`tongdui line ${id}`]);
}

/**
 * Pure: of what reversals give back now, what the debtor had been given by a dispute already, so that it is owed the other way again. A
 * reversal itself stays whole, for it follows what came back.
 */
export function excessOf(fen: bigint, { before, now, disputed }: { before: bigint; now: bigint; disputed: bigint }): bigint {
  const over = (returned: bigint): bigint => (returned + disputed > fen ? returned + disputed - fen : 0n);
  return over(before + now) - over(before);
}

/** What debtors have to give back because a dispute about the same obligation had put them right before; to be appended with the reversals. */
export async function lessDisputed(
  tx: EntityManager,
  recorded: readonly RecordedObligation[],
  reversals: readonly NewObligation[],
): Promise<NewObligation[]> {
  const reversed = recorded.filter(({ id }) => reversals.some(({ reverses }) => reverses === id));
  if (reversed.length === 0) return [];
  const ids = reversed.map(({ id }) => id);
  await lockLines(tx, ids);
  const found = await rows<{ id: string; fen: string }>(
    tx,
    `select obligation as id, sum(fen)::text as fen from dispute where obligation = any(?::uuid[]) and side = 'DEBTOR' and fen is not null group by obligation`,
    [ids],
  );
  const sumOf = (all: readonly NewObligation[], id: string): bigint =>
    all.filter(({ reverses }) => reverses === id).reduce((sum, { fen }) => sum + fen, 0n);
  return reversed.flatMap(({ id, debtor, creditor, programme, fen: whole }): NewObligation[] => {
    const disputed = BigInt(found.find((each) => each.id === id)?.fen ?? 0);
    const fen = excessOf(whole, { before: sumOf(recorded, id), now: sumOf(reversals, id), disputed });
    const cause = reversals.find(({ reverses }) => reverses === id)?.cause ?? '';
    const none = { points: 0n, feeFen: 0n, feeBorneBy: 'ACCEPTOR', redemption: null } as const;
    return fen === 0n ? [] : [{ kind: 'ADJUSTMENT', debtor, creditor, programme, fen, cause, ...none }];
  });
}
