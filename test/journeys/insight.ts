import type { Viewer } from '../../schema/viewer.js';
import { viewers } from '../support/viewers.js';
import { memberNamed, type Story, told } from './story.js';

export const rows = 'A20 A23 B1 G32 G44';

const admin = viewers.staff('admin');
const fashion = viewers.partner('fashion');
const staff = viewers.partnerStaff('fashion');
const names = [1, 2, 3, 4, 5, 6, 7].map((n) => `M-Taste-${n}`);
const refusal = '__typename ... on Refusal { code message }';

/** A20, A23, B1: what shops learn of their members, and what they do not. Moves the clock, and so comes last. */
export const insightStory: Story = (graph) => {
  const members: Viewer[] = [];
  let month: Date;
  /** The first instant of a month so many after the one in which the members redeem. */
  const begin = (months: number): Date => new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + months, 1) - 8 * 3_600_000);
  const moveTo = (at: Date): Promise<unknown> =>
    told(graph(), viewers.anonymous, 'mutation ($at: DateTime!) { sandbox { setClock(at: $at) } }', { at: at.toISOString() });
  const redeem = async (n: number, item: string): Promise<void> => {
    const answer = await told(
      graph(),
      members[n - 1] as Viewer,
      `mutation ($item: ID!) { redeem(cart: [{ item: $item }], prefer: ["TASTE-P"]) { ${refusal} ... on Redeemed { redemption { state cashFen } } } }`,
      { item },
      `taste-${n}-${item}-${(keys += 1)}`,
    );
    expect(answer).toEqual({ __typename: 'Redeemed', redemption: { state: 'COMPLETED', cashFen: 0 } });
  };
  let keys = 0;
  const agree = (n: number, purpose: string): Promise<{ consent: { id: string } }> =>
    told(
      graph(),
      members[n - 1] as Viewer,
      'mutation ($purpose: ConsentPurpose!) { grantConsent(recipient: "fashion", purpose: $purpose, classes: [SHARED]) { ... on ConsentGranted { consent { id } } } }',
      { purpose },
      `taste-agrees-${n}-${purpose}`,
    );
  const withdraw = (id: string): Promise<unknown> =>
    told(graph(), admin, 'mutation ($id: ID!) { withdrawConsent(id: $id) { effectiveAt } }', { id }, `withdraw-${id}`);
  const consents: string[] = [];

  beforeAll(async () => {
    const clock = new Date(Date.parse(await told<string>(graph(), viewers.anonymous, '{ sandboxClock }')) + 8 * 3_600_000);
    month = new Date(Date.UTC(clock.getUTCFullYear(), clock.getUTCMonth(), 1));
    const name = { zh: '品味', en: 'Taste' };
    const input = {
      id: 'TASTE-P',
      issuer: 'fashion',
      name,
      value: { fen: 1, points: 1 },
      expiry: { mode: 'NONE' },
      acceptance: { scope: 'ALL' },
    };
    await told(
      graph(),
      admin,
      `mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { ${refusal} } }`,
      { input },
      'taste-p',
    );
    const rule = {
      programme: 'TASTE-P',
      name: 'base',
      kind: 'BASE',
      rate: { points: 1, fen: 1 },
      basis: 'GROSS',
      validFrom: begin(-2).toISOString(),
    };
    const drafted = await told<{ rule: { id: string } }>(
      graph(),
      admin,
      `mutation ($input: DraftRuleInput!) { draftRule(input: $input) { ${refusal} ... on RuleDrafted { rule { id } } } }`,
      { input: rule },
      'taste-rule',
    );
    await told(
      graph(),
      viewers.staff('approver'),
      `mutation ($rule: ID!) { publishRule(rule: $rule) { ${refusal} } }`,
      { rule: drafted.rule.id },
      'taste-published',
    );
    for (const ref of names) {
      await told(
        graph(),
        admin,
        'mutation ($ref: String!) { enrolMember(input: { partner: "operator", ref: $ref, name: "品味" }) { __typename } }',
        { ref },
        `enrol-${ref}`,
      );
      for (const partner of ['fashion', 'shop'])
        await told(
          graph(),
          admin,
          'mutation ($member: String!, $partner: ID!, $ref: String!) { linkMember(member: $member, partner: $partner, ref: $ref) { __typename } }',
          { member: `operator/${ref}`, partner, ref },
          `link-${partner}-${ref}`,
        );
      const given = await told(
        graph(),
        fashion,
        `mutation ($ref: String!, $bill: String!) { accrue(programme: "TASTE-P", memberRef: $ref, purchaseRef: $bill, lines: [{ sku: "x", fen: 10000 }]) { ${refusal} ... on Accrued { accrual { points } } } }`,
        { ref, bill: `taste-${ref}` },
        `points-${ref}`,
      );
      expect(given).toEqual({ __typename: 'Accrued', accrual: { points: 10_000 } });
      members.push(await memberNamed(graph(), ref));
    }
    // There are few members here, so the floors are set as low as they go.
    await told(
      graph(),
      admin,
      'mutation { setCatalogPolicy(owner: "fashion", input: { reportFloorMembers: 2 }) { replayed } }',
      {},
      'taste-floor',
    );
    await told(graph(), admin, 'mutation { setReportFloor(members: 2) { replayed } }', {}, 'taste-report-floor');
  });

  test('A20: the shop has a profile of what a member likes while that member agrees, and no other shop reads it', async () => {
    for (const [basketRef, category, fen, size, colour] of [
      ['taste-1', 'dress', 30_000, 'M', 'red'],
      ['taste-2', 'jeans', 10_000, '32', 'blue'],
    ] as const)
      await told(
        graph(),
        fashion,
        `mutation ($input: ReportBasketInput!) { reportBasket(input: $input) { ${refusal} } }`,
        { input: { memberRef: 'M-Taste-1', basketRef, lines: [{ sku: basketRef, category, fen, size, colour }] } },
        basketRef,
      );
    const fields =
      'preferenceProfiles { partner { id } purchases averageFen everyDays categories { category purchases spentFen shareBasisPoints sizes { value } colours { value } } }';
    const read = (viewer: Viewer) => graph().ask(viewer, `{ member(ref: "M-Taste-1") { ${fields} } }`);
    const own = () => told(graph(), members[0] as Viewer, `{ me { member { ${fields} } } }`);
    const profile = {
      partner: { id: 'fashion' },
      purchases: 2,
      averageFen: 20_000,
      everyDays: 0,
      categories: [
        {
          category: 'dress',
          purchases: 1,
          spentFen: 30_000,
          shareBasisPoints: 7_500,
          sizes: [{ value: 'M' }],
          colours: [{ value: 'red' }],
        },
        {
          category: 'jeans',
          purchases: 1,
          spentFen: 10_000,
          shareBasisPoints: 2_500,
          sizes: [{ value: '32' }],
          colours: [{ value: 'blue' }],
        },
      ],
    };
    expect((await read(fashion)).errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['CONSENT_REQUIRED']);
    expect(await own()).toEqual({ member: { preferenceProfiles: [] } });
    const { consent } = await agree(1, 'PREFERENCES');
    expect((await read(fashion)).data).toEqual({ member: { preferenceProfiles: [profile] } });
    expect(await own()).toEqual({ member: { preferenceProfiles: [profile] } });
    expect((await read(viewers.partner('shop'))).errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['CONSENT_REQUIRED']);
    await withdraw(consent.id);
    expect((await read(fashion)).errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['CONSENT_REQUIRED']);
  });

  test('A23: household goods beat the brand’s mugs, told of groups only, of members who agreed, once the month is over', async () => {
    for (const n of [1, 2, 3, 4]) consents.push((await agree(n, 'INSIGHT')).consent.id);
    for (const n of [1, 2, 3, 4, 5]) await redeem(n, 'household-set');
    for (const n of [1, 2]) await redeem(n, 'brand-mug');
    const period = month.toISOString().slice(0, 7);
    const report = (viewer: Viewer = staff) =>
      graph().ask(
        viewer,
        'query ($period: ID!) { preference(partner: "fashion", period: $period) { over suggestion categories { category suppressed redemptions share } } }',
        { period },
      );
    const shown = async (): Promise<unknown> => {
      const { data } = await report();
      const found = data?.['preference'] as { categories: { suppressed: boolean; redemptions: number | null }[] };
      expect(found.categories.every(({ suppressed, redemptions }) => suppressed === (redemptions === null))).toBe(true);
      return { ...found, categories: found.categories.filter(({ suppressed }) => !suppressed) };
    };
    expect((await report()).data).toEqual({ preference: { over: false, suggestion: null, categories: [] } });
    await moveTo(begin(1));
    const household = { category: 'household', suppressed: false, redemptions: 4, share: 6_667 };
    const mugs = { category: 'merchandise', suppressed: false, redemptions: 2, share: 3_333 };
    const suggestion = 'Add more of household (66.67%); drop some of merchandise (33.33%)';
    expect(await shown()).toEqual({ over: true, suggestion, categories: [household, mugs] });
    expect((await report(viewers.partnerStaff('shop'))).errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
    // One who never took a mug withdraws, and no figure is left, so that no difference tells so.
    await withdraw(consents[2] as string);
    expect(await shown()).toEqual({ over: true, suggestion: null, categories: [] });
  });

  test('B1: who has spent nothing for three months is counted among others, and is nudged once a month', async () => {
    await moveTo(new Date(begin(1).getTime() + 1_000));
    for (const n of [1, 2]) await redeem(n, 'household-set');
    await told(graph(), staff, 'mutation { setDormancy(programme: "TASTE-P", months: 3) { replayed } }', {}, 'taste-months');
    const dormancy = (months?: number): Promise<unknown> =>
      told(
        graph(),
        staff,
        'query ($months: Int) { dormancy(programme: "TASTE-P", months: $months) { suppressed months members points } }',
        months === undefined ? {} : { months },
      );
    const nothing = { suppressed: true, months: null, members: null, points: null };
    await moveTo(new Date(begin(4).getTime() - 1_000));
    expect(await dormancy()).toEqual(nothing);
    await moveTo(begin(4));
    // Three who spent 3,000 in the first month and two who never did; the two who spent a month later are not among them.
    expect(await dormancy()).toEqual({ suppressed: false, months: 3, members: 5, points: 41_000 });
    expect(await dormancy(4)).toEqual(nothing);
    const nudges = (n: number): Promise<unknown> =>
      told(graph(), members[n - 1] as Viewer, '{ me { dormancy { id months points programme { id } } } }');
    const period = new Date(begin(4).getTime() + 8 * 3_600_000).toISOString().slice(0, 7);
    const nudge = { id: `TASTE-P:${period}`, months: 3, points: 10_000, programme: { id: 'TASTE-P' } };
    expect([await nudges(6), await nudges(6)]).toEqual([{ dormancy: [nudge] }, { dormancy: [nudge] }]);
    expect(await nudges(1)).toEqual({ dormancy: [] });
    await redeem(6, 'household-set');
    expect(await nudges(6)).toEqual({ dormancy: [] });
  });
};
