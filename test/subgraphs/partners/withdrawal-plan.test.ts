import { planWithdrawal } from '../../../subgraphs/partners/withdrawal-plan.js';

const day = new Date('2026-11-30T00:00:00Z');
/** `name line×quantity`, with `!` where it is used and `-` where it is withdrawn. */
const heldOf = (text: string) =>
  text.split(', ').map((each) => {
    const [, name = '', line = '', quantity = '', mark = ''] = /^(\w+) (\d+)×(\d+)([!-]?)$/.exec(each) ?? [];
    return {
      name,
      line: Number(line),
      quantity: Number(quantity),
      usedAt: mark === '!' ? day : null,
      withdrawnAt: mark === '-' ? day : null,
    };
  });

test.each`
  held               | lines               | plan
  ${'a 1×1, b 1×1'}  | ${[[1, 1]]}         | ${'a×1'}
  ${'a 1×1, b 1×1'}  | ${[[1, 2]]}         | ${'a×1 b×1'}
  ${'a 1×3'}         | ${[[1, 2]]}         | ${'a×2'}
  ${'a 1×1!, b 1×1'} | ${[[1, 1]]}         | ${'b×1'}
  ${'a 1×1-, b 1×1'} | ${[[1, 1]]}         | ${'b×1'}
  ${'a 1×1!, b 1×1'} | ${[[1, 2]]}         | ${null}
  ${'a 1×3'}         | ${[[1, 4]]}         | ${null}
  ${'a 1×1, b 2×2'}  | ${[[2, 1], [1, 1]]} | ${'b×1 a×1'}
  ${'a 1×1, b 2×2!'} | ${[[2, 1], [1, 1]]} | ${null}
`('$lines of $held: $plan', ({ held, lines, plan }) => {
  const found = planWithdrawal(
    heldOf(held as string),
    (lines as [number, number][]).map(([line, quantity]) => ({ line, quantity })),
  );
  expect(found && found.map(({ entitlement, pieces }) => `${entitlement.name}×${pieces}`).join(' ')).toBe(plan);
});
