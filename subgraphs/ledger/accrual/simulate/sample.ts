import { now } from '../../../kernel/clock.js';
import { badInput } from '../../../kernel/errors.js';
import { memberUidOf } from '../../../kernel/member-ref.js';
import type { Context } from '../../context.js';
import type { Programme } from '../../partners/programme.entity.js';
import { lineOf, type PurchaseLineInput } from '../purchase-line-input.js';
import type { AccrualRule } from '../rule.entity.js';
import type { Standing } from '../rules.js';
import type { Seller } from '../seller.js';
import { sellerOf } from '../seller-of.js';
import { askStanding } from '../standing.js';
import type { TrialPurchase } from './rehearse.js';

interface SamplePurchase {
  readonly memberRef?: string | null;
  readonly partner?: string | null;
  readonly at?: Date | null;
  readonly lines: readonly PurchaseLineInput[];
  readonly tier?: string | null;
  readonly multiplierBasisPoints: number;
}

/** The purchases of a sample with their members as they are now. */
export async function sampleOf(
  context: Context,
  rule: AccrualRule,
  programme: Programme,
  sample: readonly SamplePurchase[],
): Promise<TrialPurchase[]> {
  if (sample.length === 0 || sample.length > 500) throw badInput('A sample has 1 to 500 purchases', { argument: 'sample' });
  for (const { lines, multiplierBasisPoints } of sample) {
    if (lines.length === 0 || lines.length > 500) throw badInput('A purchase has 1 to 500 lines', { argument: 'sample.lines' });
    if (lines.some(({ fen, cashFen }) => (cashFen ?? 0n) > fen))
      throw badInput('`cashFen` is a part of `fen`', { argument: 'sample.lines' });
    if (multiplierBasisPoints < 10_000 || multiplierBasisPoints > 100_000)
      throw badInput('`multiplierBasisPoints` is 10000 to 100000', { argument: 'sample.multiplierBasisPoints' });
  }
  const at = await now(context.em);
  const rules = [...(await context.loaders.rulesOf.load(programme.id)), rule];
  const counts = { credit: rules.some(({ creditFactor }) => creditFactor), tier: rules.some(({ tier }) => tier !== null) };
  const { partner: bounded } = context.viewer;
  const uids = new Map<string, Promise<string>>();
  const standings = new Map<string, Promise<Standing>>();
  const sellers = new Map<string, Promise<Seller>>();
  return Promise.all(
    sample.map(async ({ memberRef, partner, at: bought, lines, tier, multiplierBasisPoints }): Promise<TrialPurchase> => {
      const seller = partner ?? programme.issuerId;
      const selling = await keep(sellers, seller, async () => sellerOf(context.em, await context.loaders.partner.load(seller)));
      const common = { partner: seller, at: bought ?? at, lines: lines.map(lineOf), seller: selling };
      if (memberRef === undefined || memberRef === null)
        return { ...common, member: null, standing: { multiplier: BigInt(multiplierBasisPoints), tier: tier ?? null } };
      const member = await keep(uids, memberRef, () => uidOf(context, memberRef));
      // Points at a band would tell a partner that the member agreed with another one; nobody's consent is the asker's to read but to itself.
      const credit = counts.credit && (bounded === undefined || bounded === seller);
      const asking = { memberUid: member, programme: programme.id, issuer: programme.issuerId, partner: seller, tier: counts.tier, credit };
      return { ...common, member, standing: await keep(standings, `${member} ${seller}`, () => askStanding(context, asking)) };
    }),
  );
}

async function uidOf(context: Context, memberRef: string): Promise<string> {
  const uid = await memberUidOf(context, memberRef);
  if (uid === null) throw badInput('There is no such member', { argument: 'sample.memberRef' });
  return uid;
}

function keep<V>(known: Map<string, Promise<V>>, key: string, ask: () => Promise<V>): Promise<V> {
  const before = known.get(key) ?? ask();
  known.set(key, before);
  return before;
}
