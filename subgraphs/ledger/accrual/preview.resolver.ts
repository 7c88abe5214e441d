import { Arg, Ctx, Field, ID, InputType, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Inaccessible, Internal } from '../../kernel/access.js';
import { now } from '../../kernel/clock.js';
import { FenScalar, PointsScalar } from '../../kernel/scalars.js';
import { rows } from '../../kernel/sql.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Partner } from '../partners/partner.entity.js';
import { Programme } from '../partners/programme.entity.js';
import { mustBeUuid } from '../points/hold.resolver.js';
import { decide, earnedBy, usedBy } from './decide.js';
import { readHistory } from './read-history.js';
import { AccrualRule } from './rule.entity.js';
import { inForce } from './rules.js';
import { sellerOf } from './seller-of.js';
import { standingOf } from './standing.js';

@InputType({ description: 'One line of a purchase that may come.' })
@Inaccessible()
class PreviewLineInput {
  @Field(() => String, { description: 'What is bought.' }) sku!: string;
  @Field(() => String, { description: 'Its category.' }) category!: string;
  @Field(() => FenScalar, { description: 'Its price.' }) fen!: bigint;
  @Field(() => FenScalar, { description: 'The part that is paid in cash.' }) cashFen!: bigint;
}

@ObjectType({ description: 'What a purchase would earn.' })
@Inaccessible()
@Access('INTERNAL')
class AccrualPreview {
  @Field(() => ID, { description: 'Whose points.' }) programme!: string;
  @Field(() => PointsScalar, { description: 'How many.' }) points!: bigint;
}

@Resolver()
export class PreviewResolver {
  @Query(() => AccrualPreview, {
    nullable: true,
    description:
      'For the catalog: what a purchase would earn now, by the very rules that accrue; null where the partner lets nothing be earned.',
  })
  @Internal()
  async accrualPreview(
    @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
    @Arg('partner', () => ID, { description: 'The partner at which it is bought.' }) partnerId: string,
    @Arg('lines', () => [PreviewLineInput], { description: 'What is bought.' }) lines: PreviewLineInput[],
    @Ctx() context: Context,
  ): Promise<AccrualPreview | null> {
    mustBeUuid(memberUid, 'memberUid');
    const { em } = context;
    const partner = await em.findOne(Partner, { id: partnerId });
    if (!partner || partner.suspended || partner.earnProgrammeId === null) return null;
    const programme = await em.findOneOrFail(Programme, { id: partner.earnProgrammeId });
    // No purchase is meant, so no key and no number of one are looked up.
    const nobody = { principal: '', key: '', operation: '' };
    const standing = await standingOf(context, nobody, { partner: partner.id, memberUid, purchaseRef: '' });
    const at = await now(em);
    const rules = inForce(await em.find(AccrualRule, { programmeId: programme.id, publishedAt: { $ne: null } }), at);
    const earned = earnedBy(lines, rules, standing, await sellerOf(em, partner));
    if (earned === null) return null;
    const history = await readHistory(em, { memberUid, programme }, usedBy(earned, rules), at);
    return as(AccrualPreview, { programme: programme.id, points: decide(earned, rules, history).points });
  }

  @Query(() => PointsScalar, { description: 'For the catalog: all that a member ever earned of a programme, less what was taken back.' })
  @Internal()
  async earnedEver(
    @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
    @Arg('programme', () => ID, { description: 'The programme.' }) programme: string,
    @Ctx() { em }: Context,
  ): Promise<bigint> {
    const [row] = await rows<{ points: string }>(
      em,
      `select coalesce(sum(points), 0)::bigint as points from entry where member_uid = ? and programme = ? and kind in ('ACCRUAL', 'CLAWBACK')`,
      [mustBeUuid(memberUid, 'memberUid'), programme],
    );
    const points = BigInt(row?.points ?? 0);
    return points > 0n ? points : 0n;
  }
}
