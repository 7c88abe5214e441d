import { IsolationLevel } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../../kernel/errors.js';
import { now } from '../../../kernel/clock.js';
import { timesDown, timesUp } from '../../../kernel/rational.js';
import { rows } from '../../../kernel/sql.js';
import type { Context } from '../../context.js';
import { expiryPolicyOf, Programme, valueOf } from '../../partners/programme.entity.js';
import { registry } from '../certificates/read-certificates.js';
import { AccrualRule } from '../rule.entity.js';
import { pastBefore, pastPurchases, presentPast } from './past.js';
import { Rehearsal, type TrialPurchase, withCandidate, withoutCandidate } from './rehearse.js';
import { SumUp } from './sum-up.js';

/** What a rule is tried on: purchases that are made up, in their order, or those of a time that is over. */
export type Material =
  | { readonly kind: 'sample'; readonly purchases: readonly TrialPurchase[] }
  | { readonly kind: 'months'; readonly from: Date; readonly until: Date };

export interface Simulated {
  readonly sums: SumUp;
  /** What past purchases really were given; null of a sample. */
  readonly givenPoints: bigint | null;
  readonly extraPoints: bigint;
  /** What these are worth, rounded up. */
  readonly costFen: bigint;
  /** Of the sales, rounded up; null where there are none. */
  readonly costBasisPoints: bigint | null;
  readonly marginGuardBasisPoints: number | null;
  readonly liability: { readonly points: bigint; readonly fen: bigint };
}

/** Purchases of one simulation at the most. */
const most = 200_000;

/** Tries a rule. The database itself refuses to write in the meantime, and shows one state from beginning to end. */
export function simulate(
  { em }: Pick<Context, 'em'>,
  { programmeId, id: ruleId }: Pick<AccrualRule, 'programmeId' | 'id'>,
  material: Material,
): Promise<Simulated> {
  return em.fork().transactional(
    async (fork) => {
      const tx = fork as EntityManager;
      const programme = await tx.findOneOrFail(Programme, { id: programmeId });
      const candidate = await tx.findOneOrFail(AccrualRule, { id: ruleId });
      const published = await tx.find(AccrualRule, { programmeId, publishedAt: { $ne: null } });
      const terms = { policy: expiryPolicyOf(programme), now: await now(tx), registered: await registry(tx, [...published, candidate]) };
      const past = material.kind === 'sample' ? presentPast(tx, programme, terms.now) : await pastBefore(tx, programme, material.from);
      const tried = new Rehearsal(withCandidate(published, candidate), past, terms);
      const current = new Rehearsal(withoutCandidate(published, candidate), past, terms);
      const sums = new SumUp();
      let givenPoints = 0n;
      for await (const purchase of purchasesOf(tx, programme.id, material)) {
        if (sums.purchases === most)
          throw badInput(`There are more than ${most} purchases in these months; name fewer`, { argument: 'months' });
        sums.add(purchase, await tried.buy(purchase), await current.buy(purchase));
        givenPoints += purchase.givenPoints ?? 0n;
      }
      return { ...(await valued(tx, programme, sums)), givenPoints: material.kind === 'months' ? givenPoints : null };
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );
}

type AnyPurchase = TrialPurchase & { readonly givenPoints?: bigint };

async function* purchasesOf(tx: EntityManager, programme: string, material: Material): AsyncGenerator<AnyPurchase> {
  if (material.kind === 'months') yield* pastPurchases(tx, programme, material);
  else yield* material.purchases;
}

async function valued(tx: EntityManager, programme: Programme, sums: SumUp): Promise<Omit<Simulated, 'givenPoints'>> {
  const value = valueOf(programme);
  const extraPoints = sums.points - sums.currentPoints;
  const costFen = timesUp(extraPoints, value);
  const [out] = await rows<{ points: string }>(
    tx,
    'select coalesce(sum(free + held), 0)::bigint as points from lot_now where open and programme = ?',
    [programme.id],
  );
  const before = BigInt(out?.points ?? 0);
  return {
    sums,
    extraPoints,
    costFen,
    costBasisPoints: sums.salesFen === 0n ? null : ceilDiv(costFen * 10_000n, sums.salesFen),
    marginGuardBasisPoints: programme.marginGuardBasisPoints,
    liability: { points: sums.aliveExtra, fen: timesDown(before + sums.aliveExtra, value) - timesDown(before, value) },
  };
}

const ceilDiv = (a: bigint, b: bigint): bigint => timesUp(a, { numerator: 1n, denominator: b });
