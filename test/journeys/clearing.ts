import { viewers } from '../support/viewers.js';
import { redeem, type Redeemed, type Story, told } from './story.js';

/** What these stories show. */
export const rows = ['A17', 'A33', 'G7', 'G21', 'A6', 'A7', 'P8'];

const admin = viewers.staff('admin');
const approver = viewers.staff('approver');
const finance = viewers.staff('finance');
const fashion = viewers.partner('fashion');
const coalition = viewers.partner('coalition');
const approve = 'mutation ($id: ID!) { approve(id: $id) { __typename } }';
const monthOf = (clock: string, months = 0): string => {
  const local = new Date(Date.parse(clock) + 8 * 3_600_000);
  return new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months, 1)).toISOString().slice(0, 7);
};

/** A33, G7, A7: one coalition's points at two garages, points bought in advance, how much a shop may owe, and what the points owe. */
export const clearingStory: Story = (graph) => {
  const month = async (): Promise<string> => monthOf(await told<string>(graph(), viewers.anonymous, '{ sandboxClock }'));
  const earn = (ref: string, fen: number, more = '') =>
    told<{ __typename: string }>(
      graph(),
      fashion,
      `mutation { accrue(memberRef: "clearing", purchaseRef: "${ref}", ${more} lines: [{ sku: "dress", fen: ${fen} }]) { __typename
         ... on Accrued { accrual { points } } ... on CreditLimitReached { limitFen usedFen } } }`,
      {},
      ref,
    );
  const twoAgree = async (document: string, key: string): Promise<void> => {
    const { id } = await told<{ id: string }>(graph(), admin, `mutation { ${document} { id } }`, {}, key);
    expect(await told(graph(), approver, approve, { id }, `${key}-approve`)).toEqual({ __typename: 'Approved' });
  };

  beforeAll(async () => {
    for (const partner of ['coalition', 'fashion'])
      await told(
        graph(),
        admin,
        'mutation ($input: EnrolMemberInput!) { enrolMember(input: $input) { __typename } }',
        { input: { partner, ref: 'clearing', name: 'x' } },
        `clearing-enrol-${partner}`,
      );
  });

  test("A33: the coalition's points pay at a second garage too, and each garage is settled by itself", async () => {
    const north = viewers.partner('garage-north');
    const name = { zh: '北城汽修', en: 'North garage' };
    await told(
      graph(),
      admin,
      'mutation ($input: CreatePartnerInput!) { createPartner(input: $input) { __typename } }',
      { input: { id: 'garage-north', name, trade: 'AUTOMOTIVE' } },
      'clearing-north',
    );
    const item = {
      id: 'north-wash',
      owner: 'garage-north',
      name: { zh: '洗车', en: 'Wash' },
      category: 'service',
      faceFen: 5_000,
      price: { programme: 'COAL-P', points: 5_000 },
      delivery: { kind: 'SERVICE_VOUCHER', amount: 1, unit: 'service' },
    };
    expect(
      await told(
        graph(),
        admin,
        'mutation ($input: UpsertItemInput!) { upsertItem(input: $input) { __typename } }',
        { input: item },
        'clearing-item',
      ),
    ).toEqual({ __typename: 'ItemSaved' });
    await told(
      graph(),
      coalition,
      'mutation { accrue(memberRef: "clearing", purchaseRef: "clearing-fund", lines: [{ sku: "x", fen: 1000000 }]) { __typename } }',
      {},
      'clearing-fund',
    );
    const statement =
      'query ($id: ID!) { statement(period: $id) { receivableFen feeFen netFen lines { nodes { kind counterparty { id } fen feeFen netFen } } } }';
    const of = async (viewer: typeof north) =>
      told<{ receivableFen: number; feeFen: number; netFen: number; lines: { nodes: unknown[] } }>(graph(), viewer, statement, {
        id: await month(),
      });
    const elsewhere = await of(viewers.partner('automotive'));
    const answer = await told<Redeemed>(
      graph(),
      admin,
      redeem,
      { memberRef: 'coalition/clearing', cart: [{ item: 'north-wash' }], prefer: ['COAL-P'] },
      'clearing-wash',
    );
    expect(answer).toMatchObject({
      __typename: 'Redeemed',
      redemption: {
        obligations: [{ debtor: { id: 'coalition' }, creditor: { id: 'garage-north' }, fen: 5_000, feeFen: 100, netFen: 4_900 }],
      },
    });
    expect(await of(north)).toEqual({
      receivableFen: 5_000,
      feeFen: 100,
      netFen: 4_900,
      lines: { nodes: [{ kind: 'REDEMPTION', counterparty: { id: 'coalition' }, fen: 5_000, feeFen: 100, netFen: 4_900 }] },
    });
    expect(await of(viewers.partner('automotive'))).toEqual(elsewhere);
  });

  test('G7: the fashion chain pays for 300 points in advance; its customers draw on them, and only the rest is owed', async () => {
    const packs = '{ packs { nodes { points leftPoints priceFen state } } }';
    const bought = await told(
      graph(),
      fashion,
      'mutation { buyPack(programme: "COAL-P", points: 300, alertPoints: 100) { __typename ... on PackBought { pack { priceFen } } } }',
      {},
      'clearing-pack',
    );
    expect(bought).toEqual({ __typename: 'PackBought', pack: { priceFen: 300 } });
    const payable = async () =>
      (
        await told<{ payableFen: number }>(graph(), fashion, 'query ($id: ID!) { statement(period: $id) { payableFen } }', {
          id: await month(),
        })
      ).payableFen;
    const before = await payable();
    expect(await earn('clearing-dress', 25_000)).toMatchObject({ __typename: 'Accrued', accrual: { points: 250 } });
    expect(await payable()).toBe(before);
    expect(await told(graph(), fashion, packs)).toEqual({ nodes: [{ points: 300, leftPoints: 50, priceFen: 300, state: 'OPEN' }] });
    expect(await earn('clearing-coat', 20_000)).toMatchObject({ accrual: { points: 200 } });
    expect(await payable()).toBe(before + 150);
    const { nodes } = await told<{ nodes: object[] }>(graph(), fashion, '{ creditAlerts { nodes { kind leftPoints } } }');
    expect(nodes).toEqual([{ kind: 'PACK_LOW', leftPoints: 50 }]);
    expect(await told(graph(), viewers.partner('telecom'), packs)).toEqual({ nodes: [] });
  });

  test('G7: it may owe so much and no more, and nobody else learns how much', async () => {
    const credit = '{ credit { limitFen usedFen level } }';
    await twoAgree('proposeCreditLimit(partner: "fashion", limitFen: 1000000, reason: "new partner")', 'clearing-limit');
    const { usedFen } = await told<{ usedFen: number }>(graph(), fashion, credit);
    await twoAgree(`proposeCreditLimit(partner: "fashion", limitFen: ${usedFen + 10}, reason: "late payer")`, 'clearing-limit-2');
    expect(await earn('clearing-scarf', 1_000)).toMatchObject({ __typename: 'Accrued', accrual: { points: 10 } });
    const refused = { __typename: 'CreditLimitReached', limitFen: usedFen + 10, usedFen: usedFen + 10 };
    expect(await earn('clearing-hat', 1_000)).toEqual(refused);
    expect(await told(graph(), fashion, credit)).toEqual({ limitFen: usedFen + 10, usedFen: usedFen + 10, level: 'REACHED' });
    const stranger = await graph().ask(coalition, '{ credit(partner: "fashion") { usedFen } }');
    expect(stranger.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
    await twoAgree('proposeCreditLimit(partner: "fashion", reason: "paid")', 'clearing-limit-3');
    expect(await earn('clearing-hat-again', 1_000)).toMatchObject({ __typename: 'Accrued' });
  });

  test("A7, G21: what the coalition's points owe, what is expected never to be redeemed, and how the month came about, to the fen", async () => {
    const staff = viewers.partnerStaff('coalition');
    const liability = '{ liability(programme: "COAL-P") { points fen expectedRate breakageFen contractFen byExpiry { points fen } } }';
    interface Owed {
      readonly points: number;
      readonly fen: number;
      readonly breakageFen: number;
      readonly contractFen: number;
      readonly byExpiry: readonly { readonly points: number; readonly fen: number }[];
    }
    const before = await told<Owed>(graph(), staff, liability);
    // What a point is worth was changed by the admins before.
    const worth = before.fen / before.points;
    expect(before).toMatchObject({ expectedRate: 10_000, breakageFen: 0 });
    await twoAgree(
      `proposeRedemptionEstimate(programme: "COAL-P", basisPoints: 9000, validFrom: "2020-01-01T00:00:00Z", reason: "experience")`,
      'clearing-estimate',
    );
    const after = await told<Owed>(graph(), staff, liability);
    expect(after).toMatchObject({
      points: before.points,
      fen: before.fen,
      expectedRate: 9_000,
      breakageFen: after.fen - Math.floor((after.points * worth * 9) / 10),
    });
    expect(after.byExpiry.reduce((sum, { fen }) => sum + fen, 0)).toBe(after.fen);
    const rolled = await told<{ points: Record<string, number>; fen: Record<string, number>; reestimates: { effectFen: number }[] }>(
      graph(),
      staff,
      `query ($id: ID!) { liabilityRollForward(programme: "COAL-P", period: $id) {
         points { opening issued redeemed returned expired clawedBack adjusted closing }
         fen { opening issued reversed redeemed expired reestimated closing } reestimates { effectFen } } }`,
      { id: await month() },
    );
    const { points: p, fen: f } = rolled as {
      points: Record<'opening' | 'issued' | 'redeemed' | 'returned' | 'expired' | 'clawedBack' | 'adjusted' | 'closing', number>;
      fen: Record<'opening' | 'issued' | 'reversed' | 'redeemed' | 'expired' | 'reestimated' | 'closing', number>;
    };
    expect(p.opening + p.issued - p.redeemed + p.returned - p.expired - p.clawedBack + p.adjusted).toBe(p.closing);
    expect(f.opening + f.issued - f.reversed - f.redeemed - f.expired + f.reestimated).toBe(f.closing);
    expect([p.closing, f.closing]).toEqual([after.points, after.contractFen]);
    expect(rolled.reestimates).toEqual([{ effectFen: after.contractFen - before.contractFen }]);
    const other = await graph().ask(viewers.partnerStaff('telecom'), liability);
    expect(other.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN_OPERATION');
  });
};

const reserveFen = 100_000_000;

/** P8, A6, A17: after the month was closed. A line of it is put right in the next one; its nets are paid, and reserve funds lie where they lay. */
export const paymentStory: Story = (graph) => {
  const closed = async (): Promise<string> => monthOf(await told<string>(graph(), viewers.anonymous, '{ sandboxClock }'), -1);

  test('P8, A6: a line of a closed month is disputed; the month stays as it is, and the next one puts it right', async () => {
    const period = await closed();
    const north = viewers.partner('garage-north');
    const statement = 'query ($id: ID!) { statement(period: $id) { status netFen lines { nodes { line kind fen } } } }';
    interface Statement {
      readonly status: string;
      readonly netFen: number;
      readonly lines: { readonly nodes: readonly { readonly line: string; readonly kind: string; readonly fen: number }[] };
    }
    const before = await told<Statement>(graph(), north, statement, { id: period });
    expect(before).toMatchObject({ status: 'CLOSED', netFen: 4_900, lines: { nodes: [{ kind: 'REDEMPTION', fen: 5_000 }] } });
    const { id, state } = await told<{ id: string; state: string }>(
      graph(),
      north,
      'mutation ($line: ID!) { dispute(line: $line, evidence: "it was a big car: 60.00") { id state } }',
      { line: before.lines.nodes[0]?.line },
      'clearing-dispute',
    );
    expect(state).toBe('OPEN');
    const resolved = await told(
      graph(),
      finance,
      'mutation ($id: ID!) { resolveDispute(dispute: $id, fen: 1000, note: "agreed") { __typename ... on DisputeResolved { dispute { state } } } }',
      { id },
      'clearing-resolve',
    );
    expect(resolved).toEqual({ __typename: 'DisputeResolved', dispute: { state: 'UPHELD' } });
    expect(await told(graph(), north, statement, { id: period })).toEqual(before);
    const clock = await told<string>(graph(), viewers.anonymous, '{ sandboxClock }');
    expect(await told(graph(), north, statement, { id: monthOf(clock) })).toMatchObject({
      status: 'OPEN',
      netFen: 1_000,
      lines: { nodes: [{ kind: 'ADJUSTMENT', fen: 1_000 }] },
    });
  });

  test('A17: the month is paid between own accounts; 1,000,000.00 of reserve funds before are 1,000,000.00 after', async () => {
    const add = (partner: string, kind: string, number: string) =>
      told<{ __typename: string; account?: string }>(
        graph(),
        admin,
        `mutation { addPaymentAccount(partner: "${partner}", kind: ${kind}, number: "${number}") { __typename ... on AccountAdded { account } } }`,
        {},
        `clearing-account-${partner}-${kind}-${number}`,
      );
    const settle = async (account: string | undefined) => {
      const { id, ...proposed } = await told<{ __typename: string; id?: string }>(
        graph(),
        admin,
        'mutation ($account: ID!) { proposeSettlementAccount(account: $account, reason: "story") { __typename ... on ChangeProposed { id } } }',
        { account },
        `clearing-settle-${String(account)}`,
      );
      return id === undefined ? proposed : told<{ __typename: string }>(graph(), approver, approve, { id }, `clearing-settle-${id}`);
    };
    const pay = (key: string) =>
      told<{ __typename: string; partners?: string[]; orders?: { partner: { id: string }; account: string; fen: number }[] }>(
        graph(),
        finance,
        `mutation ($id: ID!) { makePaymentOrders(period: $id) { __typename ... on AccountMissing { partners } ... on PaymentOrdersMade { orders { partner { id } account fen } } } }`,
        { id: period },
        key,
      );
    const period = await closed();
    const money = new Map([['RSV1', reserveFen]]);
    const reserve = await add('payment', 'RESERVE', 'BANK0000RSV1');
    expect(await settle(reserve.account)).toEqual({ __typename: 'ReserveAccount' });
    expect(await add('payment', 'OWN', 'bank0000rsv1')).toEqual({ __typename: 'AccountOfOtherKind' });
    expect(await add('coalition', 'OWN', 'BANK0000RSV1')).toEqual({ __typename: 'AccountOfOtherPartner' });
    const missing = await pay('clearing-pay-early');
    expect(missing.__typename).toBe('AccountMissing');
    for (const [n, partner] of (missing.partners ?? []).entries()) {
      const tail = String(1_000 + n);
      money.set(tail, 0);
      expect(await settle((await add(partner, 'OWN', `BANK0000${tail}`)).account)).toEqual({ __typename: 'Approved' });
    }
    const { orders = [] } = await pay('clearing-pay');
    expect(orders.length).toBe(missing.partners?.length);
    for (const { account, fen } of orders) money.set(account, (money.get(account) ?? Number.NaN) + fen);
    expect([...money.values()].reduce((sum, fen) => sum + fen, 0)).toBe(reserveFen);
    expect(money.get('RSV1')).toBe(reserveFen);
    const { nets } = await told<{ nets: { partner: { id: string }; fen: number }[] }>(
      graph(),
      finance,
      'query ($id: ID!) { settlementPeriod(id: $id) { nets { partner { id } fen } } }',
      { id: period },
    );
    expect(orders.map(({ partner, fen }) => ({ partner, fen }))).toEqual(nets.filter(({ fen }) => fen !== 0));
    expect((await pay('clearing-pay-again')).orders).toEqual(orders);
  });
};
