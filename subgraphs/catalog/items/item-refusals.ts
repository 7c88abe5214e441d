import { ObjectType } from 'type-graphql';
import type { Language } from '../../../schema/viewer.js';
import { Access } from '../../kernel/access.js';
import { DisclosureMissing, disclosureMissing } from '../../kernel/gate-refusals.js';
import { Refusal } from '../../kernel/refusal.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { claimBroken, LabelMismatch } from '../label-mismatch.js';
import { ParityViolation, parityViolation } from '../parity-violation.js';
import { BoundExceeded, boundExceeded } from '../pricing/bound-exceeded.js';
import { CategoryBlocked, categoryBlocked } from './category-blocked.js';
import type { UpsertOutcome } from './upsert-item.js';

@ObjectType({ description: 'Another partner uses this item id.', implements: Refusal })
@Access('PUBLIC')
class ItemTaken extends Refusal {}

@ObjectType({
  description: "The item was taken off the list for its complaints; the operator's staff can put it back.",
  implements: Refusal,
})
@Access('PUBLIC')
class ItemDelisted extends Refusal {}

/** Every way in which saving an item is refused. */
export const itemRefusals = [
  ItemTaken,
  ItemDelisted,
  DisclosureMissing,
  ParityViolation,
  CategoryBlocked,
  BoundExceeded,
  LabelMismatch,
] as const;

export function shownItemRefusal(
  outcome: Extract<UpsertOutcome, { kind: 'refused' }>,
  language: Language,
): InstanceType<(typeof itemRefusals)[number]> {
  switch (outcome.code) {
    case 'ITEM_TAKEN':
      return as(ItemTaken, {
        code: outcome.code,
        message: say(language, '该商品编号已被其他合作方使用', 'Another partner uses this item id'),
      });
    case 'ITEM_DELISTED':
      return as(ItemDelisted, {
        code: outcome.code,
        message: say(language, '该商品因投诉已下架', 'The item was taken off the list for its complaints'),
      });
    case 'DISCLOSURE_MISSING':
      return disclosureMissing(outcome.missing, language);
    case 'PARITY_VIOLATION':
      return parityViolation(outcome.differences, language);
    case 'CATEGORY_BLOCKED':
      return categoryBlocked(outcome.category, outcome.issuer, language);
    case 'BOUND_EXCEEDED':
      return boundExceeded(outcome, language);
    case 'LABEL_MISMATCH':
      return claimBroken(outcome, language);
  }
}
