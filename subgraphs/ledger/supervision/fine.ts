import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { addStep, lockCase } from './case-store.js';
import { fineRange, isWithinRange, type PenaltyRule } from './penalty.js';

export interface StoredRule extends PenaltyRule {
  readonly id: string;
  readonly version: number;
  readonly reference: string;
}

export interface StoredFine {
  readonly rule: string;
  readonly ruleVersion: number;
  readonly illegalGainsFen: bigint;
  readonly fen: bigint;
  readonly leastFen: bigint;
  readonly mostFen: bigint;
}

export type FineOutcome =
  | { readonly kind: 'done'; readonly case: string }
  | { readonly kind: 'refused'; readonly code: 'CASE_CLEARED' | 'FINED_BEFORE' }
  | { readonly kind: 'refused'; readonly code: 'FINE_OUTSIDE_RULE'; readonly leastFen: bigint; readonly mostFen: bigint };

interface Row {
  readonly id: string;
  readonly version: number;
  readonly reference: string;
  readonly least_multiple: number;
  readonly most_multiple: number;
  readonly most_without_gains_fen: string;
}

/** The newest version of every rule. */
export async function penaltyRules(em: EntityManager, id: string | null = null): Promise<StoredRule[]> {
  const found = await rows<Row>(
    em,
    'select distinct on (id) * from penalty_rule where ?::text is null or id = ? order by id, version desc',
    [id, id],
  );
  return found.map((row) => ({
    id: row.id,
    version: row.version,
    reference: row.reference,
    leastMultiple: row.least_multiple,
    mostMultiple: row.most_multiple,
    mostWithoutGainsFen: BigInt(row.most_without_gains_fen),
  }));
}

/** Writes a new version of a rule; fines keep the one they were measured by. */
export function setPenaltyRule(
  em: EntityManager,
  key: WriteKey,
  rule: Omit<StoredRule, 'version'>,
): Promise<Once<{ kind: 'set'; id: string }>> {
  if (!/^[A-Z][A-Z0-9_]{0,62}$/.test(rule.id))
    throw badInput('A rule id is 1 to 63 capital letters, digits and underscores', { argument: 'id' });
  if (rule.reference.length === 0 || rule.reference.length > 500)
    throw badInput('A reference is 1 to 500 characters', { argument: 'reference' });
  if (rule.leastMultiple < 0 || rule.mostMultiple < rule.leastMultiple || rule.mostMultiple > 1_000)
    throw badInput('Multiples are 0 to 1000, the least not above the most', { argument: 'mostMultiple' });
  return once(em, key, rule, async (tx) => {
    await rows(tx, `select pg_advisory_xact_lock(hashtext('tongdui penalty rules'))`);
    const [before] = await penaltyRules(tx, rule.id);
    const values = [rule.id, (before?.version ?? 0) + 1, rule.reference, rule.leastMultiple, rule.mostMultiple, rule.mostWithoutGainsFen];
    await rows(tx, 'insert into penalty_rule values (?, ?, ?, ?, ?, ?, ?, clock())', [...values, key.principal]);
    await auditChange(tx, key, { before: before ?? null, after: rule });
    return { kind: 'set', id: rule.id };
  });
}

/** Writes down what fine came of a case, as far as the rule lets a fine be. */
export function recordFine(
  em: EntityManager,
  key: WriteKey,
  wish: { readonly case: string; readonly rule: string; readonly fen: bigint; readonly illegalGainsFen: bigint; readonly by: string },
): Promise<Once<FineOutcome>> {
  return once<FineOutcome>(em, key, wish, async (tx) => {
    const { id, state } = await lockCase(tx, wish.case);
    if (state === 'CLEARED') return { kind: 'refused', code: 'CASE_CLEARED' };
    if (await fineOf(tx, id)) return { kind: 'refused', code: 'FINED_BEFORE' };
    const [rule] = await penaltyRules(tx, wish.rule);
    if (!rule) throw badInput('There is no such rule', { argument: 'rule' });
    const range = fineRange(rule, wish.illegalGainsFen);
    if (!isWithinRange(wish.fen, range)) return { kind: 'refused', code: 'FINE_OUTSIDE_RULE', ...range };
    await rows(tx, 'insert into case_fine values (?, ?, ?, ?, ?, ?, ?, ?, clock())', [
      id,
      rule.id,
      rule.version,
      wish.illegalGainsFen,
      wish.fen,
      range.leastFen,
      range.mostFen,
      wish.by,
    ]);
    await addStep(tx, id, 'FINED', wish.by, `${rule.id} v${rule.version}`);
    await auditChange(tx, key, { before: null, after: { case: id, rule: rule.id, fen: wish.fen, illegalGainsFen: wish.illegalGainsFen } });
    return { kind: 'done', case: id };
  });
}

export async function fineOf(em: EntityManager, id: string): Promise<StoredFine | null> {
  const [row] = await rows<{ rule: string; rule_version: number; gains: string; fen: string; least: string; most: string }>(
    em,
    'select rule, rule_version, illegal_gains_fen as gains, fen, least_fen as least, most_fen as most from case_fine where case_id = ?',
    [id],
  );
  if (!row) return null;
  const { rule, rule_version: ruleVersion } = row;
  return {
    rule,
    ruleVersion,
    illegalGainsFen: BigInt(row.gains),
    fen: BigInt(row.fen),
    leastFen: BigInt(row.least),
    mostFen: BigInt(row.most),
  };
}
