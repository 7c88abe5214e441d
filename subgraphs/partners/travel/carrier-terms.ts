import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { FenScalar } from '../../kernel/scalars.js';
import { change, rows } from '../../kernel/sql.js';
import { as } from '../../kernel/union.js';
import type { Entitlement } from '../entitlement.entity.js';

@ObjectType({ description: "A carrier's terms for bookings that are called off, as disclosed to everybody." })
@Access('PUBLIC')
export class CarrierTerms {
  @Field(() => ID, { description: 'The carrier.' }) partnerId!: string;

  @Field(() => FenScalar, { description: 'Fee of a passenger who calls a booking off; 0 where the carrier said nothing.' })
  passengerFeeFen!: bigint;

  @Field(() => Date, { nullable: true, description: 'Since when tickets are delivered under them; absent where the carrier said nothing.' })
  validFrom!: Date | null;
}

/** The terms under which a carrier's tickets are delivered now. */
export async function termsOf(em: EntityManager, partnerId: string): Promise<CarrierTerms> {
  const [last] = await rows<{ fee: string; valid_from: string }>(
    em,
    'select passenger_fee_fen as fee, valid_from from carrier_terms where partner = ? order by version desc limit 1',
    [partnerId],
  );
  return as(CarrierTerms, {
    partnerId,
    passengerFeeFen: BigInt(last?.fee ?? 0),
    validFrom: last ? new Date(last.valid_from) : null,
  });
}

/** What is delivered stays under the terms of its delivery: a fee that rises later is nothing that the passenger agreed to. */
export async function keepTerms(tx: EntityManager, [first]: readonly Entitlement[]): Promise<void> {
  if (!first) return;
  await change(
    tx,
    'insert into booked_terms (redemption, partner, version) select ?, ?, (select max(version) from carrier_terms where partner = ?)',
    [first.redemption, first.partnerId, first.partnerId],
  );
}

/** Fee of a passenger who calls off what this redemption delivered. */
export async function bookedFee(em: EntityManager, redemption: string): Promise<bigint> {
  const [booked] = await rows<{ fee: string }>(
    em,
    'select t.passenger_fee_fen as fee from booked_terms b join carrier_terms t using (partner, version) where b.redemption = ?',
    [redemption],
  );
  return BigInt(booked?.fee ?? 0);
}

const mostFen = 100_000_000n;

/** Sets the fee for tickets that are delivered from now on. */
export function setCarrierTerms(
  em: EntityManager,
  key: WriteKey,
  wish: Pick<CarrierTerms, 'partnerId' | 'passengerFeeFen'>,
): Promise<Once<{ kind: 'set'; validFrom: Date }>> {
  const { partnerId, passengerFeeFen } = wish;
  if (passengerFeeFen < 0n || passengerFeeFen > mostFen)
    throw badInput('`passengerFeeFen` is 0 to 100000000', { argument: 'passengerFeeFen' });
  return once(em, key, wish, async (tx) => {
    // One after the other: each is a version of its own, and is told what it took the place of.
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [`carrier terms/${partnerId}`]);
    const before = await termsOf(tx, partnerId);
    const [made] = await rows<{ valid_from: string }>(
      tx,
      `insert into carrier_terms (partner, version, passenger_fee_fen, valid_from)
       select ?, coalesce(max(version), 0) + 1, ?, date_trunc('milliseconds', clock()) from carrier_terms where partner = ? returning valid_from`,
      [partnerId, passengerFeeFen, partnerId],
    );
    const fee = (terms: Pick<CarrierTerms, 'passengerFeeFen'>): object => ({ passengerFeeFen: terms.passengerFeeFen });
    await auditChange(tx, key, { partner: partnerId, before: before.validFrom && fee(before), after: fee(wish) });
    return { kind: 'set' as const, validFrom: new Date(made?.valid_from ?? Number.NaN) };
  });
}
