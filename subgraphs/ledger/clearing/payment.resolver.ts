import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Mutation, Resolver, Root } from 'type-graphql';
import { validate } from 'uuid';
import { Scopes } from '../../kernel/access.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { ProposedChange } from '../approvals/change.entity.js';
import { ChangeProposed } from '../approvals/change.types.js';
import { Partner } from '../partners/partner.entity.js';
import type { Context } from './context.js';
import { type AccountKindName, addAccount, makePaymentOrders, ordersOfPeriod } from './make-payment-orders.js';
import {
  AccountAdded,
  AccountKind,
  AccountMissing,
  AccountOfOtherKind,
  AccountOfOtherPartner,
  AddAccountResult,
  MakeOrdersResult,
  PaymentOrder,
  PaymentOrdersMade,
  PeriodOpen,
  ProposeAccountResult,
  ReserveAccount,
} from './payment.types.js';
import { periodId } from './period.js';
import { proposeSettlementAccount } from './settlement-account.js';
import { SettlementPeriod } from './settlement.types.js';

const ordersFor = async ({ em }: Context, period: string): Promise<PaymentOrder[]> =>
  (await ordersOfPeriod(em, period)).map(({ partner, number, fen }) =>
    as(PaymentOrder, { partnerId: partner, account: number.slice(-4), fen }),
  );

/** These scopes have no boundary of their own, and payments are between all. */
function mustBeOperators({ viewer }: Context): void {
  if (viewer.partner !== undefined) throw new DomainError('FORBIDDEN_OPERATION');
}

@Resolver(() => SettlementPeriod)
export class PaymentResolver {
  @Mutation(() => AddAccountResult, {
    description:
      "Writes down a partner's account. What kind it is never changes. For example, an account written down as `RESERVE` holds customers' money, and is never settled from.",
  })
  @Scopes('partners.admin')
  async addPaymentAccount(
    @Arg('partner', () => ID, { description: 'Whose account.' }) partner: string,
    @Arg('kind', () => AccountKind, { description: 'Whose money lies in it.' }) kind: AccountKindName,
    @Arg('number', () => String, { description: 'Its number, 4 to 40 letters and digits.' }) number: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountAdded | AccountOfOtherKind | AccountOfOtherPartner> {
    const { em, viewer, loaders } = context;
    mustBeOperators(context);
    if ((await loaders.partner.load(partner)) === null) throw badInput('There is no such partner', { argument: 'partner' });
    if (!/^[A-Z0-9]{4,40}$/i.test(number)) throw badInput('`number` is 4 to 40 letters and digits', { argument: 'number' });
    const { outcome, replayed } = await addAccount(em, writeKey(info, viewer), { partner, kind, number });
    if (outcome.kind === 'added') return as(AccountAdded, { account: outcome.account, replayed });
    if (outcome.code === 'OTHER_PARTNER')
      return as(AccountOfOtherPartner, {
        code: outcome.code,
        message: say(viewer.language, '该账户属于另一伙伴', "The account is known as another partner's"),
      });
    const message = say(viewer.language, '该账户已登记为另一种类别', 'The account is known as one of the other kind');
    return as(AccountOfOtherKind, { code: outcome.code, message });
  }

  @Mutation(() => ProposeAccountResult, {
    description:
      "Proposes through which of its accounts a partner settles; somebody else approves it. For example, a payment institution's reserve is refused as its settlement account.",
  })
  @Scopes('partners.admin')
  async proposeSettlementAccount(
    @Arg('account', () => ID, { description: 'Id of the account.' }) account: string,
    @Arg('reason', () => String, { description: 'Why, 1 to 500 characters.' }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposed | ReserveAccount> {
    const { em, viewer } = context;
    mustBeOperators(context);
    if (!validate(account)) throw badInput('There is no such account', { argument: 'account' });
    const { outcome, replayed } = await proposeSettlementAccount(context, writeKey(info, viewer), { account, reason });
    if (outcome.kind === 'refused') {
      const message = say(viewer.language, '备付金账户不得用于积分结算', "Customers' reserve funds never settle points");
      return as(ReserveAccount, { code: outcome.code, message });
    }
    const change = await em.findOneOrFail(ProposedChange, { id: outcome.change }, { refresh: true });
    return as(ChangeProposed, { id: outcome.change, change, replayed });
  }

  @Mutation(() => MakeOrdersResult, { description: 'Turns the nets of a closed period into payments, once.' })
  @Scopes('settlement.close')
  async makePaymentOrders(
    @Arg('period', () => ID, { description: 'A month as YYYY-MM.' }) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PaymentOrdersMade | PeriodOpen | AccountMissing> {
    const { em, viewer } = context;
    mustBeOperators(context);
    const period = periodId(id, 'period');
    const { outcome, replayed } = await makePaymentOrders(em, writeKey(info, viewer), period);
    if (outcome.kind === 'made')
      return as(PaymentOrdersMade, { orders: await ordersFor(context, period), replayed: replayed || outcome.before });
    if (outcome.code === 'PERIOD_OPEN')
      return as(PeriodOpen, { code: outcome.code, message: say(viewer.language, '结算期尚未关闭', 'The period is not closed yet') });
    return as(AccountMissing, {
      ...outcome,
      message: say(viewer.language, '有伙伴尚无结算账户', 'Somebody has no account to settle through'),
    });
  }

  @FieldResolver(() => [PaymentOrder], { description: 'The payments that came of the nets; none before they were made out.' })
  paymentOrders(@Root() { id }: SettlementPeriod, @Ctx() context: Context): Promise<PaymentOrder[]> {
    return ordersFor(context, id);
  }
}

@Resolver(() => PaymentOrder)
export class PaymentOrderResolver {
  @FieldResolver(() => Partner, { description: 'Who pays or is paid.' })
  partner(@Root() { partnerId }: PaymentOrder, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(partnerId);
  }
}
