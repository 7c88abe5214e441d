import fc from 'fast-check';
import { displacedBy } from '../../../../../subgraphs/ledger/accrual/publishing/displaced.js';
import { earn, everybody, inForce, type Rule } from '../../../../../subgraphs/ledger/accrual/rules.js';
import { base, bonus, line, rule } from '../rule-builders.js';

const now = new Date('2026-11-10T00:00:00Z');
const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const all = base(1, 100, { id: 'all', name: 'all' });
const books = (more: Partial<Rule> = {}): Rule =>
  base(1, 1000, { id: 'books', name: 'books', category: 'book', validFrom: at(0), ...more });
const early = at(-10);
const past = { validFrom: early, validUntil: at(-1) };
const replaced = [all, { ...all, id: 'b', version: 2, kind: 'BONUS', validFrom: early }];

test.each`
  what                                   | draft                                                              | running                                                                              | displaced
  ${'at once'}                           | ${books()}                                                         | ${[all]}                                                                             | ${'all'}
  ${'from publication'}                  | ${books({ validFrom: null })}                                      | ${[all]}                                                                             | ${'all'}
  ${'a second ago'}                      | ${books({ validFrom: at(-1) })}                                    | ${[all]}                                                                             | ${'all'}
  ${'in a second'}                       | ${books({ validFrom: at(1) })}                                     | ${[all]}                                                                             | ${''}
  ${'for the past only'}                 | ${books(past)}                                                     | ${[all]}                                                                             | ${'all'}
  ${'before it began'}                   | ${books(past)}                                                     | ${[{ ...all, validFrom: at(-1) }]}                                                   | ${''}
  ${'of what begins now'}                | ${books()}                                                         | ${[{ ...all, validFrom: at(0) }]}                                                    | ${'all'}
  ${'of what is to begin'}               | ${books()}                                                         | ${[{ ...all, validFrom: at(1) }]}                                                    | ${''}
  ${'of what is over since before'}      | ${books({ validFrom: early })}                                     | ${[{ ...all, validUntil: early }]}                                                   | ${''}
  ${'of what is over since a second'}    | ${books({ validFrom: early })}                                     | ${[{ ...all, validUntil: at(-1) }]}                                                  | ${'all'}
  ${'of what was replaced since before'} | ${books({ validFrom: early })}                                     | ${replaced}                                                                          | ${''}
  ${'a bonus'}                           | ${bonus(1, { name: 'b', category: 'book' })}                       | ${[all]}                                                                             | ${''}
  ${'an event'}                          | ${rule({ kind: 'EVENT', event: 'E', eventPoints: 1n, name: 'e' })} | ${[all]}                                                                             | ${''}
  ${'of a bonus'}                        | ${books()}                                                         | ${[bonus(1, { name: 'b' })]}                                                         | ${''}
  ${'as specific as it'}                 | ${base(1, 9, { name: 'more' })}                                    | ${[all]}                                                                             | ${''}
  ${'less specific'}                     | ${base(1, 9, { name: 'more' })}                                    | ${[books()]}                                                                         | ${''}
  ${'of another category'}               | ${books({ event: 'E' })}                                           | ${[base(1, 1, { name: 'shoes', category: 'shoes' })]}                                | ${''}
  ${'of the category, narrower'}         | ${books({ name: 'narrow', event: 'E' })}                           | ${[books({ validFrom: early })]}                                                     | ${'books'}
  ${'across other conditions'}           | ${books({ event: 'E' })}                                           | ${[base(1, 1, { name: 'card', cardProduct: 'C' })]}                                  | ${'card'}
  ${'a version for the same'}            | ${books({ version: 2 })}                                           | ${[all, books({ validFrom: early })]}                                                | ${''}
  ${'a version for something else'}      | ${books({ version: 2, category: 'toy' })}                          | ${[all, books({ validFrom: early })]}                                                | ${'all'}
  ${'a version that asks for less'}      | ${books({ version: 2, certificate: 'G' })}                         | ${[all, books({ validFrom: early, certificate: 'G', certificateRegistered: true })]} | ${'all'}
  ${'a version after the last is over'}  | ${books({ version: 2 })}                                           | ${[all, books(past)]}                                                                | ${'all'}
`('$what: "$displaced"', ({ draft, running, displaced }) =>
  expect(
    displacedBy(draft as Rule, running as Rule[], now)
      .map(({ name }) => name)
      .join(' '),
  ).toBe(displaced),
);

const one = (...values: readonly string[]) => fc.option(fc.constantFrom(...values), { nil: null });
const facts = { category: one('book'), certificate: one('GREEN'), cardProduct: one('GOLD', 'RED'), event: one('SPEND'), tier: one('T') };
/** All that a rule may ask for, so that most of them fit. */
const [purchase, standing] = [
  line(10_000, { category: 'book', certificate: 'GREEN', cardProduct: 'GOLD', event: 'SPEND' }),
  { ...everybody, tier: 'T' },
];
const random = fc.record({
  ...facts,
  validFrom: fc.integer({ min: -5, max: 5 }).map(at),
  validUntil: fc.option(fc.integer({ min: 6, max: 9 }).map(at), { nil: null }),
});

test('whatever a purchase of now or before no longer earns by, the draft is said to displace', () => {
  let displacing = 0;
  fc.assert(
    fc.property(random, fc.array(random, { maxLength: 3 }), fc.integer({ min: -5, max: 0 }), (terms, others, ago) => {
      const draft = base(1, 100, { ...terms, id: 'draft', name: 'draft' });
      const running = others.map((other, n) => base(1, 100, { ...other, id: `${n}`, name: `${n}` }));
      const givers = (rules: readonly Rule[]): string[] =>
        (earn(purchase, inForce(rules, at(ago)), standing)?.rules ?? []).map((share) => share.rule);
      const after = givers([...running, draft]);
      const lost = givers(running).filter((id) => !after.includes(id));
      displacing += lost.length;
      expect(displacedBy(draft, running, now).map(({ id }) => id)).toEqual(expect.arrayContaining(lost));
    }),
    { seed: 5, numRuns: 3_000 },
  );
  expect(displacing).toBeGreaterThan(40);
});
