import fc from 'fast-check';
import {
  consented,
  type ConsentClass,
  covers,
  type Grant,
  inForce,
  needsGuardian,
  type Purpose,
} from '../../../subgraphs/members/consents.js';

const noon = Date.parse('2026-06-01T12:00:00Z');
/** Seconds from noon. */
const at = (seconds: number): Date => new Date(noon + seconds * 1000);
const grantOf = (facts: Partial<Grant>): Grant => ({
  recipient: 'telecom',
  purpose: 'SERVICE',
  classes: ['PII'],
  from: at(-1000),
  until: null,
  withdrawnAt: null,
  guardian: false,
  ...facts,
});

test.each`
  grant                                    | seconds | holds
  ${{ from: at(0) }}                       | ${-1}   | ${false}
  ${{ from: at(0) }}                       | ${0}    | ${true}
  ${{ from: at(0) }}                       | ${1}    | ${true}
  ${{ until: at(0) }}                      | ${-1}   | ${true}
  ${{ until: at(0) }}                      | ${0}    | ${false}
  ${{ until: at(0) }}                      | ${1}    | ${false}
  ${{ withdrawnAt: at(0) }}                | ${-1}   | ${true}
  ${{ withdrawnAt: at(0) }}                | ${0}    | ${false}
  ${{ withdrawnAt: at(0) }}                | ${1}    | ${false}
  ${{ withdrawnAt: at(0), until: at(10) }} | ${5}    | ${false}
  ${{ withdrawnAt: at(10), until: at(0) }} | ${5}    | ${false}
  ${{ from: at(0), until: at(0) }}         | ${0}    | ${false}
  ${{}}                                    | ${1e9}  | ${true}
`('$grant at noon + $seconds s holds: $holds', ({ grant, seconds, holds }) => {
  expect(inForce(grantOf(grant), at(seconds))).toBe(holds);
});

const shared: ConsentClass[] = ['SHARED'];
test.each`
  what                               | grants                                                                                      | open
  ${'nothing'}                       | ${[]}                                                                                       | ${''}
  ${'one'}                           | ${[{}]}                                                                                     | ${'PII'}
  ${'another recipient'}             | ${[{ recipient: 'banking' }]}                                                               | ${''}
  ${'two that overlap'}              | ${[{}, { classes: shared }]}                                                                | ${'PII SHARED'}
  ${'the same twice, one withdrawn'} | ${[{}, { withdrawnAt: at(-1) }]}                                                            | ${'PII'}
  ${'the same twice, both ended'}    | ${[{ until: at(0) }, { withdrawnAt: at(-1) }]}                                              | ${''}
  ${'one that is yet to come'}       | ${[{ from: at(1) }]}                                                                        | ${''}
  ${"a guardian's"}                  | ${[{ guardian: true, purpose: 'CHILD_BENEFITS' }]}                                          | ${''}
  ${'credit and sharing'}            | ${[{ classes: ['CREDIT'], purpose: 'CREDIT_BENEFITS' }, { classes: shared, until: at(1) }]} | ${'CREDIT SHARED'}
`('$what opens: $open', ({ grants, open }) => {
  expect(consented((grants as Partial<Grant>[]).map(grantOf), 'telecom', at(0)).open.join(' ')).toBe(open);
});

test.each`
  grant                                                  | purpose              | fieldClass  | used
  ${{ purpose: 'CREDIT_BENEFITS', classes: ['CREDIT'] }} | ${'CREDIT_BENEFITS'} | ${'CREDIT'} | ${true}
  ${{ purpose: 'CREDIT_BENEFITS', classes: ['CREDIT'] }} | ${'MARKETING'}       | ${'CREDIT'} | ${false}
  ${{ purpose: 'CREDIT_BENEFITS', classes: ['SHARED'] }} | ${'CREDIT_BENEFITS'} | ${'CREDIT'} | ${false}
  ${{}}                                                  | ${'SERVICE'}         | ${'PII'}    | ${true}
  ${{ guardian: true }}                                  | ${'SERVICE'}         | ${'PII'}    | ${false}
  ${{ until: at(0) }}                                    | ${'SERVICE'}         | ${'PII'}    | ${false}
`('$grant used for $purpose, $fieldClass: $used', ({ grant, purpose, fieldClass, used }) => {
  expect(covers(grantOf(grant), purpose as Purpose, fieldClass as ConsentClass, at(0))).toBe(used);
});

test("a guardian's consent opens a child's data only, and only that asks for one", () => {
  const consent = consented([grantOf({ guardian: true })], 'telecom', at(0));
  expect(consent).toEqual({ open: [], guardian: ['PII'], purposes: [] });
  expect([needsGuardian('CHILD_BENEFITS'), needsGuardian('SERVICE')]).toEqual([true, false]);
});

const grants = fc.array(
  fc.record({
    recipient: fc.constantFrom('telecom', 'banking'),
    purpose: fc.constantFrom<Purpose>('SERVICE', 'MARKETING', 'CREDIT_BENEFITS'),
    classes: fc.subarray<ConsentClass>(['SHARED', 'PII', 'CREDIT'], { minLength: 1 }),
    from: fc.integer({ min: -9, max: 9 }).map(at),
    until: fc.option(fc.integer({ min: -9, max: 9 }).map(at)),
    withdrawnAt: fc.option(fc.integer({ min: -9, max: 9 }).map(at)),
    guardian: fc.boolean(),
  }),
);

test('what is open is the sum of the single grants, whatever their order; without any of one, nothing else changes', () => {
  fc.assert(
    fc.property(grants, (all) => {
      const { open } = consented(all, 'telecom', at(0));
      const each = new Set(all.flatMap((one) => consented([one], 'telecom', at(0)).open));
      expect([...open].toSorted()).toEqual([...each].toSorted());
      expect(consented(all.toReversed(), 'telecom', at(0)).open).toEqual(open);
      const others = all.filter(({ recipient }) => recipient !== 'banking');
      expect(consented(others, 'telecom', at(0))).toEqual(consented(all, 'telecom', at(0)));
    }),
    { numRuns: 200 },
  );
});
