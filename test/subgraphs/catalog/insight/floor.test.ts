import fc from 'fast-check';
import { countedOf, type Group, hiddenBelow } from '../../../../subgraphs/catalog/insight/floor.js';
import { type Choice, preferenceOf, suggestionOf } from '../../../../subgraphs/catalog/insight/preference.js';

const groupsOf = (text: string): Group[] =>
  text.split(' ').map((part) => {
    const [category = '', members = ''] = part.split(':');
    return { category, members: new Set(members), redemptions: members.length };
  });

test.each`
  floor | groups                      | hidden     | why
  ${3}  | ${'a:123 b:456'}            | ${''}      | ${'both reach the floor'}
  ${3}  | ${'a:123 b:45'}             | ${'a b'}   | ${'one hidden alone would follow from a total'}
  ${3}  | ${'a:123 b:12 c:4567'}      | ${'a b'}   | ${'the next smallest is hidden with it'}
  ${3}  | ${'a:123 b:12 c:34 d:1234'} | ${'b c'}   | ${'two hidden that hold four together'}
  ${3}  | ${'a:123 b:12 c:12 d:4567'} | ${'a b c'} | ${'two hidden that hold the same two'}
  ${3}  | ${'a:123 b: c: d:4567'}     | ${'b c'}   | ${'nobody in either, which nobody learns'}
  ${3}  | ${'a:123 b: d:4567'}        | ${'a b'}   | ${'one of nobody would be the one that is hidden'}
  ${3}  | ${'a:12'}                   | ${'a'}     | ${'nothing is left to hide with it'}
  ${2}  | ${'a:12 b:1 c: d:345'}      | ${'a b c'} | ${'who is in them is one member'}
`('from $floor on, $groups: $hidden is hidden, for $why', ({ floor, groups, hidden }) => {
  expect([...hiddenBelow(floor, groupsOf(groups))].toSorted().join(' ')).toBe(hidden);
});

const members = ['1', '2', '3', '4'];
const categories = ['a', 'b', 'c'];
const everybody = new Set(members);
/** Every way in which four members may have chosen out of three categories. */
const worlds = Array.from({ length: 2 ** (members.length * categories.length) }, (_, bits) =>
  categories.flatMap((category, c) =>
    members.flatMap((member, m): Choice[] => ((bits >> (c * members.length + m)) & 1 ? [{ member, category, redemptions: 1 }] : [])),
  ),
);
const countIn = (world: readonly Choice[], category: string): number => world.filter((choice) => choice.category === category).length;

test('who knows how reports are made, and all possible worlds, derives no hidden count out of what is shown', () => {
  const alike = new Map<string, { hidden: readonly string[]; worlds: Choice[][] }>();
  for (const world of worlds) {
    const report = preferenceOf(2, categories, everybody, world);
    const hidden = report.flatMap(({ category, shown }) => (shown ? [] : [category]));
    const same = alike.get(JSON.stringify(report)) ?? { hidden, worlds: [] };
    alike.set(JSON.stringify(report), same);
    same.worlds.push(world);
  }
  expect(alike.size).toBeGreaterThan(30);
  for (const { hidden, worlds: same } of alike.values())
    for (const category of hidden) expect(new Set(same.map((world) => countIn(world, category))).size).toBeGreaterThan(1);
});

test('who knows the total from elsewhere is left with two groups or more, of nobody or of as many as the floor together', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 6 }),
      fc.array(fc.uniqueArray(fc.nat(12), { maxLength: 12 }), { minLength: 1, maxLength: 7 }),
      (floor, chosen) => {
        const groups = chosen.map((who, at) => ({ category: `c${at}`, members: new Set(who.map(String)), redemptions: who.length }));
        const hidden = hiddenBelow(floor, groups);
        const inside = groups.filter(({ category }) => hidden.has(category));
        for (const { category, members: group } of groups) if (!hidden.has(category)) expect(group.size).toBeGreaterThanOrEqual(floor);
        if (hidden.size === 0 || hidden.size === groups.length) return;
        expect(hidden.size).toBeGreaterThan(1);
        const together = new Set(inside.flatMap(({ members: group }) => Array.from(group))).size;
        expect(together === 0 || together >= floor).toBe(true);
      },
    ),
    { seed: 44, numRuns: 500 },
  );
});

test('of any two reports of a month the figures are the same, or one has none: nothing follows of who withdrew in between', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 6 }),
      fc.array(fc.subarray(categories, { minLength: 1 }), { maxLength: 40 }),
      fc.infiniteStream(fc.nat()),
      (floor, wants, picks) => {
        const choices = wants.flatMap((wanted, member) =>
          wanted.map((category): Choice => ({ member: String(member), category, redemptions: 1 + (member % 3) })),
        );
        const agreed = new Set(wants.map((_, member) => String(member)));
        const still = new Set(agreed);
        const figures = () =>
          preferenceOf(floor, categories, countedOf(agreed, still), choices).flatMap(({ category, shown }) =>
            shown ? [`${category} ${shown.redemptions}`] : [],
          );
        const reports = [figures()];
        for (let left = 0; left < 3 && still.size > 0; left += 1) {
          still.delete([...still][(picks.next().value as number) % still.size] as string);
          reports.push(figures());
        }
        for (const one of reports) for (const other of reports) if (one.length > 0 && other.length > 0) expect(other).toEqual(one);
        if (agreed.size > 0) expect(reports.at(-1)).toEqual([]);
      },
    ),
    { seed: 23, numRuns: 200 },
  );
});

test('what came later is no part of it: who agrees after the month changes no figure', () => {
  const agreed = new Set(['1', '2', '3']);
  expect(countedOf(agreed, new Set(['1', '2', '3', '4']))).toEqual(agreed);
});

test('A23: household goods beat brand merchandise, three to one: more of the one and less of the other', () => {
  const choices = ['1', '2', '3'].map((member) => ({ member, category: 'household', redemptions: 2 }));
  const mugs = ['2', '4'].map((member) => ({ member, category: 'merchandise', redemptions: 1 }));
  const report = preferenceOf(2, ['household', 'merchandise'], everybody, [...choices, ...mugs]);
  expect(report).toEqual([
    { category: 'household', shown: { redemptions: 6, shareBasisPoints: 7_500, advice: 'ADD' } },
    { category: 'merchandise', shown: { redemptions: 2, shareBasisPoints: 2_500, advice: 'DROP' } },
  ]);
  expect(suggestionOf('en', report)).toBe('Add more of household (75.00%); drop some of merchandise (25.00%)');
  expect(suggestionOf('zh-CN', report)).toBe('多上：household (75.00%)；少上：merchandise (25.00%)');
  expect(suggestionOf('en', preferenceOf(5, ['household', 'merchandise'], everybody, choices))).toBeNull();
});
