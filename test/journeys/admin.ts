import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, post } from '../support/graph.js';
import { viewers } from '../support/viewers.js';
import { redeem, type Redeemed, type Story, told } from './story.js';

const admin = viewers.staff('admin');
const approver = viewers.staff('approver');
const finance = viewers.staff('finance');
const garage = viewers.partner('automotive');
const telecom = viewers.partner('telecom');

const proposed = '... on ChangeProposed { id change { state } } ... on Refusal { code }';
const approve = 'mutation ($id: ID!) { approve(id: $id) { __typename ... on Approved { state } ... on Refusal { code message } } }';
const adjust = `mutation ($points: PointsDelta!) {
  adjust(member: "automotive/admins", programme: "AUTO-P", points: $points, reason: "complaint 4711") {
    __typename ... on AdjustProposed { adjustment { id state } } ... on OverLimit { limit } ... on Refusal { code }
  }
}`;
const codeOf = (answer: Answer): unknown => answer.errors?.[0]?.extensions?.['code'];

/** A4, A3, A8: what one person proposes another approves; what a partner may, and since when, whatever its token says. */
export const adminStory: Story = (graph) => {
  const balance = async (): Promise<number> =>
    (
      await told<{ balance: { available: number } }>(
        graph(),
        garage,
        '{ member(ref: "admins") { balance(programme: "AUTO-P") { available } } }',
      )
    ).balance.available;
  const books = (): Promise<{
    postings: number;
    sumPoints: number;
    unbalancedEntries: number;
    lotsAstray: number;
    liabilityPoints: number;
  }> => told(graph(), finance, '{ books { postings sumPoints unbalancedEntries lotsAstray liabilityPoints } }');
  const clock = async (): Promise<Date> => new Date(await told<string>(graph(), viewers.anonymous, '{ sandboxClock }'));
  const setClock = (at: Date): Promise<unknown> =>
    told(graph(), viewers.anonymous, 'mutation ($at: DateTime!) { sandbox { setClock(at: $at) } }', { at: at.toISOString() });

  beforeAll(async () => {
    await told(
      graph(),
      admin,
      'mutation { enrolMember(input: { partner: "automotive", ref: "admins", name: "x" }) { __typename } }',
      {},
      'admins-enrol',
    );
    await told(
      graph(),
      garage,
      'mutation { accrue(memberRef: "admins", purchaseRef: "admins", lines: [{ sku: "x", fen: 800000 }]) { __typename } }',
      {},
      'admins-fund',
    );
  });

  test('points are corrected by two people: balance and books before, between and after', async () => {
    const before = { balance: await balance(), books: await books() };
    const { adjustment } = await told<{ adjustment: { id: string; state: string } }>(
      graph(),
      admin,
      adjust,
      { points: 250 },
      'admins-adjust',
    );
    expect(adjustment.state).toBe('PROPOSED');
    expect({ balance: await balance(), books: await books() }).toEqual(before);
    const both = { ...admin, scopes: [...admin.scopes, ...approver.scopes] };
    expect(await told(graph(), both, approve, { id: adjustment.id }, 'admins-self')).toMatchObject({ __typename: 'SelfApproval' });
    expect(await balance()).toBe(before.balance);
    expect(await told(graph(), approver, approve, { id: adjustment.id }, 'admins-approve')).toEqual({
      __typename: 'Approved',
      state: 'APPROVED',
    });
    expect(await balance()).toBe(before.balance + 250);
    const after = await books();
    expect(after).toEqual({ ...before.books, postings: before.books.postings + 2, liabilityPoints: before.books.liabilityPoints + 250 });
    expect(after).toMatchObject({ sumPoints: 0, unbalancedEntries: 0, lotsAstray: 0 });
    expect(await told(graph(), admin, adjust, { points: 100_001 }, 'admins-over')).toEqual({
      __typename: 'OverLimit',
      limit: 100_000,
      code: 'OVER_LIMIT',
    });
  });

  test('the trail has who, what, before and after; supervision reads it', async () => {
    const { nodes } = await told<{ nodes: { actor: string; key: string; before: string; after: string }[] }>(
      graph(),
      viewers.regulator,
      '{ ledgerAudit(operation: "approve", partner: "automotive", first: 1) { nodes { actor key before after } } }',
    );
    expect(nodes).toMatchObject([{ actor: 'staff:staff-approver', key: 'admins-approve' }]);
    expect(JSON.parse(nodes[0]?.after ?? '')).toMatchObject({ state: 'APPROVED', points: 250, reason: 'complaint 4711' });
  });

  test('a new value of a point holds for new quotes; a quote that was given keeps its own', async () => {
    await told(
      graph(),
      admin,
      'mutation { linkMember(member: "automotive/admins", partner: "fashion", ref: "admins") { __typename } }',
      {},
      'admins-link',
    );
    await told(
      graph(),
      viewers.partner('fashion'),
      'mutation { accrue(memberRef: "admins", purchaseRef: "admins", lines: [{ sku: "x", fen: 20000000 }]) { __typename } }',
      {},
      'admins-dress',
    );
    const quote = `mutation { quote(memberRef: "admins", cart: [{ item: "basic-maintenance" }], prefer: ["COAL-P"]) {
      __typename ... on Quoted { quote { id legs { programme { id } points fen } } } ... on Refusal { code } } }`;
    interface Quoted {
      readonly quote: { readonly id: string; readonly legs: readonly { readonly points: number; readonly fen: number }[] };
    }
    const old = await told<Quoted>(graph(), garage, quote, {}, 'admins-quote-old');
    expect(old.quote.legs).toEqual([{ programme: { id: 'COAL-P' }, points: 50_000, fen: 50_000 }]);
    const { id } = await told<{ id: string }>(
      graph(),
      admin,
      `mutation ($from: DateTime!) { proposeRate(programme: "COAL-P", value: { fen: 2, points: 1 }, validFrom: $from, reason: "review") { id } }`,
      { from: (await clock()).toISOString() },
      'admins-rate',
    );
    await told(graph(), approver, approve, { id }, 'admins-rate-approve');
    const fresh = await told<Quoted>(graph(), garage, quote, {}, 'admins-quote-new');
    expect(fresh.quote.legs).toEqual([{ programme: { id: 'COAL-P' }, points: 25_000, fen: 50_000 }]);
    const kept = await told<Redeemed>(graph(), garage, redeem, { quoteId: old.quote.id }, 'admins-quote-redeem');
    expect(kept.redemption.legs).toEqual(old.quote.legs);
    expect(kept.redemption.obligations).toMatchObject([{ debtor: { id: 'coalition' }, creditor: { id: 'automotive' }, fen: 50_000 }]);
  });

  test('nobody grants what they do not have', async () => {
    const little = { ...admin, scopes: ['grants.admin', 'ledger.read:all'] };
    const answer = await graph().ask(
      little,
      'mutation { grant(partner: "telecom", classes: ["FINANCE", "ledger.read"], reason: "more") { id } }',
      {},
      'admins-too-much',
    );
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN_OPERATION', needs: ['finance.read:own'] });
  });

  test('a grant opens a field to a partner by two people, until its last instant', async () => {
    const liability = '{ liability(programme: "TEL-P") { points } }';
    const isOpen = async (): Promise<boolean> => (await graph().ask(telecom, liability)).data?.['liability'] != null;
    expect(await isOpen()).toBe(false);
    const until = new Date((await clock()).getTime() + 600_000);
    const { id } = await told<{ id: string }>(
      graph(),
      admin,
      `mutation ($until: DateTime!) { grant(partner: "telecom", classes: ["FINANCE"], until: $until, reason: "year's end") { id } }`,
      { until: until.toISOString() },
      'admins-grant',
    );
    await told(graph(), approver, approve, { id }, 'admins-grant-approve');
    await withinFiveSeconds(isOpen);
    expect(await told(graph(), telecom, '{ me { scopes grants { scope class until grantedBy } } }')).toMatchObject({
      scopes: expect.arrayContaining(['finance.read:own']),
      grants: [{ scope: 'finance.read:own', class: 'FINANCE', until: until.toISOString(), grantedBy: 'operator' }],
    });
    await setClock(new Date(until.getTime() - 30_000));
    expect(await isOpen()).toBe(true);
    await wait(3_500);
    expect(await isOpen()).toBe(true);
    await setClock(until);
    await withinFiveSeconds(async () => !(await isOpen()));
    expect(await told(graph(), telecom, '{ me { grants { scope } } }')).toEqual({ grants: [] });
  });

  test('a role is taken from a person within five seconds, although the token still carries it', async () => {
    const clerk = viewers.staff('finance', 'clerk-chen');
    const token = await graph().tokenOf(clerk);
    const read = async (): Promise<unknown> => codeOf(await post(graph().url, token, { query: '{ books { postings } }' }));
    expect(await read()).toBeUndefined();
    await told(
      graph(),
      admin,
      'mutation { withdrawRole(subject: "clerk-chen", scope: "finance.read:all", reason: "left") { scope } }',
      {},
      'admins-withdraw',
    );
    await withinFiveSeconds(async () => (await read()) === 'FORBIDDEN_FIELD');
    expect(await told(graph(), finance, '{ books { sumPoints } }')).toEqual({ sumPoints: 0 });
  });

  test('a suspended partner is refused within five seconds with the token it has; returns and statements stay open', async () => {
    const bought = await told<Redeemed>(
      graph(),
      garage,
      redeem,
      { memberRef: 'admins', cart: [{ item: 'basic-maintenance' }] },
      'admins-redeem',
    );
    expect(bought.__typename).toBe('Redeemed');
    const token = await graph().tokenOf(garage);
    const clerk = await graph().tokenOf(viewers.partnerStaff('automotive', 'partner-admin', 'garage-clerk'));
    const write = (bearer: string, key: string, query: string, variables?: Record<string, unknown>): Promise<Answer> =>
      post(graph().url, bearer, { query, variables }, key);
    const accrue =
      'mutation ($ref: String!) { accrue(memberRef: "admins", purchaseRef: $ref, lines: [{ sku: "x", fen: 100 }]) { __typename } }';
    let tries = 0;
    const refused = async (): Promise<boolean> => {
      tries += 1;
      const answer = await write(token, `suspended-${tries}`, accrue, { ref: `suspended-${tries}` });
      if (codeOf(answer) === 'PARTNER_SUSPENDED') return true;
      // Before the gateway knows, the ledger does.
      expect(answer.data).toEqual({ accrue: { __typename: 'SuspendedPartner' } });
      return false;
    };
    const before = await balance();
    await told(
      graph(),
      admin,
      'mutation { suspend(partner: "automotive", reason: "case 12") { partner { suspended } } }',
      {},
      'admins-suspend',
    );
    await withinFiveSeconds(refused);
    const closed = {
      quote: 'mutation { quote(memberRef: "admins", cart: [{ item: "tyre" }]) { __typename } }',
      redeem: 'mutation { redeem(memberRef: "admins", cart: [{ item: "tyre" }]) { __typename } }',
      hold: 'mutation { hold(quoteId: "x") { __typename } }',
      report:
        'mutation { reportServiceOrder(input: { memberRef: "admins", orderRef: "s", lines: [{ sku: "x", category: "repair", fen: 100 }] }) { __typename } }',
      enrol: 'mutation { enrolMember(input: { ref: "late", name: "x" }) { __typename } }',
      member: '{ member(ref: "admins") { id } }',
    };
    for (const [what, document] of Object.entries(closed)) {
      const answer = await write(token, `suspended-${what}`, document);
      expect([what, codeOf(answer)]).toEqual([what, 'PARTNER_SUSPENDED']);
    }
    expect(codeOf(await write(clerk, 'suspended-clerk', '{ member(ref: "admins") { id } }'))).toBe('PARTNER_SUSPENDED');
    const statement = await write(token, 'read', 'query ($id: ID!) { statement(period: $id) { status } }', { id: await monthOf(clock) });
    expect(statement.data).toMatchObject({ statement: { status: 'OPEN' } });
    const back = await write(
      token,
      'suspended-return',
      'mutation ($id: ID!) { returnLines(redemption: $id, lines: [{ line: 1, quantity: 1 }], reason: FAULTY) { __typename ... on LinesReturned { restored { points } } } }',
      { id: bought.redemption.id },
    );
    expect(back.data).toMatchObject({ returnLines: { __typename: 'LinesReturned', restored: [{ points: 5_000 }] } });

    const { id } = await told<{ id: string }>(
      graph(),
      admin,
      `mutation { reinstate(partner: "automotive", reason: "case 12 closed") { ${proposed} } }`,
      {},
      'admins-reinstate',
    );
    await wait(3_500);
    expect(await refused()).toBe(true);
    const both = { ...admin, scopes: [...admin.scopes, ...approver.scopes] };
    expect(await told(graph(), both, approve, { id }, 'admins-reinstate-self')).toMatchObject({ code: 'SELF_APPROVAL' });
    await told(graph(), approver, approve, { id }, 'admins-reinstate-approve');
    await withinFiveSeconds(async () => codeOf(await write(token, 'reinstated', '{ member(ref: "admins") { id } }')) === undefined);
    expect(await balance()).toBe(before + 5_000);
    expect((await write(token, 'reinstated-accrue', accrue, { ref: 'reinstated' })).data).toEqual({ accrue: { __typename: 'Accrued' } });
  }, 40_000);
};

const monthOf = async (clock: () => Promise<Date>): Promise<string> =>
  new Date((await clock()).getTime() + 8 * 3_600_000).toISOString().slice(0, 7);

/** Asks again and again; true must come within five seconds. */
async function withinFiveSeconds(holds: () => Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await wait(100);
  }
}
