import { Field, ObjectType } from 'type-graphql';
import type { Language } from '../../schema/viewer.js';
import { Access, Shareable } from './access.js';
import { Refusal } from './refusal.js';
import { say } from './text.js';
import { as } from './union.js';

/** What gates before a publication refuse by; several subgraphs publish. */
@ObjectType({ description: 'Rules that members have to be told are not there.', implements: Refusal })
@Shareable()
@Access('PUBLIC')
export class DisclosureMissing extends Refusal {
  @Field(() => [String], {
    description: 'Everything that is missing: threshold, accrualRule, expiry, limits; ratio, validity, limits of miles.',
  })
  missing!: readonly string[];
}

export const disclosureMissing = (missing: readonly string[], language: Language): DisclosureMissing =>
  as(DisclosureMissing, {
    code: 'DISCLOSURE_MISSING',
    message: say(language, `未明示：${missing.join('、')}`, `Not disclosed: ${missing.join(', ')}`),
    missing,
  });

@ObjectType({ description: 'A claim beside what the numbers say.' })
@Shareable()
@Access('PUBLIC')
export class LabelDifference {
  @Field(() => String, { description: 'What is claimed.' }) claimed!: string;
  @Field(() => String, { description: 'What the numbers say, correctly named.' }) computed!: string;
}

@ObjectType({ description: 'What is to be published claims what its numbers do not say.', implements: Refusal })
@Shareable()
@Access('PUBLIC')
export class LabelMismatch extends Refusal {
  @Field(() => String, { description: 'The first such claim.' }) claimed!: string;
  @Field(() => String, { description: 'What the numbers say instead, correctly named.' }) computed!: string;
  @Field(() => [LabelDifference], { description: 'All such claims.' }) mismatches!: LabelDifference[];
}
