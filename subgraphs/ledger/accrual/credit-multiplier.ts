import type { WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { baseMultiplier } from './rules.js';

interface Band {
  readonly multiplierBasisPoints: number;
}

export interface Sale {
  readonly partner: string;
  readonly programme?: string | null | undefined;
  readonly memberUid: string | null;
  readonly purchaseRef: string;
}

/**
 * What the member's credit band multiplies points by, in basis points. Members are asked only where a rule of the programme counts it and
 * the purchase is a new one, and before the transaction opens: inside it a subgraph in the same process would meet our entity manager.
 * Out of reach is neither an answer nor the base. The issuer gives the points and the seller sees how many they are, so both must be
 * recipients of the member's consent; a withdrawal holds from the next accrual.
 */
export async function multiplierOf(
  { em, peers, viewer }: Pick<Context, 'em' | 'peers' | 'viewer'>,
  key: WriteKey,
  sale: Sale,
): Promise<bigint> {
  if (sale.memberUid === null) return baseMultiplier;
  const [counting] = await rows<{ issuer: string }>(
    em,
    `select p.issuer from programme p where p.id = coalesce(?, (select earn_programme from partner where id = ?))
       and exists (select 1 from accrual_rule r where r.programme = p.id and r.credit_factor and r.published_at is not null)
       and not exists (select 1 from idempotency i where i.principal = ? and i.key = ?)
       and not exists (select 1 from accrual a where a.partner = ? and a.purchase_ref = ?)`,
    [sale.programme ?? null, sale.partner, key.principal, key.key, sale.partner, sale.purchaseRef],
  );
  if (!counting) return baseMultiplier;
  const recipients = [...new Set([counting.issuer, sale.partner])];
  const bands = await peers.ask<Record<string, Band>>(
    'members',
    `query ($memberUid: ID!${recipients.map((_, index) => `, $r${index}: ID!`).join('')}) {
      ${recipients.map((_, index) => `r${index}: creditBand(memberUid: $memberUid, recipient: $r${index}) { multiplierBasisPoints }`).join(' ')} }`,
    { memberUid: sale.memberUid, ...Object.fromEntries(recipients.map((recipient, index) => [`r${index}`, recipient])) },
    viewer,
  );
  const least = BigInt(Math.min(...Object.values(bands).map(({ multiplierBasisPoints }) => multiplierBasisPoints)));
  return least > baseMultiplier ? least : baseMultiplier;
}
