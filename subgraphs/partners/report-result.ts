import { Field, ID, InputType } from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Language } from '../../schema/viewer.js';
import { actingFor } from '../kernel/acting-for.js';
import { writeKey, type WriteKey } from '../kernel/idempotency.js';
import { invariant } from '../kernel/invariant.js';
import { CreditLimitReached, NotEnrolled, RuleMissing, SuspendedPartner } from '../kernel/refusal.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import { say } from '../kernel/text.js';
import { as } from '../kernel/union.js';

export const reportScope = 'purchase.report:own';
/** Who may list reports; the records are bounded to the viewer. */
export const readScopes = [reportScope, 'ledger.read:own', 'me.read'] as const;

/** What every report says; each trade's input adds its own. */
@InputType({ description: 'A purchase.' })
export abstract class ReportInput {
  @Field(() => ID, { nullable: true, description: 'Partner at which it happened; the caller itself where absent.' }) partner?: string;
  @Field(() => String, { description: "Pairwise id (`mbr_…`) or the partner's own customer number; the operator names `partner/number`." })
  memberRef!: string;
  @Field(() => Date, { nullable: true, description: 'When it happened; now where absent.' }) at?: Date;
}

/** For whom and under which key the caller reports. */
export function reporter(info: GraphQLResolveInfo, { viewer }: SubgraphContext, input: ReportInput): { partner: string; key: WriteKey } {
  return { partner: actingFor(viewer, 'purchase.report', input.partner), key: writeKey(info, viewer) };
}

export type ReportRefusal = NotEnrolled | RuleMissing | SuspendedPartner | CreditLimitReached;

/** A refusal code, of ours or of the ledger, in the caller's language. */
export function refusal(language: Language, code: string): ReportRefusal {
  switch (code) {
    case 'NOT_ENROLLED':
      return as(NotEnrolled, { code, message: say(language, '没有这位会员', 'There is no such member') });
    case 'RULE_MISSING':
      return as(RuleMissing, { code, message: say(language, '没有适用的积分规则', 'No published accrual rule fits this purchase') });
    case 'SUSPENDED_PARTNER':
    case 'PARTNER_SUSPENDED':
      return as(SuspendedPartner, { code: 'SUSPENDED_PARTNER', message: say(language, '商户已被暂停', 'The partner is suspended') });
    case 'CREDIT_LIMIT_REACHED':
      return as(CreditLimitReached, { code, message: say(language, '该商户的结算额度已用完', 'The partner owes as much as it may') });
    default:
      return invariant(false, `the ledger refused with ${code}, which is no answer to a report`) as never;
  }
}
