import type { WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { baseMultiplier, everybody, type Standing } from './rules.js';

export interface Sale {
  readonly partner: string;
  readonly programme?: string | null | undefined;
  readonly memberUid: string | null;
  readonly purchaseRef: string;
}

export interface Asking {
  readonly memberUid: string;
  readonly programme: string;
  readonly issuer: string;
  readonly partner: string;
  readonly credit: boolean;
  readonly tier: boolean;
}

/**
 * What the member of a sale is, as far as a rule of the programme counts it. Members are asked only then, only of a new purchase, and before
 * the transaction opens: inside it a subgraph in the same process would meet our entity manager. Out of reach is neither an answer nor
 * the base.
 */
export async function standingOf(context: Pick<Context, 'em' | 'peers' | 'viewer'>, key: WriteKey, sale: Sale): Promise<Standing> {
  if (sale.memberUid === null) return everybody;
  const [counting] = await rows<{ programme: string; issuer: string; credit: boolean; tier: boolean }>(
    context.em,
    `select p.id as programme, p.issuer, c.credit, c.tier from programme p cross join lateral (
       select coalesce(bool_or(r.credit_factor), false) as credit, coalesce(bool_or(r.tier is not null), false) as tier
       from accrual_rule r where r.programme = p.id and r.published_at is not null and (r.credit_factor or r.tier is not null)) c
     where p.id = coalesce(?, (select earn_programme from partner where id = ?)) and (c.credit or c.tier)
       and not exists (select 1 from idempotency i where i.principal = ? and i.key = ?)
       and not exists (select 1 from accrual a where a.partner = ? and a.purchase_ref = ?)`,
    [sale.programme ?? null, sale.partner, key.principal, key.key, sale.partner, sale.purchaseRef],
  );
  return counting ? askStanding(context, { ...counting, memberUid: sale.memberUid, partner: sale.partner }) : everybody;
}

/** Asks members; what is not counted is not asked. */
export async function askStanding(context: Pick<Context, 'peers' | 'viewer'>, asking: Asking): Promise<Standing> {
  const [multiplier, tier] = await Promise.all([
    asking.credit ? askMultiplier(context, asking) : baseMultiplier,
    asking.tier ? askTier(context, asking) : null,
  ]);
  return { multiplier, tier };
}

/**
 * The multiplier of the credit band, in basis points. The issuer gives the points and the seller sees how many they are, so both must be
 * recipients of the member's consent; a withdrawal holds from the next accrual.
 */
async function askMultiplier(
  { peers, viewer }: Pick<Context, 'peers' | 'viewer'>,
  { memberUid, issuer, partner }: Asking,
): Promise<bigint> {
  const recipients = [...new Set([issuer, partner])];
  const bands = await peers.ask<Record<string, { multiplierBasisPoints: number }>>(
    'members',
    `query ($memberUid: ID!${recipients.map((_, index) => `, $r${index}: ID!`).join('')}) {
      ${recipients.map((_, index) => `r${index}: creditBand(memberUid: $memberUid, recipient: $r${index}) { multiplierBasisPoints }`).join(' ')} }`,
    { memberUid, ...Object.fromEntries(recipients.map((recipient, index) => [`r${index}`, recipient])) },
    viewer,
  );
  const least = BigInt(Math.min(...Object.values(bands).map(({ multiplierBasisPoints }) => multiplierBasisPoints)));
  return least > baseMultiplier ? least : baseMultiplier;
}

/** The member's tier at the issuer; null where the issuer has none. */
async function askTier({ peers, viewer }: Pick<Context, 'peers' | 'viewer'>, { memberUid, issuer }: Asking): Promise<string | null> {
  const { tierOf } = await peers.ask<{ tierOf: { name: string } | null }>(
    'members',
    'query ($memberUid: ID!, $partner: ID!) { tierOf(memberUid: $memberUid, partner: $partner) { name } }',
    { memberUid, partner: issuer },
    viewer,
  );
  return tierOf?.name ?? null;
}
