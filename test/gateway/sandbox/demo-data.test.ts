import { demoItems, demoMembers, demoPartners, demoProgrammes, demoRules, partnerNamed } from '../../../gateway/sandbox/demo-data.js';
import { monthsBefore, startOfDay } from '../../../gateway/sandbox/demo-time.js';

const partners = new Set(demoPartners.map(({ id }) => id));
const programmes = new Map(demoProgrammes.map((programme) => [programme.id, programme]));
const members = demoMembers('2026-11-21');

test('every row names partners and programmes that are there, and its rows of the founding documents', () => {
  for (const { issuer } of demoProgrammes) expect(partners).toContain(issuer);
  for (const { earns } of demoPartners) if (earns) expect(programmes.has(earns)).toBe(true);
  for (const { programme } of demoRules) expect(programmes.has(programme)).toBe(true);
  for (const { owner, price } of demoItems) expect([partners.has(owner), programmes.has(price.programme)]).toEqual([true, true]);
  for (const { partners: known, opening } of members)
    for (const partner of [...known, ...opening.map((purchase) => purchase.partner)])
      expect(known.includes(partner) && partners.has(partner)).toBe(true);
  for (const { source } of [...demoPartners, ...demoProgrammes, ...demoRules, ...demoItems, ...members])
    expect(source).toMatch(/^[ABI]\d+/);
});

/** Points of an opening purchase by the base rule of the programme that the partner earns in. */
const opening = (ref: string): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { partner, fen } of members.find((member) => member.ref === ref)?.opening ?? []) {
    const programme = demoPartners.find(({ id }) => id === partner)?.earns ?? '';
    const gives = demoRules.find((rule) => rule.programme === programme)?.gives;
    if (gives?.kind === 'BASE') sums[programme] = (sums[programme] ?? 0) + Math.floor((fen * gives.rate.points) / gives.rate.fen);
  }
  return sums;
};

test.each`
  member      | points
  ${'M-Li'}   | ${{}}
  ${'M-Wang'} | ${{}}
  ${'M-Wu'}   | ${{}}
  ${'M-Zhao'} | ${{ 'AUTO-P': 20_000 }}
  ${'M-Chen'} | ${{ 'AUTO-P': 5_000 }}
  ${'M-Sun'}  | ${{ 'COAL-P': 10_000 }}
  ${'M-Qian'} | ${{ 'AUTO-P': 4_500 }}
  ${'M-Zhou'} | ${{ 'AUTO-P': 4_500 }}
  ${'M-Feng'} | ${{ 'AIR-M': 30_000 }}
  ${'M-Kong'} | ${{ 'COAL-P': 2_000 }}
  ${'M-Cao'}  | ${{ 'COAL-P': 10_500 }}
  ${'M-Yan'}  | ${{ 'AUTO-P': 1_000, 'COAL-P': 30_000 }}
  ${'M-Lin'}  | ${{ 'AUTO-P': 2_000, 'COAL-P': 20_000, 'TEL-P': 10_000 }}
`('$member starts with $points', ({ member, points }: { member: string; points: object }) => expect(opening(member)).toEqual(points));

test("M-Lin's points of three issuers are worth one basic maintenance, to the fen", () => {
  const worth = Object.entries(opening('M-Lin')).map(
    ([id, points]) => (points * (programmes.get(id)?.value.fen ?? 0)) / (programmes.get(id)?.value.points ?? 1),
  );
  expect(worth.reduce((sum, fen) => sum + fen, 0)).toBe(demoItems.find(({ id }) => id === 'basic-maintenance')?.faceFen);
});

test("a price in points is worth its face at the programme's value, but for the insurance coupon (I5)", () => {
  const odd = demoItems.filter(({ faceFen, price }) => {
    const { fen, points } = programmes.get(price.programme)?.value ?? { fen: 0, points: 1 };
    return price.points * fen !== faceFen * points;
  });
  expect(odd.map(({ id }) => id)).toEqual(['insurance-coupon']);
});

test.each`
  day             | days   | months | midnight
  ${'2026-11-21'} | ${7}   | ${12}  | ${'2025-11-28T00:00:00+08:00'}
  ${'2026-11-21'} | ${31}  | ${12}  | ${'2025-12-22T00:00:00+08:00'}
  ${'2026-12-28'} | ${7}   | ${12}  | ${'2026-01-04T00:00:00+08:00'}
  ${'2028-02-29'} | ${0}   | ${12}  | ${'2027-02-28T00:00:00+08:00'}
  ${'2026-03-31'} | ${0}   | ${1}   | ${'2026-02-28T00:00:00+08:00'}
  ${'2026-01-15'} | ${-45} | ${0}   | ${'2025-12-01T00:00:00+08:00'}
`(
  '$months months before $day + $days days: $midnight',
  ({ day, days, months, midnight }: { day: string; days: number; months: number; midnight: string }) =>
    expect(monthsBefore(startOfDay(day, days), months)).toBe(midnight),
);

test('a partner answers to its id, its short name and its names', () => {
  expect(['telecom', 'TEL', 'Auto', '汽车4S店', 'Fashion chain', 'operator', 'nobody'].map(partnerNamed)).toEqual([
    'telecom',
    'telecom',
    'automotive',
    'automotive',
    'fashion',
    'operator',
    null,
  ]);
});
