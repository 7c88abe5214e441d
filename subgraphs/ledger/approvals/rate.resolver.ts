import { Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { PointValue, Programme } from '../partners/programme.entity.js';

@ObjectType({ description: 'What points are worth from an instant on.' })
@Access('PUBLIC')
class ProgrammeRate {
  @Field(() => PointValue, { description: 'What a point is worth.' }) value!: PointValue;
  @Field(() => Date, { nullable: true, description: 'From when; absent: from the beginning.' }) validFrom!: Date | null;
}

@Resolver(() => Programme)
export class RateResolver {
  @FieldResolver(() => [ProgrammeRate], { description: 'What its points were, are and will be worth, in order of time.' })
  async rates(@Root() { id, firstValueFen, firstValuePoints }: Programme, @Ctx() { em }: Context): Promise<ProgrammeRate[]> {
    const found = await rows<{ valid_from: string; value_fen: string; value_points: string }>(
      em,
      'select valid_from, value_fen, value_points from programme_rate where programme = ? order by valid_from, id',
      [id],
    );
    const dated = found.map(({ valid_from, value_fen, value_points }) => ({
      value: { fen: BigInt(value_fen), points: BigInt(value_points) },
      validFrom: new Date(valid_from),
    }));
    return [{ value: { fen: firstValueFen, points: firstValuePoints }, validFrom: null }, ...dated];
  }
}
