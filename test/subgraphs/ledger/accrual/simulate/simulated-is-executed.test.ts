import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { testIds } from '../../../../support/subgraph.js';
import { viewers } from '../../../../support/viewers.js';
import { openLedger, refOf, type TestLedger } from '../../ledger.js';
import { randomRules, sometimes } from './random-rules.js';

let ledger: TestLedger;
const admin = viewers.staff('admin');
const now = '2027-03-01T10:00:00+08:00';
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.setClock(now);
});
afterAll(() => ledger.close());

const createProgramme = 'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }';
const draftRule = 'mutation ($input: DraftRuleInput!) { draftRule(input: $input) { ... on RuleDrafted { rule { id } } } }';
const publishRule = 'mutation ($rule: ID!) { publishRule(rule: $rule) { __typename } }';
const simulate = `query ($rule: ID!, $sample: [SamplePurchaseInput!]) {
  simulate(rule: $rule, sample: $sample) { points rules { points withheld credit rule { name } } byMember { member points } liabilityEffect { points } }
}`;
const accrue = `mutation ($programme: ID!, $ref: String!, $purchase: String!, $at: DateTime, $lines: [PurchaseLineInput!]!) {
  accrue(programme: $programme, memberRef: $ref, lines: $lines, purchaseRef: $purchase, at: $at) {
    __typename ... on Accrued { accrual { points rules { points withheld credit rule { name } } } }
  }
}`;

const purchases = fc.array(
  fc.record({
    member: fc.nat(3),
    at: fc.integer({ min: 0, max: 100 * 24 }),
    lines: fc.array(
      fc.record({
        sku: fc.constant('x'),
        fen: fc.nat(60_000),
        part: fc.integer({ min: 0, max: 100 }),
        category: sometimes('dress', 'shoes', 'hats'),
        certificate: sometimes('GREEN'),
        event: sometimes('SPEND', 'LECTURE'),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  { minLength: 5, maxLength: 14 },
);

interface Share {
  readonly points: number;
  readonly withheld: number;
  readonly credit: boolean;
  readonly rule: { readonly name: string };
}
const byRule = (shares: readonly Share[]): Record<string, string> => {
  const sums = new Map<string, [number, number]>();
  for (const { points, withheld, credit, rule } of shares) {
    const place = `${rule.name}${credit ? ' credit' : ''}`;
    const [given, kept] = sums.get(place) ?? [0, 0];
    sums.set(place, [given + points, kept + withheld]);
  }
  return Object.fromEntries([...sums].map(([name, [given, kept]]) => [name, `${given}(${kept})`]));
};

let run = 0;
test('what a simulation says of random purchases under random rules is what they are given, rule by rule and member by member', async () => {
  await fc.assert(
    fc.asyncProperty(randomRules, purchases, fc.nat(600), async (drafts, bought, opening) => {
      run += 1;
      const programme = `RUN${run}-P`;
      const members = [uuid(), uuid(), uuid(), uuid()];
      ledger.tiers.set(`${members[1]} fashion`, 'GOLD');
      ledger.credit.bands = new Map([[`${members[2]} fashion`, 12_500]]);
      await ledger.write(admin, createProgramme, {
        input: {
          id: programme,
          issuer: 'fashion',
          name: { zh: '试', en: 'Run' },
          value: { fen: 1, points: 1 },
          expiry: { mode: 'ROLLING', months: 2, roundToMonthEnd: true },
          acceptance: { scope: 'ALL' },
        },
      });
      const ids: string[] = [];
      for (const [n, { what, basis, category, certificate, tier, caps, creditFactor, pending }] of drafts.entries()) {
        const input = {
          programme,
          name: `rule ${n}`,
          basis,
          category,
          certificate,
          tier,
          pending,
          ...what,
          ...caps,
          creditFactor: creditFactor && what.kind === 'BASE',
          validFrom: '2020-01-01T00:00:00Z',
        };
        const { rule } = (await ledger.write(admin, draftRule, { input })) as { rule: { id: string } };
        ids.push(rule.id);
      }
      const [candidate, ...others] = ids;
      // Before any of them begins: what is more specific takes the place of what is running from a later time only.
      const publish = async (rule: string | undefined): Promise<void> => {
        await ledger.setClock('2019-12-01T00:00:00Z');
        expect(await ledger.write(viewers.staff('approver'), publishRule, { rule })).toEqual({ __typename: 'RulePublished' });
        await ledger.setClock(now);
      };
      for (const rule of others) await publish(rule);
      const asked = bought.map(({ member, at, lines }) => ({
        member: members[member] as string,
        at: new Date(Date.parse('2026-11-15T16:00:00Z') + at * 3_600_000).toISOString(),
        lines: lines.map(({ part, ...line }) => ({ ...line, cashFen: Math.floor((line.fen * part) / 100) })),
      }));
      const buy = async ({ member, at, lines }: (typeof asked)[number]): Promise<Share[]> => {
        const answer = (await ledger.write(viewers.partner('fashion'), accrue, {
          programme,
          ref: refOf(member, 'fashion'),
          purchase: uuid(),
          at,
          lines,
        })) as { accrual?: { rules: Share[] } };
        return answer.accrual?.rules ?? [];
      };
      // Something was there before, and something is owed.
      await buy(asked[0] as (typeof asked)[number]);
      await ledger.sql(`update wallet set arrears = ${opening} where programme = '${programme}'`);
      const sample = asked.map(({ member, at, lines }) => ({ memberRef: testIds.seal(member, 'staff'), at, lines }));
      const said = (await ledger.write(admin, simulate, { rule: candidate, sample })) as {
        points: number;
        rules: Share[];
        byMember: { member: string; points: number }[];
      };
      await publish(candidate);
      const given: Share[] = [];
      const ofMember = new Map<string, number>();
      for (const purchase of asked) {
        const shares = await buy(purchase);
        given.push(...shares);
        const ref = testIds.seal(purchase.member, 'staff');
        ofMember.set(ref, (ofMember.get(ref) ?? 0) + shares.reduce((sum, { points }) => sum + points, 0));
      }
      expect(byRule(said.rules)).toEqual(byRule(given));
      expect(said.points).toBe(given.reduce((sum, { points }) => sum + points, 0));
      expect(Object.fromEntries(said.byMember.map(({ member, points }) => [member, points]))).toEqual(Object.fromEntries(ofMember));
    }),
    { seed: 17, numRuns: 20, endOnFailure: true },
  );
});
