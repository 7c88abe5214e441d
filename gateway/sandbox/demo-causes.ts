import type { Write } from '../client/writes.js';

/** B7: what the two charities are given points for. */
export const demoCauses: readonly Write[] = [
  { id: 'schooling', charity: 'edu', name: { zh: '困难儿童助学', en: 'Schooling for poor children' } },
  { id: 'environment', charity: 'env', name: { zh: '环保公益', en: 'Environment' } },
].map((cause) => ({
  field: 'createCause',
  arguments: { input: { type: 'CreateCauseInput!', value: { ...cause, minimumFen: 100, cancelHours: 24 } } },
  answer: '__typename ... on CauseSaved { replayed } ... on Refusal { code message }',
  key: `seed:cause:${cause.id}`,
}));

/** B6: the coalition's points are green points, and count as such in reports. */
export const demoLabels: readonly Write[] = [
  {
    field: 'setProgrammeLabels',
    arguments: { programme: { type: 'ID!', value: 'COAL-P' }, labels: { type: '[ProgrammeLabel!]!', value: ['GREEN'] } },
    answer: '__typename ... on ProgrammeLabelsSet { replayed }',
    key: 'seed:labels:COAL-P',
  },
];
