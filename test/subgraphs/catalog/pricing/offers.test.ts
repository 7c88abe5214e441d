import fc from 'fast-check';
import { changeBy, changeOf, percentText } from '../../../../subgraphs/catalog/pricing/change.js';
import { before, changesOf, closedOf, isRunning, offerOf, referencePrice, spansOf } from '../../../../subgraphs/catalog/pricing/offers.js';

const day = (n: number): Date => new Date(Date.UTC(2026, 4, n));
const weekMs = 7 * 86_400_000;

/** I3: one fall of the price, two percentages, each under its own name. */
test.each`
  reference   | points      | price        | value
  ${6_000n}   | ${5_000n}   | ${'-16.67'}  | ${'+20.00'}
  ${5_000n}   | ${6_000n}   | ${'+20.00'}  | ${'-16.67'}
  ${6_000n}   | ${3_000n}   | ${'-50.00'}  | ${'+100.00'}
  ${6_000n}   | ${6_000n}   | ${'0.00'}    | ${'0.00'}
  ${3n}       | ${2n}       | ${'-33.33'}  | ${'+50.00'}
  ${20_000n}  | ${1n}       | ${'-100.00'} | ${'+1999900.00'}
  ${200_000n} | ${1_99999n} | ${'0.00'}    | ${'0.00'}
`('$reference to $points: price $price %, worth of a point $value %', ({ reference, points, price, value }) => {
  const changes = changesOf(reference as bigint, points as bigint);
  expect([changes.price.percent, changes.value.percent]).toEqual([price, value]);
});

test('percentages are rounded half away from zero, once, from the exact ratio', () => {
  expect([changeBy(5n, 10n).basisPoints, changeBy(-5n, 10n).basisPoints, changeBy(4n, 10n).basisPoints]).toEqual([1, -1, 0]);
  expect([percentText(-1667n, 2), percentText(7n, 2), percentText(-17n, 0), percentText(167n, 1)]).toEqual([
    '-16.67',
    '+0.07',
    '-17',
    '+16.7',
  ]);
});

test('a written percentage is never further from the truth than half of its last digit', () => {
  const points = fc.bigInt({ min: 1n, max: 1_000_000n });
  fc.assert(
    fc.property(points, points, (from, to) => {
      const { basisPoints } = changeOf(from, to);
      const error = BigInt(basisPoints) * from - (to - from) * 10_000n;
      expect((error < 0n ? -error : error) * 2n <= from).toBe(true);
    }),
    { seed: 30, numRuns: 500 },
  );
});

test.each`
  regular                       | special              | from  | reference
  ${[[6_000, 1]]}               | ${[]}                | ${20} | ${6_000n}
  ${[]}                         | ${[]}                | ${20} | ${null}
  ${[[6_000, 20]]}              | ${[]}                | ${20} | ${null}
  ${[[6_000, 13]]}              | ${[]}                | ${20} | ${6_000n}
  ${[[6_000, 14]]}              | ${[]}                | ${20} | ${null}
  ${[[6_000, 14], [9_000, 16]]} | ${[]}                | ${20} | ${null}
  ${[[6_000, 1], [9_000, 15]]}  | ${[]}                | ${20} | ${6_000n}
  ${[[6_000, 1], [9_000, 13]]}  | ${[]}                | ${20} | ${9_000n}
  ${[[6_000, 1]]}               | ${[[5_000, 10, 14]]} | ${20} | ${5_000n}
  ${[[6_000, 1]]}               | ${[[5_000, 10, 13]]} | ${20} | ${6_000n}
  ${[[6_000, 1]]}               | ${[[5_000, 20, 30]]} | ${20} | ${6_000n}
`('$regular and $special: measured against $reference', ({ regular, special, from, reference }) => {
  const prices = {
    regular: spansOf((regular as [number, number][]).map(([points, since]) => ({ points: BigInt(points), savedAt: day(since) }))),
    overrides: (special as [number, number, number][]).map(([points, since, until]) => ({
      points: BigInt(points),
      from: day(since),
      until: day(until),
    })),
    closed: [],
  };
  expect(referencePrice(prices, day(from as number), weekMs)).toBe(reference);
});

