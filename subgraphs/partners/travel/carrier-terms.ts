import { BigIntType } from '@mikro-orm/core';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { badInput } from '../../kernel/errors.js';
import { audit, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { FenScalar } from '../../kernel/scalars.js';
import { change } from '../../kernel/sql.js';

@Entity({ tableName: 'carrier_terms' })
@ObjectType({ description: "A carrier's terms for bookings that are called off, as disclosed to everybody." })
@Access('PUBLIC')
export class CarrierTerms {
  @Field(() => ID, { description: 'The carrier.' })
  @PrimaryKey({ type: 'text', fieldName: 'partner' })
  partnerId!: string;

  @Field(() => FenScalar, { description: 'Fee of a passenger who calls a booking off; 0 where the carrier said nothing.' })
  @Property({ type: new BigIntType('bigint') })
  passengerFeeFen!: bigint;
}

/** Fee of a passenger's cancellation at the carrier; 0 by default. */
export const feeOf = async (em: EntityManager, partnerId: string): Promise<bigint> =>
  (await em.findOne(CarrierTerms, { partnerId }))?.passengerFeeFen ?? 0n;

const mostFen = 100_000_000n;

/** Sets the fee for cancellations that are reported from now on. */
export function setCarrierTerms(em: EntityManager, key: WriteKey, terms: CarrierTerms): Promise<Once<{ kind: 'set' }>> {
  const { partnerId, passengerFeeFen } = terms;
  if (passengerFeeFen < 0n || passengerFeeFen > mostFen)
    throw badInput('`passengerFeeFen` is 0 to 100000000', { argument: 'passengerFeeFen' });
  return once(em, key, terms, async (tx) => {
    await change(
      tx,
      'insert into carrier_terms (partner, passenger_fee_fen) values (?, ?) on conflict (partner) do update set passenger_fee_fen = excluded.passenger_fee_fen',
      [partnerId, passengerFeeFen],
    );
    await audit(tx, key, { partner: partnerId, passengerFeeFen });
    return { kind: 'set' as const };
  });
}
