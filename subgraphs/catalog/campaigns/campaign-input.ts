import { Field, ID, InputType, Int } from 'type-graphql';
import { badInput } from '../../kernel/errors.js';
import { TextInput } from '../../kernel/text.js';
import { ClaimKindEnum, ClaimSubjectEnum } from './campaign.entity.js';
import type { Claim, ClaimSubject } from './labels.js';
import type { UseConditions, Variants } from './parity.js';

@InputType({ description: 'One claim of a campaign; it is held against the numbers before anybody reads it.' })
export class ClaimInput {
  @Field(() => ClaimKindEnum, { description: 'How it is claimed.' }) kind!: Claim['kind'];
  @Field(() => ClaimSubjectEnum, { nullable: true, description: 'What it is about; anything that it could be where absent.' })
  of?: ClaimSubject | null;
  @Field(() => String, { nullable: true, description: 'For PERCENTAGE: the number as it is shown, such as `+20.00`.' }) percent?:
    | string
    | null;
  @Field(() => String, { nullable: true, description: 'The words; for FREE_TEXT all that is claimed.' }) text?: string | null;
}

@InputType({ description: 'The rules that a campaign has to state.' })
export class CampaignDisclosureInput {
  @Field(() => String, { nullable: true, description: 'From how many points on, and who may take part.' }) threshold?: string | null;
  @Field(() => String, { nullable: true, description: 'How points are earned.' }) accrualRule?: string | null;
  @Field(() => String, { nullable: true, description: 'Until when points and offer can be used.' }) expiry?: string | null;
  @Field(() => String, { nullable: true, description: 'How many per member, and other limits.' }) limits?: string | null;
}

@InputType({ description: 'Hours of the day, such as 08:00 to 18:00; hours over midnight are two of these.' })
class HoursInput {
  @Field(() => String, { description: 'First minute, HH:MM.' }) from!: string;
  @Field(() => String, { description: 'First minute after it, HH:MM; 24:00 is the end of the day.' }) until!: string;
}

@InputType({ description: 'A time within which something can be used.' })
class WindowInput {
  @Field(() => Date, { description: 'First instant.' }) from!: Date;
  @Field(() => Date, { description: 'First instant after it.' }) until!: Date;
}

@InputType({ description: 'Under which conditions something can be used; what is absent restricts nothing.' })
class UseConditionsInput {
  @Field(() => [Int], { nullable: true, description: 'Days of the week, 1 is Monday.' }) days?: number[] | null;
  @Field(() => [HoursInput], { nullable: true, description: 'Hours of the day.' }) hours?: HoursInput[] | null;
  @Field(() => [WindowInput], { nullable: true, description: 'Times.' }) windows?: WindowInput[] | null;
  @Field(() => [String], { nullable: true, description: 'Services that are included.' }) services?: string[] | null;
}

@InputType({ description: 'Conditions of use for who pays cash and for who pays points.' })
export class VariantsInput {
  @Field(() => UseConditionsInput, { description: 'Paid in cash.' }) cash!: UseConditionsInput;
  @Field(() => UseConditionsInput, { description: 'Paid in points; no narrower.' }) points!: UseConditionsInput;
}

@InputType({ description: 'A campaign, or a new version of one. Each of its texts is at most 500 characters.' })
export class CreateCampaignInput {
  @Field(() => ID, { description: 'Lower-case letters, digits and hyphens, such as `anniversary`.' }) id!: string;
  @Field(() => ID, { nullable: true, description: 'The partner that promotes; the caller itself where absent.' }) owner?: string | null;
  @Field(() => TextInput, { description: 'Name.' }) name!: TextInput;
  @Field(() => TextInput, { description: 'What it says first; never shown without the threshold.' }) headline!: TextInput;
  @Field(() => [ClaimInput], { defaultValue: [], description: 'What it claims in numbers or words.' }) claims!: ClaimInput[];
  @Field(() => [ID], { defaultValue: [], description: "Items that it promotes: the partner's own; the operator's staff may name any." })
  items!: string[];
  @Field(() => [ID], { defaultValue: [], description: 'Accrual rules that it promotes.' }) rules!: string[];
  @Field(() => CampaignDisclosureInput, { nullable: true, description: 'The rules that it states; all of them before it is published.' })
  disclosure?: CampaignDisclosureInput | null;
  @Field(() => Date, { description: 'When it begins.' }) startsAt!: Date;
  @Field(() => Date, { description: 'The first instant at which it is over.' }) endsAt!: Date;
  @Field(() => VariantsInput, { nullable: true, description: 'Conditions of use, where they differ or could.' })
  windows?: VariantsInput | null;
}

const minutesOf = (text: string): number => {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  if (!match) throw badInput('An hour is written HH:MM', { argument: 'windows.hours' });
  return Number(match[1]) * 60 + Number(match[2]);
};

/** Conditions as the pure rules take them; absent and null are alike. */
export const conditionsOf = ({ days, hours, windows, services }: UseConditionsInput): UseConditions => ({
  days: days ?? null,
  hours: hours?.map(({ from, until }) => ({ from: minutesOf(from), until: minutesOf(until) })) ?? null,
  windows: windows?.map(({ from, until }) => ({ from, until })) ?? null,
  services: services ?? null,
});

export const variantsOf = (windows: VariantsInput | null | undefined): Variants | null =>
  windows ? { cash: conditionsOf(windows.cash), points: conditionsOf(windows.points) } : null;

/** The input as the use case takes it; absent and null are alike. */
export const specOf = (input: CreateCampaignInput, owner: string) => ({
  id: input.id,
  owner,
  name: { zh: input.name.zh, en: input.name.en },
  headline: { zh: input.headline.zh, en: input.headline.en },
  claims: input.claims.map(({ kind, of, percent, text }) => ({ kind, of: of ?? null, percent: percent ?? null, text: text ?? null })),
  items: input.items,
  rules: input.rules,
  disclosure: input.disclosure
    ? {
        threshold: input.disclosure.threshold ?? null,
        accrualRule: input.disclosure.accrualRule ?? null,
        expiry: input.disclosure.expiry ?? null,
        limits: input.disclosure.limits ?? null,
      }
    : null,
  startsAt: input.startsAt,
  endsAt: input.endsAt,
  windows: variantsOf(input.windows),
});
