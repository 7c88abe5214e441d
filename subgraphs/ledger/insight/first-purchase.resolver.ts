import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Internal } from '../../kernel/access.js';
import { FenScalar } from '../../kernel/scalars.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';

@Resolver()
export class FirstPurchaseResolver {
  @Query(() => Date, {
    nullable: true,
    description:
      'For other subgraphs: when a member first bought at a partner since an instant, by the cash of what was kept of it; null where never.',
  })
  @Internal()
  async firstPurchase(
    @Arg('partner', () => ID, { description: 'The partner.' }) partner: string,
    @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
    @Arg('since', () => Date, { nullable: true, description: 'First instant that counts; ever where absent.' }) since: Date | undefined,
    @Arg('minimumFen', () => FenScalar, { description: 'Least cash of what was kept of the purchase.' }) minimumFen: bigint,
    @Ctx() { em }: Context,
  ): Promise<Date | null> {
    const [found] = await rows<{ at: string }>(
      em,
      `select a.at from accrual a
         cross join lateral (select coalesce(sum((line ->> 'cashFen')::numeric), 0) as fen from jsonb_array_elements(a.lines) line) cash
         cross join lateral (select coalesce(sum(r.cash_fen), 0) as fen, max(r.cash_total_fen) as whole from point_return r
           where r.redemption = a.redemption and r.member_uid = a.member_uid and r.cash_total_fen > 0) back
       where a.partner = ? and a.member_uid = ? and a.at >= coalesce(?::timestamptz, '-infinity')
         and cash.fen * (coalesce(back.whole, 1) - back.fen) >= greatest(?::bigint, 1) * coalesce(back.whole, 1)
       order by a.at limit 1`,
      [partner, memberUid, since ?? null, minimumFen],
    );
    return found ? new Date(found.at) : null;
  }
}
