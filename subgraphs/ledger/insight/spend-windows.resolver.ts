import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { badInput } from '../../kernel/errors.js';
import { FenScalar } from '../../kernel/scalars.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';

@ObjectType({ description: 'For other subgraphs: what a member bought at a partner in two windows that follow each other.' })
@Inaccessible()
@Access('INTERNAL')
class SpendWindows {
  @Field(() => ID, { description: 'The member.' }) memberUid!: string;
  @Field(() => FenScalar, { description: 'Gross fen in the window before.' }) beforeFen!: bigint;
  @Field(() => Int, { description: 'Purchases in the window before.' }) beforeCount!: number;
  @Field(() => FenScalar, { description: 'Gross fen in the recent window.' }) recentFen!: bigint;
  @Field(() => Int, { description: 'Purchases in the recent window.' }) recentCount!: number;
}

interface Row {
  readonly memberUid: string;
  readonly beforeFen: string;
  readonly beforeCount: number;
  readonly recentFen: string;
  readonly recentCount: number;
}

/** Members per answer; `after` reads on. */
const batch = 5_000;

@Resolver()
export class SpendWindowsResolver {
  @Query(() => [SpendWindows], {
    description: `For other subgraphs: two windows of purchases at a partner, less what of them went back, by member, ${batch} at a time in the order of members.`,
  })
  @Internal()
  async spendWindows(
    @Arg('partner', () => ID, { description: 'The partner.' }) partner: string,
    @Arg('from', () => Date, { description: 'First instant of the window before.' }) from: Date,
    @Arg('middle', () => Date, { description: 'First instant of the recent window.' }) middle: Date,
    @Arg('until', () => Date, { description: 'First instant after the recent window.' }) until: Date,
    @Arg('member', () => ID, { nullable: true, description: 'Of this member alone.' }) member: string | undefined,
    @Arg('after', () => ID, { nullable: true, description: 'Read on after this member.' }) after: string | undefined,
    @Ctx() { em }: Context,
  ): Promise<SpendWindows[]> {
    if (from >= middle || middle >= until) throw badInput('The windows are in the wrong order', { argument: 'middle' });
    const found = await rows<Row>(
      em,
      `select member_uid as "memberUid",
         coalesce(sum(fen) filter (where at < ?), 0)::text as "beforeFen", count(*) filter (where at < ?)::int as "beforeCount",
         coalesce(sum(fen) filter (where at >= ?), 0)::text as "recentFen", count(*) filter (where at >= ?)::int as "recentCount"
       from (select a.member_uid, a.at, div((select sum((line ->> 'fen')::numeric) from jsonb_array_elements(a.lines) line)
               * (coalesce(back.whole, 1) - coalesce(back.fen, 0)), coalesce(back.whole, 1))::bigint as fen
             from accrual a
               cross join lateral (select sum(r.cash_fen) as fen, max(r.cash_total_fen)::numeric as whole from point_return r
                 where r.redemption = a.redemption and r.member_uid = a.member_uid and r.cash_total_fen > 0) back
             where a.partner = ? and a.at >= ? and a.at < ? and (?::uuid is null or a.member_uid = ?::uuid)) purchase
       where fen > 0 and (?::uuid is null or member_uid > ?::uuid)
       group by member_uid order by member_uid limit ${batch}`,
      [middle, middle, middle, middle, partner, from, until, member ?? null, member ?? null, after ?? null, after ?? null],
    );
    return found.map((row) => Object.assign(row, { beforeFen: BigInt(row.beforeFen), recentFen: BigInt(row.recentFen) }));
  }
}