test.each`
  ms        | reference
  ${-1_000} | ${null}
  ${0}      | ${6_000n}
  ${1_000}  | ${6_000n}
`('a price that is $ms ms from seven days old: nothing else is shown beside it than $reference', ({ ms, reference }) => {
  const from = new Date(day(8).getTime() + (ms as number));
  const regular = spansOf([{ points: 6_000n, savedAt: day(1) }]);
  const { price, value, ...offer } = offerOf(
    { points: 5_000n, from, until: day(30) },
    { regular, overrides: [], closed: [], lookBackMs: weekMs },
  );
  expect(offer.reference).toBe(reference);
  expect([price?.percent, value?.percent]).toEqual(reference === null ? [undefined, undefined] : ['-16.67', '+20.00']);
});

test('a price that was put up for a week only is no reference: nothing is claimed that was not so', () => {
  const history = spansOf([
    { points: 5_000n, savedAt: day(1) },
    { points: 6_000n, savedAt: day(18) },
  ]);
  const offer = offerOf(
    { points: 5_000n, from: day(20), until: day(30) },
    { regular: history, overrides: [], closed: [], lookBackMs: weekMs },
  );
  expect(offer).toMatchObject({ reference: 5_000n, price: { percent: '0.00' }, value: { percent: '0.00' } });
});

test('from its first instant on, and no longer at its last', () => {
  const span = { from: day(10), until: day(20) };
  const at = (instant: Date, ms: number): boolean => isRunning(span, new Date(instant.getTime() + ms));
  expect([at(day(10), -1), at(day(10), 0), at(day(20), -1), at(day(20), 0)]).toEqual([false, true, true, false]);
});

const days = (text: string): { from: Date; until: Date | null } => {
  const [from, until] = text.split('-');
  return { from: day(Number(from)), until: until ? day(Number(until)) : null };
};
const asDays = ({ from, until }: { from: Date; until: Date | null }): string =>
  `${from.getUTCDate()}-${until === null ? '' : until.getUTCDate()}`;

test.each`
  closed     | reference
  ${'1-13'}  | ${6_000n}
  ${'1-14'}  | ${null}
  ${'15-16'} | ${null}
  ${'19-'}   | ${null}
  ${'20-'}   | ${6_000n}
`('nobody could have it on days $closed: measured on day 20 against $reference', ({ closed, reference }) => {
  const regular = spansOf([{ points: 6_000n, savedAt: day(1) }]);
  expect(referencePrice({ regular, overrides: [], closed: [days(closed as string)] }, day(20), weekMs)).toBe(reference);
});

test.each`
  stands   | opens   | closes  | closed
  ${'5-'}  | ${null} | ${null} | ${[]}
  ${'5-'}  | ${3}    | ${null} | ${[]}
  ${'5-'}  | ${9}    | ${12}   | ${['5-9', '12-']}
  ${'5-8'} | ${9}    | ${12}   | ${['5-8']}
  ${'5-8'} | ${6}    | ${7}    | ${['5-6', '7-8']}
  ${'5-8'} | ${1}    | ${3}    | ${['5-8']}
`('a version that stands on days $stands, opens on $opens and closes on $closes is closed on $closed', (row) => {
  const { stands, opens, closes, closed } = row as { stands: string; opens: number | null; closes: number | null; closed: string[] };
  const opening = { opensAt: opens === null ? null : day(opens), closesAt: closes === null ? null : day(closes) };
  expect(closedOf(days(stands), opening).map(asDays)).toEqual(closed);
});

test('what lies before an instant is cut at it', () => {
  expect(before(['1-3', '4-8', '5-', '6-7'].map(days), day(6)).map(asDays)).toEqual(['1-3', '4-6', '5-6']);
});
