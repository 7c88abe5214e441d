import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { Internal } from '../../kernel/access.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';

@Resolver()
export class PurchasesSinceResolver {
  @Query(() => Int, {
    description: 'For other subgraphs: how often a member bought at a partner after an instant, without purchases that went back whole.',
  })
  @Internal()
  async purchasesSince(
    @Arg('partner', () => ID, { description: 'The partner.' }) partner: string,
    @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
    @Arg('since', () => Date, { description: 'Last instant that does not count.' }) since: Date,
    @Ctx() { em }: Context,
  ): Promise<number> {
    const [found] = await rows<{ n: number }>(
      em,
      `select count(*)::int as n from accrual a
         cross join lateral (select coalesce(sum(r.cash_fen), 0) as fen, max(r.cash_total_fen) as whole from point_return r
           where r.redemption = a.redemption and r.member_uid = a.member_uid and r.cash_total_fen > 0) back
       where a.partner = ? and a.member_uid = ? and a.at > ? and a.at <= clock() and (back.whole is null or back.fen < back.whole)
         and exists (select from jsonb_array_elements(a.lines) line where (line ->> 'fen')::numeric > 0)`,
      [partner, memberUid, since.toISOString()],
    );
    return found?.n ?? 0;
  }
}
