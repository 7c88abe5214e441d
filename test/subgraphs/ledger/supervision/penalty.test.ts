import { fineRange, isWithinRange } from '../../../../subgraphs/ledger/supervision/penalty.js';

const art56 = { leastMultiple: 1, mostMultiple: 10, mostWithoutGainsFen: 50_000_000n };

/** I10: 1 to 10 times the illegal gains, and up to 500,000.00 only where there are none. */
test.each`
  gains         | fine           | allowed
  ${0n}         | ${0n}          | ${true}
  ${0n}         | ${20_000_000n} | ${true}
  ${0n}         | ${50_000_000n} | ${true}
  ${0n}         | ${50_000_001n} | ${false}
  ${1_000_000n} | ${999_999n}    | ${false}
  ${1_000_000n} | ${1_000_000n}  | ${true}
  ${1_000_000n} | ${10_000_000n} | ${true}
  ${1_000_000n} | ${10_000_001n} | ${false}
  ${9_000_000n} | ${90_000_000n} | ${true}
`('a fine of $fine fen on gains of $gains: $allowed', ({ gains, fine, allowed }: { gains: bigint; fine: bigint; allowed: boolean }) => {
  expect(isWithinRange(fine, fineRange(art56, gains))).toBe(allowed);
});
