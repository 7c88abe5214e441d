import { Arg, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { actingFor } from '../../kernel/acting-for.js';
import { enumOf } from '../../kernel/enum.js';
import { badInput } from '../../kernel/errors.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { type Advice, suggestionOf } from './preference.js';
import type { Month } from './read-choices.js';
import { readPreference } from './read-preference.js';

const CategoryAdvice = enumOf<Advice>('CategoryAdvice', 'What a shop may make of how much a category is wanted.', {
  ADD: 'Wanted more than the others are: more of it.',
  KEEP: 'As much as the others.',
  DROP: 'Wanted less than the others are: less of it.',
});

@ObjectType({ description: 'How much one category was wanted.' })
@Access('OWN', 'insight.read:own')
export class PreferenceCategory {
  partnerId!: string;
  @Field(() => String, { description: 'Category of the items.' }) category!: string;
  @Field(() => Boolean, {
    description:
      'Whether no figure is shown: too few members chose it, a smaller group would follow from its figures, or somebody who counted withdrew.',
  })
  suppressed!: boolean;
  @Field(() => Int, { nullable: true, description: 'Redemptions in which it was chosen.' }) redemptions!: number | null;
  @Field(() => Int, { nullable: true, description: 'Its share of what is shown here, in basis points.' }) share!: number | null;
  @Field(() => CategoryAdvice, { nullable: true, description: 'What to make of it.' }) advice!: Advice | null;
}

@ObjectType({
  description:
    "What members chose at a partner's shop in a month; for reporting only. Of those who had agreed (INSIGHT or PREFERENCES for that partner) when the month was over; once one of them withdraws, the month has no figures any more.",
})
@Access('OWN', 'insight.read:own')
export class PreferenceReport {
  partnerId!: string;
  @Field(() => ID, { description: 'The month, `YYYY-MM` in Asia/Shanghai.' }) period!: string;
  @Field(() => Boolean, { description: 'Whether the month is over and nothing of it is under way any more; there are no figures before.' })
  over!: boolean;
  @Field(() => Int, { description: 'From how many members on figures of a group are shown.' }) floor!: number;
  @Field(() => [PreferenceCategory], { description: 'Every category on offer, the most wanted first; those without figures last.' })
  categories!: PreferenceCategory[];
  @Field(() => String, { nullable: true, description: 'What to add and what to drop; absent where that cannot be told.' }) suggestion!:
    | string
    | null;
}

/** Single months only: out of overlapping windows the part in which they differ would follow. */
function monthOf(period: string): Month {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) throw badInput('A period is a month such as 2026-11', { argument: 'period' });
  const [year = 0, month = 0] = period.split('-').map(Number);
  const begin = (months: number): Date => new Date(Date.UTC(year, months, 1) - 8 * 3_600_000);
  return { first: begin(month - 1), after: begin(month) };
}

@Resolver()
export class PreferenceResolver {
  @Query(() => PreferenceReport, { description: "What a partner's members chose in a month that is over, category by category." })
  @Scopes('insight.read:own')
  async preference(
    @Arg('partner', () => ID, { nullable: true, description: 'The partner; the own one where absent.' }) named: string | undefined,
    @Arg('period', () => ID, { description: 'The month, `YYYY-MM` in Asia/Shanghai.' }) period: string,
    @Ctx() context: Context,
  ): Promise<PreferenceReport> {
    const month = monthOf(period);
    const partnerId = actingFor(context.viewer, 'insight.read', named);
    const [found, { reportFloorMembers: floor }] = await Promise.all([
      readPreference(context, partnerId, month),
      context.loaders.policy.load(partnerId),
    ]);
    const none = { redemptions: null, shareBasisPoints: null, advice: null };
    const categories = (found ?? []).map(({ category, shown }) => {
      const { redemptions, shareBasisPoints: share, advice } = shown ?? none;
      return as(PreferenceCategory, { partnerId, category, suppressed: shown === null, redemptions, share, advice });
    });
    const suggestion = suggestionOf(context.viewer.language, found ?? []);
    return as(PreferenceReport, { partnerId, period, over: found !== null, floor, categories, suggestion });
  }
}
