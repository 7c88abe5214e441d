import { type Certificate, covers, withCertificates } from '../../../../../subgraphs/ledger/accrual/certificates/certificate.js';
import { earn } from '../../../../../subgraphs/ledger/accrual/rules.js';
import { base, bonus, line } from '../rule-builders.js';

const from = new Date('2026-11-01T00:00:00+08:00');
const until = new Date('2026-12-01T00:00:00+08:00');
const within = new Date('2026-11-15T00:00:00+08:00');
const certificate = (more: Partial<Certificate> = {}): Certificate => ({
  scheme: 'GREEN',
  partnerId: 'farm',
  skus: ['rice', 'tea'],
  category: null,
  validFrom: from,
  validUntil: until,
  revokedAt: null,
  ...more,
});
const rice = line(10_000, { sku: 'rice', category: 'grain', certificate: 'GREEN' });

test.each`
  what                              | more                                 | bought                   | partner   | at        | expected
  ${'an article'}                   | ${{}}                                | ${{}}                    | ${'farm'} | ${within} | ${true}
  ${'another article'}              | ${{}}                                | ${{ sku: 'ham' }}        | ${'farm'} | ${within} | ${false}
  ${'another partner'}              | ${{}}                                | ${{}}                    | ${'shop'} | ${within} | ${false}
  ${'another scheme'}               | ${{ scheme: 'FAIR' }}                | ${{}}                    | ${'farm'} | ${within} | ${false}
  ${'a line that claims none'}      | ${{}}                                | ${{ certificate: null }} | ${'farm'} | ${within} | ${false}
  ${'a category'}                   | ${{ skus: null, category: 'grain' }} | ${{ sku: 'oats' }}       | ${'farm'} | ${within} | ${true}
  ${'another category'}             | ${{ skus: null, category: 'fruit' }} | ${{}}                    | ${'farm'} | ${within} | ${false}
  ${'no category at all'}           | ${{ skus: null, category: 'grain' }} | ${{ category: null }}    | ${'farm'} | ${within} | ${false}
  ${'one second early'}             | ${{}}                                | ${{}}                    | ${'farm'} | ${-1_000} | ${false}
  ${'at its beginning'}             | ${{}}                                | ${{}}                    | ${'farm'} | ${from}   | ${true}
  ${'at its end'}                   | ${{}}                                | ${{}}                    | ${'farm'} | ${until}  | ${false}
  ${'the instant it is revoked'}    | ${{ revokedAt: within }}             | ${{}}                    | ${'farm'} | ${within} | ${false}
  ${'before it is revoked'}         | ${{ revokedAt: until }}              | ${{}}                    | ${'farm'} | ${within} | ${true}
  ${'a revocation before it began'} | ${{ revokedAt: new Date(0) }}        | ${{}}                    | ${'farm'} | ${from}   | ${false}
`('$what is covered: $expected', ({ more, bought, partner, at, expected }) => {
  const when = typeof at === 'number' ? new Date(from.getTime() + at) : (at as Date);
  expect(covers(certificate(more as object), { ...rice, ...(bought as object) }, { partner: partner as string, at: when })).toBe(expected);
});

test.each([
  [-1, true],
  [0, false],
  [1, false],
])('%d ms from its end: covered %s', (ms, expected) => {
  expect(covers(certificate(), rice, { partner: 'farm', at: new Date(until.getTime() + ms) })).toBe(expected);
  expect(covers(certificate({ revokedAt: within }), rice, { partner: 'farm', at: new Date(within.getTime() + ms) })).toBe(expected);
});

test('a rule that demands a registered certificate counts on the lines that one covers; a rule that does not goes by the word', () => {
  const sale = { partner: 'farm', at: within };
  const rules = (certificateRegistered: boolean) => [
    base(1, 100),
    bonus(20_000, { name: 'green', certificate: 'GREEN', certificateRegistered }),
  ];
  const [covered, claimed] = withCertificates([rice, { ...rice, sku: 'ham' }], [certificate()], sale);
  const points = (bought: typeof covered, registered: boolean) => earn(bought as typeof rice, rules(registered))?.points;
  expect([points(covered, true), points(claimed, true), points(rice, true)]).toEqual([300n, 100n, 100n]);
  expect([points(covered, false), points(claimed, false), points(rice, false)]).toEqual([300n, 300n, 300n]);
  // Nor is there a base where only registered goods have one.
  expect(earn(rice, [base(1, 100, { certificate: 'GREEN', certificateRegistered: true })])).toBeNull();
});
