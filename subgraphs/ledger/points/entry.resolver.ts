import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import type { Context } from '../context.js';
import { Programme } from '../partners/programme.entity.js';
import { Entry } from './entry.js';
import { Lot } from './lot.js';
import { PointsDeltaScalar } from './points-delta.js';

@ObjectType({ description: 'What an entry did to one lot.' })
@Access('PUBLIC')
class EntryLot {
  @Field(() => Lot, { nullable: true, description: 'The lot as it is now.' }) lot!: Lot | null;
  @Field(() => PointsDeltaScalar, { description: 'Points that it gained or lost.' }) points!: bigint;
}

@Resolver(() => Entry)
export class EntryResolver {
  @FieldResolver(() => PointsDeltaScalar, {
    nullable: true,
    description: "Place in the member's journal; absent for a partner, which would see by the gaps how much happens elsewhere.",
  })
  seq(@Root() { number }: Entry, @Ctx() { viewer }: Context): bigint | null {
    return viewer.partner === undefined ? number : null;
  }

  @FieldResolver(() => Programme, { description: 'The programme of the points.' })
  programme(@Root() { programmeId }: Entry, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(programmeId);
  }

  @FieldResolver(() => [EntryLot], { description: 'The lots that it touched.' })
  async lots(@Root() { memberUid, number }: Entry, @Ctx() { loaders }: Context): Promise<EntryLot[]> {
    const parts = await loaders.lotsOfEntry.load(`${memberUid} ${number}`);
    return Promise.all(parts.map(async ({ lot, points }) => ({ lot: await loaders.lot.load(`${memberUid} ${lot}`), points })));
  }
}
