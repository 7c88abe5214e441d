import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import { wholeBill } from './purchase-lines.js';

@ObjectType({ description: "A partner's terms for its bills, as disclosed to everybody." })
@Access('PUBLIC')
export class BillTerms {
  @Field(() => ID, { description: 'The partner.' })
  partnerId!: string;

  @Field(() => Int, { description: 'How much of a bill phone credit pays at most, in basis points; 10000, the whole bill, unless set.' })
  creditShareBasisPoints!: number;
}

/** The most of a bill that phone credit pays at the partner, in basis points. */
export async function creditShareOf(em: EntityManager, partnerId: string): Promise<number> {
  const [terms] = await rows<{ share: number }>(em, 'select credit_share_basis_points as share from bill_terms where partner = ?', [
    partnerId,
  ]);
  return terms?.share ?? wholeBill;
}

/** Sets how much of the bills that are reported from now on phone credit pays; what it paid of earlier ones stays. */
export function setBillTerms(em: EntityManager, key: WriteKey, terms: BillTerms): Promise<Once<{ kind: 'set' }>> {
  const { partnerId, creditShareBasisPoints } = terms;
  if (creditShareBasisPoints < 0 || creditShareBasisPoints > wholeBill)
    throw badInput('`creditShareBasisPoints` is 0 to 10000', { argument: 'creditShareBasisPoints' });
  return once(em, key, terms, async (tx) => {
    // One after the other, so that each is told the share that it took the place of.
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [`bill terms/${partnerId}`]);
    const before = { creditShareBasisPoints: await creditShareOf(tx, partnerId) };
    await change(
      tx,
      `insert into bill_terms (partner, credit_share_basis_points) values (?, ?)
       on conflict (partner) do update set credit_share_basis_points = excluded.credit_share_basis_points`,
      [partnerId, creditShareBasisPoints],
    );
    await auditChange(tx, key, { partner: partnerId, before, after: { creditShareBasisPoints } });
    return { kind: 'set' as const };
  });
}
