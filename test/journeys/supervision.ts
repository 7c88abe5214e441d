import { viewers } from '../support/viewers.js';
import { memberNamed, redeem, redeemOwn, type Redeemed, type Story, told } from './story.js';

export const rows = 'A8 A9 A11 A12 A13 A17 A18 I10';

const admin = viewers.staff('admin');
const second = viewers.staff('admin', 'staff-second');
const { regulator } = viewers;

interface Found {
  readonly id: string;
  readonly kind: string;
  readonly members: readonly { readonly member: string; readonly hub: boolean; readonly frozen: boolean }[];
}

/** A8, A9, A11–A13, A17, A18, I10: what supervision sees, whom it holds, what a fine may be, and what a regulator takes home. */
export const supervisionStory: Story = (graph) => {
  const done = '__typename ... on CaseDone { case { state held } } ... on Refusal { code }';
  const patterns = async (viewer = admin): Promise<Found[]> => {
    const { nodes } = await told<{ nodes: Found[] }>(
      graph(),
      viewer,
      `{ cases(first: 100) { nodes { id kind state score held signals { kind value hit } members { member hub frozen } partners { id } } } }`,
    );
    return nodes.filter(({ kind }) => kind === 'PATTERN');
  };

  test('A13: the ring of twelve is one case, and nobody ordinary is in any', async () => {
    const look = 'mutation { lookThrough { opened } }';
    await Promise.all([told(graph(), admin, look, {}, 'look-1'), told(graph(), second, look, {}, 'look-2')]);
    const found = await patterns();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ state: 'OPEN', score: 40, held: false, partners: [{ id: 'baby' }] });
    expect(found[0]).toMatchObject({
      signals: [
        { kind: 'NO_PURCHASE', value: 11, hit: true },
        { kind: 'FAN_IN', value: 11, hit: true },
        { kind: 'RECRUIT_REWARD', value: 0, hit: false },
        { kind: 'ENTRY_FEE', value: 0, hit: false },
        { kind: 'CASH_OUT', value: 0, hit: false },
      ],
    });
    expect(found[0]?.members).toHaveLength(12);
    const hub = await told(graph(), admin, '{ member(ref: "operator/M-Ring-01") { id } }');
    expect(hub).toEqual({ id: found[0]?.members.find((each) => each.hub)?.member });
  });

  test('A8: held, the hub redeems nothing; another person than who held it clears the case', async () => {
    const [{ id } = { id: '' }] = await patterns();
    const step = (viewer: typeof admin, name: string, key: string, more = ''): Promise<unknown> =>
      told(graph(), viewer, `mutation ($id: ID!) { ${name}(case: $id${more}, reason: "A13") { ${done} } }`, { id }, key);
    const hub = await memberNamed(graph(), 'M-Ring-01');
    const spend = (key: string): Promise<Redeemed> =>
      told(graph(), hub, redeemOwn, { cart: [{ item: 'data-pack-10gb' }], prefer: ['BABY-P'] }, key);
    expect(await step(admin, 'holdCase', 'ring-hold')).toMatchObject({ case: { state: 'OPEN', held: true } });
    expect(await spend('ring-held')).toMatchObject({ __typename: 'MemberFrozen' });
    expect(await step(admin, 'escalateCase', 'ring-escalate', ', to: "SAMR"')).toMatchObject({ case: { state: 'ESCALATED', held: true } });
    expect(await step(admin, 'clearCase', 'ring-clear-self')).toEqual({ __typename: 'SelfApproval', code: 'SELF_APPROVAL' });
    expect(await spend('ring-still-held')).toMatchObject({ __typename: 'MemberFrozen' });
    expect(await step(second, 'clearCase', 'ring-clear')).toMatchObject({ case: { state: 'CLEARED', held: false } });
    expect(await spend('ring-free')).toMatchObject({ __typename: 'Redeemed', redemption: { state: 'COMPLETED' } });
  });

  test('A11, A12: a case about the phone whose threshold was not shown: 200,000.00 is within the limit where nothing was gained', async () => {
    const { case: opened } = await told<{ case: { id: string } }>(
      graph(),
      admin,
      `mutation { openCase(input: { campaign: "phone-for-points", partners: ["shop"], reason: "threshold of 100,000 points not shown" }) { case { id kind campaign } } }`,
      {},
      'phone-case',
    );
    const fine = (fen: number, illegalGainsFen: number, key: string): Promise<unknown> =>
      told(
        graph(),
        admin,
        `mutation ($id: ID!, $fen: Fen!, $illegalGainsFen: Fen!) { recordFine(case: $id, fen: $fen, illegalGainsFen: $illegalGainsFen) {
          __typename ... on CaseDone { case { fine { fen leastFen mostFen rule } } } ... on FineOutsideRule { leastFen mostFen } ... on Refusal { code } } }`,
        { id: opened.id, fen, illegalGainsFen },
        key,
      );
    // I10: with gains of 10,000.00 the same fine is twenty times of them, and ten is the most.
    expect(await fine(20_000_000, 1_000_000, 'fine-gains')).toMatchObject({ leastFen: 1_000_000, mostFen: 10_000_000 });
    expect(await fine(50_000_001, 0, 'fine-high')).toMatchObject({ __typename: 'FineOutsideRule', mostFen: 50_000_000 });
    expect(await fine(20_000_000, 0, 'fine')).toMatchObject({
      case: { fine: { fen: 20_000_000, leastFen: 0, mostFen: 50_000_000, rule: 'CONSUMER_RIGHTS_56' } },
    });
    const measure = (name: string): Promise<unknown> =>
      told(
        graph(),
        admin,
        `mutation ($id: ID!, $measure: CaseMeasure!) { recordMeasure(case: $id, measure: $measure, reason: "A11") {
          __typename ... on CaseDone { case { steps { step } } } ... on Refusal { code } } }`,
        { id: opened.id, measure: name },
        `measure-${name}`,
      );
    for (const name of ['ORDERED_TO_CORRECT', 'WARNED']) expect(await measure(name)).toMatchObject({ __typename: 'CaseDone' });
    const steps = ['OPENED', 'FINED', 'ORDERED_TO_CORRECT', 'WARNED', 'GAINS_CONFISCATED'].map((step) => ({ step }));
    expect(await measure('GAINS_CONFISCATED')).toEqual({ __typename: 'CaseDone', case: { steps } });
    const [rule] = await told<{ reference: string }[]>(graph(), viewers.anonymous, '{ penaltyRules { reference } }');
    expect(rule?.reference).toContain('†');
  });

  test('A17: reserve funds of the payment institution settle nothing', async () => {
    const { account } = await told<{ account: string }>(
      graph(),
      admin,
      'mutation { addPaymentAccount(partner: "payment", kind: RESERVE, number: "RESERVE1") { __typename ... on AccountAdded { account } } }',
      {},
      'reserve-account',
    );
    expect(
      await told(
        graph(),
        admin,
        'mutation ($account: ID!) { proposeSettlementAccount(account: $account, reason: "story") { __typename ... on Refusal { code } } }',
        { account },
        'reserve-settles',
      ),
    ).toEqual({ __typename: 'ReserveAccount', code: 'RESERVE_ACCOUNT' });
  });

  test('A9, A18: a regulator reads down to the purchases, masked, and writes nothing', async () => {
    await told(
      graph(),
      admin,
      'mutation { enrolMember(input: { partner: "automotive", ref: "traced", name: "审计样本" }) { __typename } }',
      {},
      'traced-enrol',
    );
    const garage = viewers.partner('automotive');
    for (const ref of ['traced-1', 'traced-2'])
      await told(
        graph(),
        garage,
        'mutation ($ref: String!) { accrue(memberRef: "traced", purchaseRef: $ref, lines: [{ sku: "x", fen: 300000 }]) { __typename } }',
        { ref },
        ref,
      );
    const { redemption } = await told<Redeemed>(
      graph(),
      garage,
      redeem,
      { memberRef: 'traced', cart: [{ item: 'basic-maintenance' }], cashMaxFen: 0 },
      'traced-redeem',
    );
    const trace = await told<{
      member: string;
      points: number;
      legs: { lots: { points: number; origin: { purchase: { purchaseRef: string } } }[] }[];
    }>(
      graph(),
      regulator,
      `query ($id: ID!) { trace(redemption: $id) { member points chain { ok firstBad } legs { lots { points origin { purchase { purchaseRef partner { id } } } } } } }`,
      { id: redemption.id },
    );
    expect(trace).toMatchObject({ points: 5_000, chain: { ok: true, firstBad: null } });
    const lots = trace.legs.flatMap((leg) => leg.lots);
    expect(lots.map(({ points, origin }) => [origin.purchase.purchaseRef, points])).toEqual([
      ['traced-1', 3_000],
      ['traced-2', 2_000],
    ]);
    const period = new Date(Date.parse(await told<string>(graph(), viewers.anonymous, '{ sandboxClock }')) + 8 * 3_600_000)
      .toISOString()
      .slice(0, 7);
    const lines: { redemption: string; member: string; points: number; jsonl: string }[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: { lines: { nodes: typeof lines; pageInfo: { hasNextPage: boolean; endCursor: string | null } } } = await told(
        graph(),
        regulator,
        `query ($period: ID!, $after: String) { regulatorExport(period: $period) { lines(first: 50, after: $after) {
          nodes { redemption member points jsonl digest } pageInfo { hasNextPage endCursor } } } }`,
        { period, after },
      );
      lines.push(...page.lines.nodes);
      ({ hasNextPage: more, endCursor: after } = page.lines.pageInfo);
    }
    const own = lines.filter((line) => line.redemption === redemption.id);
    expect(own.map(({ member, points }) => [member, points])).toEqual([
      [trace.member, 3_000],
      [trace.member, 2_000],
    ]);
    expect(JSON.stringify([trace, lines])).not.toContain('审计样本');
    const [found] = await patterns(regulator);
    const answer = await graph().ask(
      regulator,
      `mutation { holdCase(case: "${found?.id}", reason: "x") { __typename } }`,
      {},
      'regulator-holds',
    );
    expect(answer).toMatchObject({ status: 200, data: null, errors: [{ extensions: { code: 'FORBIDDEN_OPERATION' } }] });
    // The same of a write that there is not.
    expect(await graph().ask(regulator, 'mutation { noSuchWrite }', {}, 'regulator-guesses')).toEqual(answer);
    // The regulator's ids are its own: nobody else's open with them.
    const staffs = (await patterns())[0]?.members.map(({ member }) => member) ?? [];
    expect(found?.members.filter(({ member }) => staffs.includes(member))).toEqual([]);
  });
};
