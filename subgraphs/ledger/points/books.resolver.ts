import { Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { sumOf, timesDown } from '../../kernel/rational.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { rows } from '../../kernel/sql.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Programme, valueOf } from '../partners/programme.entity.js';
import { PointsDeltaScalar } from './points-delta.js';

@ObjectType({ description: 'The journal as a whole: whether it adds up, and what it says issuers owe.' })
@Access('FINANCE')
export class Books {
  @Field(() => Int, { description: 'Postings in the journal.' }) postings!: number;
  @Field(() => PointsDeltaScalar, { description: 'Sum of all postings; 0, or something is wrong.' }) sumPoints!: bigint;
  @Field(() => Int, { description: 'Entries that do not sum to 0; 0, or something is wrong.' }) unbalancedEntries!: number;
  @Field(() => Int, { description: 'Lots whose points are not what the journal says; 0, or something is wrong.' }) lotsAstray!: number;
  @Field(() => PointsScalar, { description: 'Points of all programmes that may still be spent.' }) liabilityPoints!: bigint;
  @Field(() => FenScalar, { description: 'What these are worth.' }) liabilityFen!: bigint;
}

@Resolver()
export class BooksResolver {
  @Query(() => Books, { description: 'The journal as a whole.' })
  @Scopes('finance.read:all')
  async books(@Ctx() context: Context): Promise<Books> {
    const { em } = context;
    const [sums] = await rows<{ postings: string; sum: string; unbalanced: string; astray: string }>(
      em,
      `select (select count(*) from posting) as postings, (select coalesce(sum(points), 0)::bigint from posting) as sum,
        (select count(*) from (select 1 from posting group by member_uid, seq, programme having sum(points) <> 0) e) as unbalanced,
        (select count(*) from lot l left join (select member_uid, lot, sum(points) as points from posting where account = 'lot' group by 1, 2) j
           on j.member_uid = l.member_uid and j.lot = l.id where l.remaining <> coalesce(j.points, 0)) as astray`,
    );
    const programmes = await em.find(Programme, {});
    const out = await outstanding(context);
    const liabilities = programmes.map((programme) => ({ programme, points: out.get(programme.id) ?? 0n }));
    return as(Books, {
      postings: Number(sums?.postings),
      sumPoints: BigInt(sums?.sum ?? 0),
      unbalancedEntries: Number(sums?.unbalanced),
      lotsAstray: Number(sums?.astray),
      liabilityPoints: sumOf(liabilities.map(({ points }) => points)),
      liabilityFen: sumOf(liabilities.map(({ programme, points }) => timesDown(points, valueOf(programme)))),
    });
  }
}

/** Points by programme that are neither spent nor expired at this instant. */
async function outstanding({ em }: Context): Promise<Map<string, bigint>> {
  const found = await rows<{ programme: string; points: string }>(
    em,
    'select programme, sum(free + held)::bigint as points from lot_now where open group by programme',
  );
  return new Map(found.map((row) => [row.programme, BigInt(row.points)]));
}
