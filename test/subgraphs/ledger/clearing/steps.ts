import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

/** The ledger with what partners and staff do about packs and limits. */
export interface PartnersLedger extends TestLedger {
  /** What a shop's customer earns for so many fen, in the shop's own name; `more` goes into the input. */
  earn(partner: string, points: number, more?: Row, key?: string): Promise<Row>;
  buy(points: number, more?: Row, viewer?: Viewer, key?: string): Promise<Row>;
  /** Proposed by one, approved by another. */
  twoAgree(document: string): Promise<Row>;
  limit(partner: string, limitFen: number | null, alertFen?: number): Promise<Row>;
  numbers<T extends object = Row>(sql: string): Promise<T[]>;
}

export const admin = viewers.staff('admin');
export const approver = viewers.staff('approver');
export const finance = viewers.staff('finance');
export const fashion = viewers.partner('fashion');

const accrueFor = `mutation ($input: AccrueForInput!) {
  accrueFor(input: $input) { __typename ... on Accrued { replayed accrual { id points } } ... on CreditLimitReached { limitFen usedFen } ... on Refusal { code } }
}`;
const buyPack = `mutation ($programme: ID!, $points: Points!, $alertPoints: Points! = 0, $partner: ID) {
  buyPack(programme: $programme, points: $points, alertPoints: $alertPoints, partner: $partner) {
    __typename
    ... on PackBought { replayed pack { id state points leftPoints priceFen alertPoints expiresAt partner { id } programme { id } } }
    ... on PackTooSmall { code minPoints } ... on CreditLimitReached { code limitFen usedFen } ... on Refusal { message } } }`;

export async function openPartners(): Promise<PartnersLedger> {
  const ledger = await openLedger();
  const twoAgree = async (document: string): Promise<Row> => {
    const { id } = (await ledger.write(admin, `mutation { ${document} { id } }`)) as { id: string };
    return ledger.write(approver, 'mutation ($id: ID!) { approve(id: $id) { __typename } }', { id });
  };
  return {
    ...ledger,
    twoAgree,
    earn: (partner, points, more = {}, key) => {
      const input = { partner, memberUid: uuid(), purchaseRef: uuid(), lines: [{ sku: 'x', fen: points, event: 'SPEND' }], ...more };
      return ledger.write({ ...viewers.partner(partner), via: partner }, accrueFor, { input }, key);
    },
    buy: (points, more = {}, viewer = fashion, key) => ledger.write(viewer, buyPack, { programme: 'COAL-P', points, ...more }, key),
    limit: (partner, limitFen, alertFen) =>
      twoAgree(
        `proposeCreditLimit(partner: "${partner}", ${limitFen === null ? '' : `limitFen: ${limitFen}, `}${alertFen === undefined ? '' : `alertFen: ${alertFen}, `}reason: "test")`,
      ),
    numbers: <T extends object>(sql: string) => ledger.sql<T>(sql),
  };
}
