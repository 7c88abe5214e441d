import { Field, ObjectType } from 'type-graphql';
import type { Language } from '../../../schema/viewer.js';
import { Access } from '../../kernel/access.js';
import { Refusal } from '../../kernel/refusal.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { PartnerStub } from '../partner.stub.js';

@ObjectType({ description: "The issuer's points may not pay for anything of this category.", implements: Refusal })
@Access('PUBLIC')
export class CategoryBlocked extends Refusal {
  @Field(() => String, { description: 'The category.' }) category!: string;
  @Field(() => PartnerStub, { description: 'Whose points they are.' }) issuer!: PartnerStub;
}

export const categoryBlocked = (category: string, issuer: string, language: Language): CategoryBlocked =>
  as(CategoryBlocked, {
    code: 'CATEGORY_BLOCKED',
    message: say(language, `该发行方的积分不得兑换此类商品：${category}`, `The issuer's points may not pay for this category: ${category}`),
    category,
    issuer: { id: issuer },
  });
