import fc from 'fast-check';
import { backTo, draw, type Pack } from '../../../../../subgraphs/ledger/clearing/packs/packs.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const day = 86_400_000;
const now = new Date('2026-11-21T12:00:00+08:00');
const inDays = (days: number): Date => new Date(now.getTime() + days * day);

/** `a:5@3, b:7@-` are 5 points until in three days and 7 points for ever, bought in this order. */
const packsOf = (text: string): Pack[] =>
  text.split(', ').map((one, n) => {
    const [, id = '', left = '', end = ''] = /^(.+):(\d+)@(-?\d+|-)$/.exec(one) ?? [];
    return { id, left: BigInt(left), boughtAt: inDays(n - 100), expiresAt: end === '-' ? null : inDays(Number(end)) };
  });
const asText = ({ parts, uncovered }: ReturnType<typeof draw>): string =>
  [...parts.map(({ pack, points }) => `${pack}:${points}`), ...(uncovered > 0n ? [`billed ${uncovered}`] : [])].join(' ');

test.each`
  packs                 | points | drawn
  ${'b:7@9, a:5@3'}     | ${6n}  | ${'a:5 b:1'}
  ${'a:5@3, b:7@9'}     | ${12n} | ${'a:5 b:7'}
  ${'a:5@3, b:7@9'}     | ${13n} | ${'a:5 b:7 billed 1'}
  ${'n:5@-, a:5@300'}   | ${6n}  | ${'a:5 n:1'}
  ${'x:5@3, y:5@3'}     | ${6n}  | ${'x:5 y:1'}
  ${'gone:5@0, a:5@1'}  | ${6n}  | ${'a:5 billed 1'}
  ${'gone:5@-1'}        | ${1n}  | ${'billed 1'}
  ${'empty:0@3, a:1@4'} | ${1n}  | ${'a:1'}
`('$points from $packs: $drawn', ({ packs, points, drawn }) => expect(asText(draw(packsOf(packs), points, now))).toBe(drawn));

test('a pack can be drawn on to the last millisecond and not at its end', () => {
  const [pack] = packsOf('a:5@1');
  expect(draw([pack as Pack], 1n, new Date(inDays(1).getTime() - 1)).parts).toHaveLength(1);
  expect(draw([pack as Pack], 1n, inDays(1)).parts).toHaveLength(0);
});

const packs = fc.array(
  fc.record({ left: fc.bigInt(0n, 1_000n), ends: fc.option(fc.integer({ min: -3, max: 30 })), bought: fc.integer({ min: -50, max: 0 }) }),
  { maxLength: 6 },
);

test(`what packs give and what is billed is what was asked, and no pack gives more than it has (seed ${seed})`, () => {
  fc.assert(
    fc.property(packs, fc.bigInt(0n, 5_000n), (made, points) => {
      const all = made.map(({ left, ends, bought }, n): Pack => ({
        id: `p${n}`,
        left,
        boughtAt: inDays(bought),
        expiresAt: ends === null ? null : inDays(ends),
      }));
      const { parts, uncovered } = draw(all, points, now);
      expect(parts.reduce((sum, part) => sum + part.points, uncovered)).toBe(points);
      for (const part of parts) {
        const pack = all.find(({ id }) => id === part.pack) as Pack;
        expect(part.points > 0n && part.points <= pack.left).toBe(true);
        expect(pack.expiresAt === null || pack.expiresAt > now).toBe(true);
      }
      const open = all.filter(({ expiresAt }) => expiresAt === null || expiresAt > now).reduce((sum, { left }) => sum + left, 0n);
      expect(uncovered).toBe(points > open ? points - open : 0n);
    }),
    { seed },
  );
});

test(`returns in any steps give back each pack's points, all of them in the end, never more (seed ${seed})`, () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(1n, 500n), { minLength: 1, maxLength: 4 }),
      fc.bigInt(0n, 500n),
      fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 6 }),
      (drawnOf, billed, steps) => {
        const total = drawnOf.reduce((a, b) => a + b, billed);
        let drawn = drawnOf.map((points, n) => ({ pack: `p${n}`, points, returned: 0n }));
        let done = 0n;
        for (const step of [...steps.map(BigInt), total]) {
          const before = done;
          done = done + step > total ? total : done + step;
          const parts = backTo(drawn, done, total);
          drawn = drawn.map((one) => ({ ...one, returned: one.returned + (parts.find(({ pack }) => pack === one.pack)?.points ?? 0n) }));
          const back = drawn.reduce((sum, { returned }) => sum + returned, 0n);
          expect(back).toBe(((total - billed) * done) / total);
          // Whatever is no pack's was billed, and no more of that comes back than was billed.
          expect(done - back <= billed && done >= before).toBe(true);
          for (const { points, returned } of drawn) expect(returned <= points).toBe(true);
        }
        expect(drawn.every(({ points, returned }) => points === returned)).toBe(true);
      },
    ),
    { seed },
  );
});
