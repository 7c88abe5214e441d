import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Access } from '../../kernel/access.js';
import { connectionOf } from '../../kernel/page.js';
import { Refusal } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { resultOf } from '../../kernel/union.js';
import type { LineFacts, PeriodStatus as Status } from './statement.js';

export const PeriodStatus = { OPEN: 'OPEN', CLOSED: 'CLOSED' } as const;
registerEnumType(PeriodStatus, {
  name: 'PeriodStatus',
  description: 'Whether a settlement period can still change.',
  valuesConfig: {
    OPEN: { description: 'Amounts are as they stand now.' },
    CLOSED: { description: 'Fixed; whatever comes later belongs to a later period.' },
  },
});

export const StatementLineKind = {
  REDEMPTION: 'REDEMPTION',
  ACCRUAL: 'ACCRUAL',
  RETURN: 'RETURN',
  ADJUSTMENT: 'ADJUSTMENT',
  COUPON: 'COUPON',
  PACK: 'PACK',
  FEE: 'FEE',
} as const;
registerEnumType(StatementLineKind, {
  name: 'StatementLineKind',
  description: 'What a line of a statement is for.',
  valuesConfig: {
    REDEMPTION: { description: 'Points spent at another partner than their issuer.' },
    ACCRUAL: { description: "Another issuer's points earned at a shop." },
    RETURN: { description: 'An earlier obligation or a part of it, taken back.' },
    ADJUSTMENT: { description: 'What puts a disputed line of an earlier statement right.' },
    COUPON: { description: "A partner's coupon, taken by another one." },
    PACK: { description: "Another issuer's points, paid for in advance." },
    FEE: { description: "On the operator's statement: its fee, or a fee given back." },
  },
});

@ObjectType({ description: 'One obligation as the partner of the statement sees it. Positive amounts come in, negative ones go out.' })
@Access('FINANCE')
export class StatementLine {
  readonly id!: string;
  readonly partner!: string;
  readonly side!: LineFacts['side'];
  @Field(() => StatementLineKind, { description: 'What the line is for.' }) kind!: LineFacts['kind'];
  @Field(() => String, { description: 'The redemption behind it, else the accrual, the dispute, the use of a coupon or the pack.' })
  ref!: string;
  readonly counterparty!: string;
  @Field(() => FenScalar, { description: 'Amount before the fee, negative where the partner pays.' }) fen!: bigint;
  @Field(() => FenScalar, { description: 'Fee that the partner bears; negative where it gets it back.' }) feeFen!: bigint;
  @Field(() => FenScalar, { description: 'Amount less fee.' }) netFen!: bigint;
  @Field(() => Date, { description: 'When it arose.' }) at!: Date;
}

export const StatementLineConnection = connectionOf(StatementLine, 'StatementLine');

@ObjectType({ description: "A partner's settlement period: what it receives and pays." })
@Access('FINANCE')
export class Statement {
  @Field(() => ID, { description: 'A month as YYYY-MM, in Asia/Shanghai.' }) period!: string;
  readonly partner!: string;
  @Field(() => PeriodStatus, { description: 'Whether it can still change.' }) status!: Status;
  @Field(() => FenScalar, { description: 'All that others owe the partner.' }) receivableFen!: bigint;
  @Field(() => FenScalar, { description: 'All that the partner owes others.' }) payableFen!: bigint;
  @Field(() => FenScalar, { description: 'Fees that the partner bears, less those given back.' }) feeFen!: bigint;
  @Field(() => FenScalar, { description: 'Receivable − payable − fee; negative where the partner has to pay.' }) netFen!: bigint;
}

@ObjectType({ description: "One partner's place in a settlement period." })
@Access('FINANCE')
export class SettlementNet {
  readonly partner!: string;
  @Field(() => FenScalar, { description: 'Net amount; positive is paid to the partner, negative by it.' }) fen!: bigint;
  @Field(() => FenScalar, { description: 'All that others owe the partner.' }) receivableFen!: bigint;
  @Field(() => FenScalar, { description: 'All that the partner owes others.' }) payableFen!: bigint;
  @Field(() => FenScalar, { description: 'Fees that the partner bears, less those given back.' }) feeFen!: bigint;
}

@ObjectType({ description: 'A month of obligations between all partners.' })
@Access('FINANCE', 'settlement.read:all', 'settlement.close')
export class SettlementPeriod {
  @Field(() => ID, { description: 'A month as YYYY-MM, in Asia/Shanghai.' }) id!: string;
  @Field(() => PeriodStatus, { description: 'Whether it can still change.' }) status!: Status;
  @Field(() => Date, { nullable: true, description: 'When it was closed; absent while it is open.' }) closedAt!: Date | null;
  @Field(() => [SettlementNet], { description: 'Net amount of every partner that had a part in it, the operator included.' })
  nets!: SettlementNet[];
  @Field(() => FenScalar, { description: 'Sum of the nets: zero.' }) totalFen!: bigint;
}

@ObjectType({ description: 'The period is closed.' })
@Access('PUBLIC')
export class PeriodClosed {
  @Field(() => SettlementPeriod, { description: 'The period with its final nets.' }) period!: SettlementPeriod;
  @Field(() => Boolean, { description: 'Whether it was closed before, under this key or another.' }) replayed!: boolean;
}

@ObjectType({ description: 'The month is not over yet.', implements: Refusal })
@Access('PUBLIC')
export class PeriodNotOver extends Refusal {
  @Field(() => Date, { description: 'First instant at which it can be closed.' }) endsAt!: Date;
}

@ObjectType({ description: 'The nets do not sum to zero, so nothing was closed.', implements: Refusal })
@Access('PUBLIC')
export class NotZeroSum extends Refusal {
  @Field(() => FenScalar, { description: 'What they sum to.' }) totalFen!: bigint;
}

export const ClosePeriodResult = resultOf('ClosePeriodResult', 'What became of a closing.', PeriodClosed, PeriodNotOver, NotZeroSum);
