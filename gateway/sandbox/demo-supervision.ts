import type { Write } from '../client/writes.js';

/** A13: twelve members without a purchase among them, eleven of whom give all they got to the first. Their points are the baby brand's. */
const others = Array.from({ length: 11 }, (_, index) => `M-Ring-${String(index + 2).padStart(2, '0')}`);
const hub = 'M-Ring-01';

/** Lets the brand's points be sent, and by more members to one than the default would: on purpose, so that there is something to see. */
export const ringPolicy: Write = {
  field: 'setTransferPolicy',
  arguments: {
    programme: { type: 'ID!', value: 'BABY-P' },
    policy: { type: 'TransferPolicyInput!', value: { allowed: true, senders: 20 } },
  },
  answer: '__typename ... on TransferPolicySet { replayed }',
  key: 'seed:policy:BABY-P',
};

/** A lecture each, at which nothing was bought. */
export const ringLectures: readonly Write[] = others.map((memberRef) => ({
  field: 'reportEngagement',
  arguments: { input: { type: 'ReportEngagementInput!', value: { memberRef, kind: 'LECTURE', proofRef: `ring-${memberRef}` } } },
  answer: '__typename ... on EngagementReported { replayed } ... on Refusal { code message }',
  key: `seed:ring:lecture:${memberRef}`,
}));

/** And all of it to one. */
export const ringTransfers: readonly Write[] = others.map((from) => ({
  field: 'transfer',
  arguments: {
    from: { type: 'String', value: from },
    to: { type: 'String!', value: hub },
    programme: { type: 'ID!', value: 'BABY-P' },
    points: { type: 'Points!', value: 50 },
  },
  answer: '__typename ... on Transferred { replayed } ... on Refusal { code message }',
  key: `seed:ring:transfer:${from}`,
}));
