import { v7 as uuid } from 'uuid';
import { catalog, type Row, type TestLedger } from './ledger.js';

const place = `mutation ($input: PlaceHoldInput!) {
  placeHold(input: $input) {
    __typename
    ... on HoldPlaced { hold expiresAt replayed }
    ... on PointsMissing { code programme missing missingFen }
    ... on MemberFrozen { code } ... on SuspendedPartner { code message }
  }
}`;
const refusals = '... on HoldExpired { code expiredAt } ... on HoldEnded { code state }';
const capture = `mutation ($hold: ID!, $legs: [LegInput!]) { captureHold(hold: $hold, legs: $legs) { __typename ... on HoldCaptured { replayed obligations { id debtor creditor fen feeFen } } ${refusals} } }`;
const pin = `mutation ($hold: ID!) { pinHold(hold: $hold) { __typename ... on HoldPinned { hold } ${refusals} } }`;
const release = `mutation ($hold: ID!) { releaseHold(hold: $hold) { __typename ... on HoldReleased { released } ... on HoldEnded { code state } } }`;
const giveBack = `mutation ($input: ReturnPointsInput!) {
  returnPoints(input: $input) {
    __typename
    ... on PointsReturned { restored { lot programme points expiresAt } clawback arrears deducted { programme points fen } settled replayed }
    ... on NothingToReturn { code }
  }
}`;

export interface Leg {
  readonly programme: string;
  readonly points: number;
  readonly fen: number;
}

/** Holds and returns as the catalog drives them. */
export const stepsOf = (ledger: Pick<TestLedger, 'write'>) => ({
  place: (member: string, legs: readonly Leg[], more: Row = {}, key?: string): Promise<Row> =>
    ledger.write(
      catalog,
      place,
      { input: { hold: uuid(), redemption: uuid(), memberUid: member, acceptor: 'automotive', legs, ...more } },
      key,
    ),
  /** As much as `legs` name, or all of it. */
  capture: (hold: string, key?: string, legs?: readonly Leg[]): Promise<Row> => ledger.write(catalog, capture, { hold, legs }, key),
  pin: (hold: string, key?: string): Promise<Row> => ledger.write(catalog, pin, { hold }, key),
  release: (hold: string, key?: string): Promise<Row> => ledger.write(catalog, release, { hold }, key),
  giveBack: (redemption: string, legs: readonly Leg[], more: Row = {}, key?: string): Promise<Row> =>
    ledger.write(catalog, giveBack, { input: { return: uuid(), redemption, legs, cashFen: 0, cashTotalFen: 0, ...more } }, key),
});

export type Steps = ReturnType<typeof stepsOf>;
