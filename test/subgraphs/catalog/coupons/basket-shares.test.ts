import fc from 'fast-check';
import { returnOf } from '../../../../subgraphs/catalog/coupons/basket-shares.js';

test.each`
  what                          | basket     | pay        | before     | fen        | outcome
  ${'half of it (B23)'}         | ${20_000n} | ${10_000n} | ${0n}      | ${10_000n} | ${'5000 + 5000, 10000 left'}
  ${'the other half'}           | ${20_000n} | ${10_000n} | ${10_000n} | ${10_000n} | ${'5000 + 5000, 0 left'}
  ${'all at once'}              | ${20_000n} | ${10_000n} | ${0n}      | ${20_000n} | ${'10000 + 10000, 0 left'}
  ${'a third of an odd one'}    | ${300n}    | ${200n}    | ${0n}      | ${100n}    | ${'67 + 33, 200 left'}
  ${'the second third'}         | ${300n}    | ${200n}    | ${100n}    | ${100n}    | ${'66 + 34, 100 left'}
  ${'the last third'}           | ${300n}    | ${200n}    | ${200n}    | ${100n}    | ${'67 + 33, 0 left'}
  ${'one fen, a tie'}           | ${2n}      | ${1n}      | ${0n}      | ${1n}      | ${'1 + 0, 1 left'}
  ${'the fen after it'}         | ${2n}      | ${1n}      | ${1n}      | ${1n}      | ${'0 + 1, 0 left'}
  ${'nothing was paid in cash'} | ${20_000n} | ${0n}      | ${0n}      | ${1n}      | ${'0 + 1, 19999 left'}
  ${'one fen too much'}         | ${20_000n} | ${10_000n} | ${10_000n} | ${10_001n} | ${'BEYOND_BASKET, 10000 left'}
  ${'when all is back'}         | ${20_000n} | ${10_000n} | ${20_000n} | ${1n}      | ${'BEYOND_BASKET, 0 left'}
`('$what: $outcome', ({ basket, pay, before, fen, outcome }) => {
  const back = returnOf({ basketFen: basket as bigint, payFen: pay as bigint }, before as bigint, fen as bigint);
  const said = back.kind === 'returned' ? `${back.refundFen} + ${back.couponFen}` : back.code;
  expect(`${said}, ${back.leftFen} left`).toBe(outcome);
});

test('however the goods come back, every part is theirs to the fen, none is negative, and all of them are the whole', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 }),
      fc.bigInt({ min: 0n, max: 10_000n }),
      (goods, share) => {
        const basketFen = goods.reduce((sum, fen) => sum + fen, 0n);
        const basket = { basketFen, payFen: (basketFen * share) / 10_000n };
        let [before, refund, coupon] = [0n, 0n, 0n];
        for (const fen of goods) {
          const back = returnOf(basket, before, fen);
          if (back.kind === 'refused') throw new Error(back.code);
          expect(back.refundFen + back.couponFen).toBe(fen);
          expect(back.refundFen >= 0n && back.couponFen >= 0n).toBe(true);
          before += fen;
          refund += back.refundFen;
          coupon += back.couponFen;
        }
        expect([refund, coupon]).toEqual([basket.payFen, basketFen - basket.payFen]);
      },
    ),
    { seed: 20261121 },
  );
});
