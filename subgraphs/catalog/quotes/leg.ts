import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { as } from '../../kernel/union.js';
import { PartnerStub } from '../partner.stub.js';
import { ProgrammeStub } from '../programme.stub.js';
import type { Leg } from './split.js';

@ObjectType({ description: 'Points of one programme in a payment.' })
@Access('PUBLIC')
export class PaymentLeg {
  @Field(() => ProgrammeStub, { description: 'Whose points.' }) programme!: ProgrammeStub;
  @Field(() => PartnerStub, { description: 'Who issued them and answers for them.' }) issuer!: PartnerStub;
  @Field(() => PointsScalar, { description: 'How many.' }) points!: bigint;
  @Field(() => FenScalar, { description: 'How much of the price they cover.' }) fen!: bigint;
}

/** A leg as the graph shows it; what its issuer owes stays between the companies. */
export const paymentLeg = ({ programme, issuer, points, fen }: Leg): PaymentLeg =>
  as(PaymentLeg, { programme: { id: programme }, issuer: { id: issuer }, points, fen });
