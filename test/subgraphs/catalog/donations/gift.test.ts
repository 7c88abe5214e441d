import { rational } from '../../../../subgraphs/kernel/rational.js';
import { giftOf, isCancellable } from '../../../../subgraphs/catalog/donations/gift.js';

const opensAt = new Date('2026-11-21T00:00:00Z');
const closesAt = new Date('2026-11-22T00:00:00Z');
const cause = { minimumFen: 100n, opensAt, closesAt };
const value = { 'TEL-P': rational(1n), 'AUTO-P': rational(10n), 'BANK-P': rational(1n, 5n) } as const;

test.each`
  points    | programme   | at                            | outcome
  ${2_000n} | ${'TEL-P'}  | ${'2026-11-21T12:00:00Z'}     | ${'2000 fen'}
  ${100n}   | ${'TEL-P'}  | ${'2026-11-21T12:00:00Z'}     | ${'100 fen'}
  ${99n}    | ${'TEL-P'}  | ${'2026-11-21T12:00:00Z'}     | ${'BELOW_MINIMUM from 100'}
  ${0n}     | ${'TEL-P'}  | ${'2026-11-21T12:00:00Z'}     | ${'BELOW_MINIMUM from 100'}
  ${10n}    | ${'AUTO-P'} | ${'2026-11-21T12:00:00Z'}     | ${'100 fen'}
  ${9n}     | ${'AUTO-P'} | ${'2026-11-21T12:00:00Z'}     | ${'BELOW_MINIMUM from 10'}
  ${504n}   | ${'BANK-P'} | ${'2026-11-21T12:00:00Z'}     | ${'100 fen'}
  ${499n}   | ${'BANK-P'} | ${'2026-11-21T12:00:00Z'}     | ${'BELOW_MINIMUM from 500'}
  ${100n}   | ${'TEL-P'}  | ${'2026-11-20T23:59:59Z'}     | ${'CAUSE_CLOSED until 2026-11-21T00:00:00.000Z'}
  ${100n}   | ${'TEL-P'}  | ${'2026-11-21T00:00:00Z'}     | ${'100 fen'}
  ${100n}   | ${'TEL-P'}  | ${'2026-11-21T23:59:59.999Z'} | ${'100 fen'}
  ${100n}   | ${'TEL-P'}  | ${'2026-11-22T00:00:00Z'}     | ${'CAUSE_CLOSED until never'}
`('$points $programme at $at: $outcome', ({ points, programme, at, outcome }) => {
  const gift = giftOf(cause, points as bigint, value[programme as keyof typeof value], new Date(at as string));
  const text =
    gift.kind === 'gift'
      ? `${gift.fen} fen`
      : gift.code === 'BELOW_MINIMUM'
        ? `${gift.code} from ${gift.minimumPoints}`
        : `${gift.code} until ${gift.opensAt?.toISOString() ?? 'never'}`;
  expect(text).toBe(outcome);
});

test.each([
  [-1, true],
  [0, false],
  [1, false],
])('%d ms from the end of second thoughts: %s', (ms, cancellable) => {
  expect(isCancellable(new Date(closesAt.getTime() + ms), closesAt)).toBe(cancellable);
});
