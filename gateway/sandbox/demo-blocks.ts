import type { Write } from '../client/writes.js';

/** A16: what a bank's points pay for is lawful and no money by another name; an issuer that is not regulated blocks nothing. */
export const demoBlocks: readonly Write[] = [
  {
    field: 'setBlockedCategories',
    arguments: {
      issuer: { type: 'ID!', value: 'banking' },
      categories: {
        type: '[String!]!',
        value: ['cash-equivalent', 'gift-card', 'lottery', 'precious-metal', 'prepaid-card', 'security', 'tobacco'],
      },
    },
    answer: '__typename ... on BlockedCategoriesSet { replayed }',
    key: 'seed:blocks:banking',
  },
];
