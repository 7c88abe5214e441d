import fc from 'fast-check';
import { allot, dropProblem, type DropTerms } from '../../../../subgraphs/catalog/drops/allocation.js';

const hour = 3_600_000;
const opensAt = new Date('2026-12-31T10:00:00+08:00');
const at = (ms: number): Date => new Date(opensAt.getTime() + ms);
/** A9: three boxes, two of them for the trusted, 24 hours early. */
const drop: DropTerms = {
  stock: 3,
  opensAt,
  closesAt: at(48 * hour),
  priorityOpensAt: at(-24 * hour),
  priorityQuota: 2,
  perMember: 1,
};

test.each`
  ms                | eligible | all  | early | mine | outcome
  ${-24 * hour - 1} | ${true}  | ${0} | ${0}  | ${0} | ${'NOT_OPEN -24'}
  ${-24 * hour}     | ${true}  | ${0} | ${0}  | ${0} | ${'early'}
  ${-24 * hour}     | ${false} | ${0} | ${0}  | ${0} | ${'NOT_OPEN 0'}
  ${-1}             | ${true}  | ${1} | ${1}  | ${0} | ${'early'}
  ${-1}             | ${true}  | ${2} | ${2}  | ${0} | ${'QUOTA_USED'}
  ${-1}             | ${true}  | ${1} | ${1}  | ${1} | ${'LIMIT_REACHED'}
  ${-1}             | ${false} | ${0} | ${0}  | ${0} | ${'NOT_OPEN 0'}
  ${0}              | ${false} | ${2} | ${2}  | ${0} | ${'open'}
  ${0}              | ${true}  | ${2} | ${2}  | ${0} | ${'open'}
  ${0}              | ${false} | ${3} | ${2}  | ${0} | ${'DROP_SOLD_OUT'}
  ${0}              | ${false} | ${1} | ${0}  | ${1} | ${'LIMIT_REACHED'}
  ${48 * hour - 1}  | ${false} | ${0} | ${0}  | ${0} | ${'open'}
  ${48 * hour}      | ${true}  | ${0} | ${0}  | ${0} | ${'NOT_OPEN null'}
`('$ms ms from the opening, eligible: $eligible, $all/$early/$mine claimed: $outcome', ({ ms, eligible, all, early, mine, outcome }) => {
  const answer = allot(drop, { all, early, mine } as never, eligible as boolean, at(ms as number));
  const text =
    answer.kind === 'allotted'
      ? answer.early
        ? 'early'
        : 'open'
      : answer.code === 'NOT_OPEN'
        ? `NOT_OPEN ${answer.opensAt && (answer.opensAt.getTime() - opensAt.getTime()) / hour}`
        : answer.code;
  expect(text).toBe(outcome);
});

test.each`
  change                          | problem
  ${{}}                           | ${null}
  ${{ stock: 0 }}                 | ${/at least 1 piece/}
  ${{ perMember: 0 }}             | ${/A member/}
  ${{ priorityQuota: 4 }}         | ${/quota/}
  ${{ priorityQuota: -1 }}        | ${/quota/}
  ${{ priorityOpensAt: opensAt }} | ${/Priority/}
  ${{ closesAt: opensAt }}        | ${/closes/}
`('terms with $change: $problem', ({ change, problem }) => {
  const found = dropProblem({ ...drop, ...(change as object) });
  if (problem === null) expect(found).toBeNull();
  else expect(found).toMatch(problem as RegExp);
});

test('whatever comes in whatever order: never more than there are, than the quota, than one each', () => {
  const wish = fc.record({ member: fc.integer({ min: 0, max: 5 }), ms: fc.integer({ min: -30, max: 5 }), trusted: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(wish, { maxLength: 30 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 2 }),
      (wishes, stock, perMember) => {
        const terms = { ...drop, stock, perMember, priorityQuota: Math.min(2, stock) };
        const taken: { member: number; early: boolean }[] = [];
        for (const { member, ms, trusted } of wishes.toSorted((a, b) => a.ms - b.ms)) {
          const claims = {
            all: taken.length,
            early: taken.filter(({ early }) => early).length,
            mine: taken.filter((claim) => claim.member === member).length,
          };
          const answer = allot(terms, claims, trusted, at(ms * hour));
          if (answer.kind === 'allotted') taken.push({ member, early: answer.early });
        }
        expect(taken.length <= stock && taken.filter(({ early }) => early).length <= terms.priorityQuota).toBe(true);
        for (const { member } of taken) expect(taken.filter((claim) => claim.member === member).length <= perMember).toBe(true);
      },
    ),
    { seed: 9, numRuns: 300 },
  );
});
