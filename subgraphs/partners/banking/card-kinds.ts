import { registerEnumType } from 'type-graphql';

/** What the bank reports of a card, and which kind of card it is. */
export enum CardTransactionKind {
  SPEND = 'SPEND',
  OPENING = 'OPENING',
  ADVANCE = 'ADVANCE',
  FEE = 'FEE',
}
registerEnumType(CardTransactionKind, {
  name: 'CardTransactionKind',
  description: 'What happened on a card. Only spending earns points.',
  valuesConfig: {
    SPEND: { description: 'Something was bought; it earns points.' },
    OPENING: { description: 'The card was opened; it earns nothing.' },
    ADVANCE: { description: 'Cash was drawn; it earns nothing.' },
    FEE: { description: 'The bank charged a fee; it earns nothing.' },
  },
});

export enum CardProduct {
  STANDARD = 'STANDARD',
  GREEN = 'GREEN',
}
registerEnumType(CardProduct, {
  name: 'CardProduct',
  description: 'Kind of card, which accrual rules may ask for.',
  valuesConfig: {
    STANDARD: { description: 'The ordinary card.' },
    GREEN: { description: 'The green card, which may earn more on certified green spending.' },
  },
});
