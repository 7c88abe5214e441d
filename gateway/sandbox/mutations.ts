import type { Write } from '../client/writes.js';
import type { DemoItem } from './demo-items.js';
import type { DemoPartner } from './demo-partners.js';
import { type DemoProgramme, demoProgrammes, type DemoRule, rulesFrom } from './demo-programmes.js';
import type { Purchase } from './purchases.js';

/** Pure: rows of the demo data as writes of the graph, each with the types and names of the published contract. */
const refusal = '... on Refusal { code message }';

const withInput = (field: string, type: string, input: object, success: string, key: string): Write => ({
  field,
  arguments: { input: { type: `${type}!`, value: input } },
  answer: `__typename ${success} ${refusal}`,
  key,
});

export const createPartner = ({ id, name, trade, feeBasisPoints }: DemoPartner, key: string): Write =>
  withInput('createPartner', 'CreatePartnerInput', { id, name, trade, feeBasisPoints }, '... on PartnerCreated { replayed }', key);

export const createProgramme = ({ id, issuer, name, value, expiry, miles }: DemoProgramme, key: string): Write =>
  withInput(
    'createProgramme',
    'CreateProgrammeInput',
    {
      id,
      issuer,
      name,
      value,
      expiry,
      acceptance: { scope: 'ALL' },
      returnPolicy: { graceDays: 30 },
      ...(miles === undefined ? {} : { kind: 'MILES', disclosure: miles }),
    },
    '... on ProgrammeCreated { replayed }',
    key,
  );

export const setEarnProgramme = (partner: string, programme: string, key: string): Write => ({
  field: 'setEarnProgramme',
  arguments: { partner: { type: 'ID!', value: partner }, programme: { type: 'ID!', value: programme } },
  answer: '__typename ... on EarnProgrammeSet { replayed }',
  key,
});

export function draftRule({ programme, name, gives, when, creditFactor = false }: DemoRule, key: string): Write {
  return withInput(
    'draftRule',
    'DraftRuleInput',
    { programme, name: `${name.zh} / ${name.en}`, ...gives, ...when, creditFactor, validFrom: rulesFrom },
    '... on RuleDrafted { rule { id } replayed }',
    key,
  );
}

export const publishRule = (rule: string, key: string): Write => ({
  field: 'publishRule',
  arguments: { rule: { type: 'ID!', value: rule } },
  answer: `__typename ... on RulePublished { replayed } ${refusal}`,
  key,
});

export const upsertItem = ({ source: _source, ...item }: DemoItem, key: string): Write =>
  withInput('upsertItem', 'UpsertItemInput', { ...item, disclosure: disclosureOf(item) }, '... on ItemSaved { replayed }', key);

/** The rules that have to stand beside what points buy: from how many points, for how long, how often. */
function disclosureOf({ price: { points, programme }, stock }: Pick<DemoItem, 'price' | 'stock'>): object {
  const months = demoProgrammes.find(({ id }) => id === programme)?.expiry.months;
  const from = points.toLocaleString('en-US');
  return {
    threshold: `${from} ${programme} 起兑 / from ${from} ${programme}`,
    expiry: `积分有效期${months}个月 / points live ${months} months`,
    limits: stock === undefined ? '不限次数 / no limit' : `限量${stock}件 / ${stock} pieces`,
  };
}

export const enrolMember = (member: { readonly ref: string; readonly name: string; readonly phone?: string }, key: string): Write =>
  withInput('enrolMember', 'EnrolMemberInput', { partner: 'operator', ...member }, '... on MemberEnrolled { replayed }', key);

/** `member` is enrolled at the operator under `ref`, and every partner knows it by the same. */
export const linkMember = (ref: string, partner: string, key: string): Write => ({
  field: 'linkMember',
  arguments: {
    member: { type: 'String!', value: `operator/${ref}` },
    partner: { type: 'ID!', value: partner },
    ref: { type: 'String!', value: ref },
  },
  answer: `__typename ... on MemberLinked { replayed } ${refusal}`,
  key,
});

const accrual = 'accrual { points }';

/** The report of a purchase by the partner where it happened; `extra` asks for more of what was recorded. */
export function reportPurchase(purchase: Purchase, memberRef: string, key: string, extra = ''): Write {
  const at = purchase.at === undefined ? {} : { at: purchase.at };
  const { partner, ref, fen } = purchase;
  switch (purchase.kind) {
    case 'BILL':
      return withInput(
        'reportBill',
        'ReportBillInput',
        { partner, memberRef, billRef: ref, period: purchase.period, amountFen: fen, ...at },
        `... on BillReported { bill { ${accrual} ${extra} } replayed }`,
        key,
      );
    case 'SERVICE_ORDER':
      return withInput(
        'reportServiceOrder',
        'ReportServiceOrderInput',
        { partner, memberRef, orderRef: ref, lines: [{ sku: purchase.sku, category: purchase.category, fen }], ...at },
        `... on ServiceOrderReported { serviceOrder { ${accrual} ${extra} } replayed }`,
        key,
      );
    case 'CARD':
      return withInput(
        'reportCardTransaction',
        'ReportCardTransactionInput',
        {
          partner,
          memberRef,
          transactionRef: ref,
          kind: purchase.transaction,
          cardProduct: purchase.product,
          amountFen: fen,
          ...(purchase.certificate === undefined ? {} : { certificate: purchase.certificate }),
          ...at,
        },
        `... on CardTransactionReported { cardTransaction { ${accrual} ${extra} } replayed }`,
        key,
      );
    case 'BOOKING':
      return withInput(
        'reportBooking',
        'ReportBookingInput',
        { partner, memberRef, bookingRef: ref, kind: purchase.booking, fareFen: fen, ...at },
        `... on BookingReported { booking { ${accrual} ${extra} } replayed }`,
        key,
      );
    case 'BASKET':
      return withInput(
        'reportBasket',
        'ReportBasketInput',
        { partner, memberRef, basketRef: ref, lines: [{ sku: purchase.sku, category: purchase.category, fen }], ...at },
        `... on BasketReported { basket { ${accrual} ${extra} } replayed }`,
        key,
      );
  }
}

/** Points that the answer to a report granted; 0 where nothing accrued. */
export function pointsOf(answer: Readonly<Record<string, unknown>>): number {
  const record = Object.entries(answer).find(([name, value]) => name !== '__typename' && value !== null && typeof value === 'object')?.[1];
  return (record as { accrual?: { points: number } | null } | undefined)?.accrual?.points ?? 0;
}
