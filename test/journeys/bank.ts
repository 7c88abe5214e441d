import { viewers } from '../support/viewers.js';
import { type Story, told } from './story.js';

const bank = viewers.partner('banking');
const report = `mutation ($input: ReportCardTransactionInput!) {
  reportCardTransaction(input: $input) { __typename ... on CardTransactionReported { cardTransaction { kind accrual { points } } } ... on Refusal { code } }
}`;

interface Reported {
  readonly cardTransaction: { readonly kind: string; readonly accrual: { readonly points: number } | null };
}

/** A14, A15, B9: card points follow spending only. */
export const bankStory: Story = (graph) => {
  test.each`
    kind         | cardProduct   | amountFen  | certificate  | points
    ${'OPENING'} | ${'STANDARD'} | ${0}       | ${undefined} | ${null}
    ${'ADVANCE'} | ${'STANDARD'} | ${100_000} | ${undefined} | ${null}
    ${'FEE'}     | ${'STANDARD'} | ${1_000}   | ${undefined} | ${null}
    ${'SPEND'}   | ${'STANDARD'} | ${100_000} | ${undefined} | ${1_000}
    ${'SPEND'}   | ${'GREEN'}    | ${10_000}  | ${'GREEN'}   | ${300}
    ${'SPEND'}   | ${'GREEN'}    | ${10_000}  | ${undefined} | ${100}
    ${'SPEND'}   | ${'STANDARD'} | ${99}      | ${undefined} | ${0}
  `(
    'M-Wu: $kind of $amountFen fen by a $cardProduct card, certificate $certificate: $points points',
    async ({ kind, cardProduct, amountFen, certificate, points }) => {
      const ref = `wu-${kind}-${cardProduct}-${amountFen}-${certificate ?? 'none'}`;
      const input = { memberRef: 'M-Wu', transactionRef: ref, kind, cardProduct, amountFen, certificate };
      const { cardTransaction } = await told<Reported>(graph(), bank, report, { input }, ref);
      expect(cardTransaction.accrual?.points ?? null).toBe(points);
    },
  );
};
