import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { enumOf } from '../../kernel/enum.js';
import { Refusal } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { resultOf } from '../../kernel/union.js';
import { ChangeProposed } from '../approvals/change.types.js';
import type { AccountKindName } from './make-payment-orders.js';

const replayed = 'Whether this answer was given before, or the thing was so already.';

export const AccountKind = enumOf<AccountKindName>('AccountKind', 'Whose money lies in an account.', {
  OWN: "The partner's own; settlement is paid from and to it.",
  RESERVE: "Customers' reserve funds; no payment of points ever touches it.",
});

@ObjectType({ description: 'What a settlement period makes one partner pay or receive.' })
@Access('FINANCE')
export class PaymentOrder {
  readonly partnerId!: string;
  @Field(() => String, { description: 'The last four characters of the account.' }) account!: string;
  @Field(() => FenScalar, { description: 'Positive: paid to the account; negative: drawn from it.' }) fen!: bigint;
}

@ObjectType({ description: 'The account is known.' })
@Access('PUBLIC')
export class AccountAdded {
  @Field(() => ID, { description: 'Id of the account.' }) account!: string;
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The account is known as one of the other kind, and stays so.', implements: Refusal })
@Access('PUBLIC')
export class AccountOfOtherKind extends Refusal {}

@ObjectType({
  description: "The account is known as another partner's. One partner's reserve funds are not made another's own money this way.",
  implements: Refusal,
})
@Access('PUBLIC')
export class AccountOfOtherPartner extends Refusal {}

@ObjectType({ description: "Customers' reserve funds never settle points.", implements: Refusal })
@Access('PUBLIC')
export class ReserveAccount extends Refusal {}

@ObjectType({ description: 'The payments of the period are made out.' })
@Access('PUBLIC')
export class PaymentOrdersMade {
  @Field(() => [PaymentOrder], { description: 'One per partner whose net is not 0; they sum to 0.' }) orders!: PaymentOrder[];
  @Field(() => Boolean, { description: replayed }) replayed!: boolean;
}

@ObjectType({ description: 'The period is not closed yet.', implements: Refusal })
@Access('PUBLIC')
export class PeriodOpen extends Refusal {}

@ObjectType({ description: 'Somebody has no account to settle through, so no payment was made out.', implements: Refusal })
@Access('PUBLIC')
export class AccountMissing extends Refusal {
  @Field(() => [ID], { description: 'Who.' }) partners!: readonly string[];
}

export const AddAccountResult = resultOf(
  'AddPaymentAccountResult',
  'What became of an account.',
  AccountAdded,
  AccountOfOtherKind,
  AccountOfOtherPartner,
);
export const ProposeAccountResult = resultOf(
  'ProposeSettlementAccountResult',
  'What became of proposing an account.',
  ChangeProposed,
  ReserveAccount,
);
export const MakeOrdersResult = resultOf(
  'MakePaymentOrdersResult',
  'What became of the payments.',
  PaymentOrdersMade,
  PeriodOpen,
  AccountMissing,
);
