import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { type Trade, trades } from '../../../schema/roster.js';
import { Access, Key } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { Text } from '../../kernel/text.js';

const meaning: Record<Trade, string> = {
  TELECOM: 'Telecommunication: bills, phone credit, data packs.',
  AUTOMOTIVE: 'Car sale and service: service orders, vouchers.',
  BANKING: 'Banking: card transactions.',
  TRAVEL: 'Flights, rooms, sights: bookings, tickets.',
  RETAIL: 'Shops: baskets, goods, coupons.',
};
export const TradeEnum = enumOf<Trade>('Trade', 'The trade of a partner; it decides which subgraph reports and delivers.', meaning);
export const isTrade = (name: string): name is Trade => (trades as readonly string[]).includes(name);

export const FeeBearer = enumOf('FeeBearer', 'Who bears the fee of a redemption.', {
  ACCEPTOR: 'The acceptor receives the value less the fee.',
  ISSUER: 'The issuer pays the fee on top of the value.',
});
export type FeeBearer = keyof typeof FeeBearer;

/** The partner that always exists: it runs the clearing and receives the fees. */
export const operator = 'operator';

@Entity({ tableName: 'partner' })
@ObjectType({ description: 'A company in the coalition: it issues points, accepts them, or both.' })
@Key('id')
@Access('PUBLIC')
export class Partner {
  @Field(() => ID, { description: 'Short name, such as `telecom`.' })
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Field(() => Text, { description: 'Name in both languages.' })
  @Property({ type: 'json' })
  name!: Text;

  @Field(() => TradeEnum, { nullable: true, description: 'Its trade; absent for partners that neither report nor deliver.' })
  @Property({ type: 'text', nullable: true })
  trade!: Trade | null;

  @Property({ type: 'text', nullable: true, fieldName: 'earn_programme' }) earnProgrammeId!: string | null;

  /** Nullable in the graph: a refusal then costs this field, not the whole partner. */
  @Field(() => Int, { nullable: true, description: 'Fee on redemptions with points of other issuers, in basis points of their value.' })
  @Access('FINANCE')
  @Property({ type: 'integer' })
  feeBasisPoints!: number;

  @Field(() => FeeBearer, { nullable: true, description: 'Who bears that fee.' })
  @Access('FINANCE')
  @Property({ type: 'text' })
  feeBorneBy!: FeeBearer;

  @Field(() => Boolean, { description: 'A suspended partner earns and redeems nothing; returns stay open.' })
  @Property({ type: 'boolean' })
  suspended!: boolean;
}
