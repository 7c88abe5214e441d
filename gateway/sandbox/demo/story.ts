import type { Bilingual } from '../demo-partners.js';
import type { Stage } from './stage.js';

/** What a step states and what the graph answers: numbers end in their unit (`Fen`, `Points`), then perhaps a programme. */
export type Facts = Readonly<Record<string, number | string | boolean | null>>;

/** One step: what is told, what is expected, and how the graph is asked. */
export interface Step {
  readonly says: Bilingual;
  readonly expects: Facts;
  readonly act: (stage: Stage) => Promise<Facts>;
}

/** A chapter for one run; its steps share what they remember through the closure that made them. */
export interface Chapter {
  readonly title: Bilingual;
  /** Rows of the founding documents. */
  readonly source: string;
  readonly steps: readonly Step[];
}

/** Pure: the facts that differ, each with both values. */
export const differences = (expected: Facts, answered: Facts): { fact: string; expected: Facts[string]; answered: Facts[string] }[] =>
  Object.entries(expected)
    .filter(([fact, value]) => (answered[fact] ?? null) !== value)
    .map(([fact, value]) => ({ fact, expected: value, answered: answered[fact] ?? null }));

const labels: Readonly<Record<string, Bilingual>> = {
  appliedFen: { en: 'credit used', zh: '话费抵扣' },
  arrearsPoints: { en: 'arrears', zh: '欠分' },
  availablePoints: { en: 'points there', zh: '可用积分' },
  cashBackFen: { en: 'cash back', zh: '退还现金' },
  cashFen: { en: 'cash', zh: '现金' },
  code: { en: 'answer', zh: '答复' },
  creditBoughtFen: { en: 'phone credit bought', zh: '兑换话费' },
  creditLeftFen: { en: 'credit left', zh: '话费结余' },
  debtor: { en: 'who owes', zh: '欠款方' },
  creditor: { en: 'to whom', zh: '收款方' },
  earnedPoints: { en: 'points earned', zh: '获得积分' },
  feeFen: { en: 'fee', zh: '手续费' },
  gigabytes: { en: 'data in GB', zh: '流量GB' },
  lots: { en: 'lots', zh: '批次' },
  missingPoints: { en: 'points missing', zh: '还差积分' },
  netFen: { en: 'to pay', zh: '实付' },
  owedFen: { en: 'owed', zh: '应付' },
  priceFen: { en: 'price', zh: '价格' },
  realisedFen: { en: 'realised', zh: '已兑现' },
  receivesFen: { en: 'receives', zh: '实收' },
  residualFen: { en: 'worth of what is left', zh: '结余价值' },
  restoredPoints: { en: 'points restored', zh: '退回积分' },
  statementFen: { en: 'change of the statement', zh: '对账单净额变化' },
  sumPoints: { en: 'sum of all postings', zh: '全部分录合计' },
  totalFen: { en: 'sum of all nets', zh: '各方净额合计' },
  usualPoints: { en: 'usually', zh: '平时积分价' },
  coupon: { en: 'coupon', zh: '券' },
  otherPoints: { en: 'the other', zh: '另一人得' },
  compensatedPoints: { en: 'points on top', zh: '补偿积分' },
  costFen: { en: 'cost', zh: '成本' },
  extraPoints: { en: 'of which by the rule', zh: '其中新规则' },
  givenFen: { en: 'given', zh: '捐赠' },
  members: { en: 'members', zh: '成员' },
  ratio: { en: 'growth', zh: '增长倍数' },
  cases: { en: 'cases', zh: '案件' },
  proposal: { en: 'proposal', zh: '建议' },
  reason: { en: 'because of', zh: '依据' },
  sevenDayPoints: { en: '7 days before', zh: '提前7天' },
  thirtyDayPoints: { en: '30 days before', zh: '提前30天' },
  withoutPurchase: { en: 'bought nothing', zh: '无消费' },
  senders: { en: 'sent to one', zh: '转给同一人' },
  recruitRewards: { en: 'rewards for recruiting', zh: '拉人奖励' },
  receipt: { en: 'receipt', zh: '收据' },
  salesFen: { en: 'on sales of', zh: '销售额' },
  share: { en: 'which is', zh: '占销售额' },
  tier: { en: 'tier', zh: '等级' },
  withheldPoints: { en: 'kept back', zh: '超限未发' },
  usedPoints: { en: 'points used', zh: '使用积分' },
  obligations: { en: 'obligations', zh: '债务笔数' },
  problem: { en: 'because', zh: '原因' },
  again: { en: 'the second time', zh: '第二次' },
};

export type Language = keyof Bilingual;

/** Pure: a fact as a person reads it: fen as yuan, points in groups of three. What follows a blank, such as a programme, stays. */
export function factText(fact: string, value: Facts[string], language: Language): string {
  const [name = '', ...rest] = fact.split(' ');
  const label = [labels[name]?.[language] ?? name, ...rest].join(' ');
  if (typeof value !== 'number') return `${label} ${String(value)}`;
  const fen = name.endsWith('Fen');
  const text = (fen ? value / 100 : value).toLocaleString('en-US', fen ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : {});
  return `${label} ${text}`;
}

/** Pure: all facts of a step in one line. */
export const factsText = (facts: Facts, language: Language): string =>
  Object.entries(facts)
    .map(([fact, value]) => factText(fact, value, language))
    .join(' · ');
