import { Field, ObjectType } from 'type-graphql';
import type { Language } from '../../schema/viewer.js';
import { Access } from '../kernel/access.js';
import { Refusal } from '../kernel/refusal.js';
import { say } from '../kernel/text.js';
import { as } from '../kernel/union.js';

@ObjectType({ description: 'Rules that members have to be told are not there.', implements: Refusal })
@Access('PUBLIC')
export class DisclosureMissing extends Refusal {
  @Field(() => [String], { description: 'Everything that is missing: threshold, accrualRule, expiry, limits.' })
  missing!: readonly string[];
}

export const disclosureMissing = (missing: readonly string[], language: Language): DisclosureMissing =>
  as(DisclosureMissing, {
    code: 'DISCLOSURE_MISSING',
    message: say(language, `未明示：${missing.join('、')}`, `Not disclosed: ${missing.join(', ')}`),
    missing,
  });
