import fc from 'fast-check';
import { type OwnAccount, ordersOf } from '../../../../subgraphs/ledger/clearing/payments.js';
import { rows } from '../../../../subgraphs/kernel/sql.js';
import { viewers } from '../../../support/viewers.js';
import { openTestLedger, type TestLedger, yan } from './ledger.js';

const own = (id: string): OwnAccount => ({ kind: 'OWN', id });

test('pure: orders sum to 0 like the nets; without an account there is none at all; a reserve account is no argument', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -1_000n, max: 1_000n }), { minLength: 1, maxLength: 8 }), (amounts) => {
      const all = [...amounts, -amounts.reduce((a, b) => a + b, 0n)];
      const nets = all.map((netFen, n) => ({ partner: `p${n}`, netFen }));
      const made = ordersOf(nets, new Map(nets.map(({ partner }) => [partner, own(partner)])));
      expect(made.kind === 'orders' && made.orders.reduce((sum, { fen }) => sum + fen, 0n)).toBe(0n);
      expect(made.kind === 'orders' && made.orders.every(({ fen }) => fen !== 0n)).toBe(true);
    }),
  );
  const nets = [
    { partner: 'a', netFen: 5n },
    { partner: 'b', netFen: -5n },
    { partner: 'c', netFen: 0n },
  ];
  expect(ordersOf(nets, new Map([['a', own('a')]]))).toEqual({ kind: 'refused', code: 'ACCOUNT_MISSING', partners: ['b'] });
  // @ts-expect-error The type has no place for reserve funds.
  const reserve: OwnAccount = { kind: 'RESERVE', id: 'x' };
  expect(reserve.id).toBe('x');
});

describe('through the graph', () => {
  let ledger: TestLedger;
  const admin = viewers.staff('admin');
  const finance = viewers.staff('finance');
  beforeEach(async () => {
    ledger = await openTestLedger();
    await ledger.at('2026-11-21T18:00:00+08:00');
    await rows(
      ledger.em(),
      `insert into partner (id, name, fee_basis_points, fee_borne_by)
       select id, '{}', 0, 'ACCEPTOR' from unnest('{automotive,coalition,operator}'::text[]) as id on conflict do nothing`,
    );
    await ledger.append(yan);
    await ledger.at('2026-12-01T00:00:00+08:00');
  });
  afterEach(() => ledger.close());

  let n = 0;
  const write = async (viewer: Parameters<TestLedger['ask']>[0], document: string): Promise<Record<string, unknown>> => {
    const { data, errors } = await ledger.ask(viewer, `mutation { ${document} }`, {}, `k${(n += 1)}`);
    if (errors) throw new Error(String(errors[0]?.extensions?.['code']));
    return Object.values(data ?? {})[0] as Record<string, unknown>;
  };
  const add = (partner: string, kind: string, number: string) =>
    write(
      admin,
      `addPaymentAccount(partner: "${partner}", kind: ${kind}, number: "${number}") { __typename ... on AccountAdded { account } ... on Refusal { code } }`,
    );
  const approver = viewers.staff('approver');
  const propose = (account: unknown, viewer = admin) =>
    write(
      viewer,
      `proposeSettlementAccount(account: "${String(account)}", reason: "test") { __typename ... on ChangeProposed { id change { kind settlementAccount { ending } } } ... on Refusal { code } }`,
    );
  const approve = (id: unknown, viewer = approver) => write(viewer, `approve(id: "${String(id)}") { __typename }`);
  const pay = () =>
    write(
      finance,
      `makePaymentOrders(period: "2026-11") { __typename ... on PaymentOrdersMade { replayed orders { partner { id } account fen } } ... on AccountMissing { partners } }`,
    );

  test('from nets to payments; reserve funds are refused at every door', async () => {
    expect(await pay()).toEqual({ __typename: 'PeriodOpen' });
    await write(finance, 'closePeriod(id: "2026-11") { __typename }');
    expect(await pay()).toEqual({ __typename: 'AccountMissing', partners: ['automotive', 'coalition', 'operator'] });
    const reserve = await add('coalition', 'RESERVE', 'RES0001');
    expect(await propose(reserve['account'])).toEqual({ __typename: 'ReserveAccount', code: 'RESERVE_ACCOUNT' });
    expect(await add('coalition', 'OWN', 'RES0001')).toMatchObject({ __typename: 'AccountOfOtherKind' });
    for (const partner of ['automotive', 'coalition', 'operator']) {
      const { id, change } = await propose((await add(partner, 'OWN', `${partner}9000`))['account']);
      expect(change).toEqual({ kind: 'SETTLEMENT_ACCOUNT', settlementAccount: { ending: '9000' } });
      await approve(id);
    }
    const made = await pay();
    expect(made).toMatchObject({
      replayed: false,
      orders: [
        { partner: { id: 'automotive' }, fen: 29_400 },
        { partner: { id: 'coalition' }, fen: -30_000 },
        { partner: { id: 'operator' }, fen: 600 },
      ],
    });
    expect(await pay()).toEqual({ ...made, replayed: true });
    const sql = (statement: string) => ledger.em().getConnection().execute(statement);
    const id = String(reserve['account']);
    for (const harm of [
      `insert into settlement_account (partner, account) values ('coalition', '${id}') on conflict (partner) do update set account = excluded.account`,
      `insert into settlement_account (partner, account, account_kind) values ('edu', '${id}', 'RESERVE')`,
      `insert into payment_order (period, partner, fen, made_by, made_at, account) values ('2026-11', 'edu', 1, 'x', now(), '${id}')`,
      `insert into payment_order (period, partner, fen, made_by, made_at, account, account_kind) values ('2026-11', 'coalition', 1, 'x', now(), '${id}', 'RESERVE')`,
      `update payment_account set kind = 'OWN' where id = '${id}'`,
      `update payment_order set fen = fen + 1`,
    ])
      await expect(sql(harm)).rejects.toThrow(/violates|append-only/);
  });

  test('where money goes takes two people: one alone changes nothing, and the first account holds until another is agreed to', async () => {
    const accountOf = () => rows(ledger.em(), `select number from settlement_account join payment_account on id = account`);
    const both = { ...admin, scopes: [...admin.scopes, ...approver.scopes] };
    const first = await propose((await add('coalition', 'OWN', 'OWN0001'))['account'], both);
    expect(await approve(first['id'], both)).toEqual({ __typename: 'SelfApproval' });
    expect(await accountOf()).toEqual([]);
    const agreed = await Promise.all([approve(first['id']), approve(first['id'])]);
    expect(agreed.map((answer) => String(answer['__typename'])).sort()).toEqual(['AlreadyDecided', 'Approved']);
    const second = await propose((await add('coalition', 'OWN', 'OWN0002'))['account']);
    expect(await accountOf()).toEqual([{ number: 'OWN0001' }]);
    await approve(second['id']);
    expect(await accountOf()).toEqual([{ number: 'OWN0002' }]);
  });

  test("by the operator's staff only", async () => {
    for (const viewer of [viewers.partner('automotive'), viewers.partnerStaff('automotive'), viewers.regulator])
      await expect(write(viewer, 'makePaymentOrders(period: "2026-11") { __typename }')).rejects.toThrow(/FORBIDDEN/);
    const { account } = await add('coalition', 'OWN', 'OWN0001');
    await expect(propose(account, viewers.partnerStaff('coalition'))).rejects.toThrow(/FORBIDDEN/);
  });
});
