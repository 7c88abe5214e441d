import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import type { Trade } from '../../../schema/roster.js';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import type { Context } from '../context.js';
import { FeeBearer, Partner, TradeEnum } from './partner.entity.js';
import { Programme } from './programme.entity.js';

@ObjectType({ description: 'What another subgraph prices with.' })
@Inaccessible()
@Access('INTERNAL')
class ProgrammeTerms {
  @Field(() => ID, { description: 'The programme.' }) programme!: string;
  @Field(() => ID, { description: 'Its issuer.' }) issuer!: string;
  @Field(() => FenScalar, { description: 'Fen …' }) valueFen!: bigint;
  @Field(() => PointsScalar, { description: '… for this many points.' }) valuePoints!: bigint;
}

@ObjectType({ description: 'On which terms a partner accepts.' })
@Inaccessible()
@Access('INTERNAL')
class PartnerTerms {
  @Field(() => ID, { description: 'The partner.' }) id!: string;
  @Field(() => TradeEnum, { nullable: true, description: 'Its trade: which subgraph delivers for it.' }) trade!: Trade | null;
  @Field(() => Boolean, { description: 'Whether it is suspended.' }) suspended!: boolean;
  @Field(() => Int, { description: 'Its fee in basis points.' }) feeBasisPoints!: number;
  @Field(() => FeeBearer, { description: 'Who bears the fee.' }) feeBorneBy!: FeeBearer;
}

@Resolver()
export class TermsResolver {
  @Query(() => [ProgrammeTerms], { description: 'For other subgraphs: issuer and value of programmes; unknown ids are left out.' })
  @Internal()
  async programmeTerms(
    @Arg('ids', () => [ID], { description: 'Programme ids.' }) ids: string[],
    @Ctx() { loaders }: Context,
  ): Promise<ProgrammeTerms[]> {
    const found = (await loaders.programme.loadMany(ids)).filter((programme) => programme instanceof Programme);
    return found.map(({ id, issuerId, valueFen, valuePoints }) => ({ programme: id, issuer: issuerId, valueFen, valuePoints }));
  }

  @Query(() => PartnerTerms, { nullable: true, description: 'For other subgraphs: terms of a partner.' })
  @Internal()
  partnerTerms(@Arg('id', () => ID, { description: 'Partner id.' }) id: string, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(id);
  }
}
