import { type CancelledBy, refundOf } from '../../../../subgraphs/partners/travel/carrier-fee.js';

test.each`
  by             | cash      | fee       | refund
  ${'CARRIER'}   | ${9_000n} | ${5_000n} | ${'9000, fee 0, due 0'}
  ${'PASSENGER'} | ${9_000n} | ${5_000n} | ${'4000, fee 5000, due 0'}
  ${'PASSENGER'} | ${5_000n} | ${5_000n} | ${'0, fee 5000, due 0'}
  ${'PASSENGER'} | ${4_999n} | ${5_000n} | ${'0, fee 4999, due 1'}
  ${'PASSENGER'} | ${0n}     | ${5_000n} | ${'0, fee 0, due 5000'}
  ${'PASSENGER'} | ${9_000n} | ${0n}     | ${'9000, fee 0, due 0'}
`('$by, $cash paid, a fee of $fee: $refund', ({ by, cash, fee, refund }) => {
  const { refundFen, feeFen, feeDueFen } = refundOf(by as CancelledBy, cash as bigint, fee as bigint);
  expect(`${refundFen}, fee ${feeFen}, due ${feeDueFen}`).toBe(refund);
});
