import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import { asJson } from './json-rows.js';
import { ordersOf, type OwnAccount } from './payments.js';
import { netsOfPeriod, periodFacts } from './statement.js';

export type AccountKindName = 'OWN' | 'RESERVE';

export interface AccountRequest {
  readonly partner: string;
  readonly kind: AccountKindName;
  readonly number: string;
}

/** Writes down an account, once per partner and number; the same number as another kind is refused, for money of customers stays what it is. */
export type AccountAdded =
  | { readonly kind: 'added'; readonly account: string }
  | { readonly kind: 'refused'; readonly code: 'OTHER_KIND' | 'OTHER_PARTNER' };

export function addAccount(em: EntityManager, key: WriteKey, request: AccountRequest): Promise<Once<AccountAdded>> {
  const { partner, kind, number } = request;
  return once<AccountAdded>(em, key, request, async (tx) => {
    await rows(
      tx,
      `insert into payment_account (id, partner, kind, number, added_by, added_at) values (?, ?, ?, ?, ?, clock()) on conflict do nothing`,
      [uuid(), partner, kind, number, key.principal],
    );
    const [account] = await rows<{ id: string; kind: AccountKindName; partner: string }>(
      tx,
      'select id, kind, partner from payment_account where upper(number) = upper(?)',
      [number],
    );
    if (account?.partner !== partner) return { kind: 'refused', code: 'OTHER_PARTNER' };
    if (account.kind !== kind) return { kind: 'refused', code: 'OTHER_KIND' };
    await auditChange(tx, key, { partner, before: null, after: { account: account.id, kind } });
    return { kind: 'added', account: account.id };
  });
}

export type OrdersMade =
  | { readonly kind: 'made'; readonly period: string; readonly before: boolean }
  | { readonly kind: 'refused'; readonly code: 'PERIOD_OPEN' }
  | { readonly kind: 'refused'; readonly code: 'ACCOUNT_MISSING'; readonly partners: readonly string[] };

/** Turns the nets of a closed period into payments, once. */
export function makePaymentOrders(em: EntityManager, key: WriteKey, period: string): Promise<Once<OrdersMade>> {
  return once<OrdersMade>(em, key, { period }, async (tx) => {
    await rows(tx, 'select pg_advisory_xact_lock(hashtext(?))', [`tongdui payments ${period}`]);
    const { status } = await periodFacts(tx, period);
    if (status === 'OPEN') return { kind: 'refused', code: 'PERIOD_OPEN' };
    if ((await rows(tx, 'select from payment_order where period = ? limit 1', [period])).length > 0)
      return { kind: 'made', period, before: true };
    const found = await rows<{ partner: string; account: string; account_kind: 'OWN' }>(tx, 'select * from settlement_account');
    const accounts = new Map(found.map((row): [string, OwnAccount] => [row.partner, { kind: row.account_kind, id: row.account }]));
    const orders = ordersOf(await netsOfPeriod(tx, period, status), accounts);
    if (orders.kind === 'refused') return orders;
    // What is paid is owed no longer. Shared, so that a limit which begins counts the period either before or after this.
    await rows(tx, `select pg_advisory_xact_lock_shared(hashtext('tongdui clearing'))`);
    await rows(
      tx,
      `insert into credit_movement (partner, fen)
       select partner, net_fen from settlement_net join credit_limit using (partner) where period = ? and net_fen <> 0`,
      [period],
    );
    await rows(
      tx,
      `insert into payment_order (period, partner, account, account_kind, fen, made_by, made_at)
       select ?, partner, account, kind, fen, ?, clock() from json_to_recordset(?::json) as o (partner text, account uuid, kind text, fen bigint)`,
      [
        period,
        key.principal,
        asJson(orders.orders.map(({ partner, account, fen }) => ({ partner, account: account.id, kind: account.kind, fen }))),
      ],
    );
    return { kind: 'made', period, before: false };
  });
}

export interface StoredOrder {
  readonly partner: string;
  readonly number: string;
  readonly fen: bigint;
}

/** The payments of a period in order of partner; none before they were made. */
export async function ordersOfPeriod(em: EntityManager, period: string): Promise<StoredOrder[]> {
  const found = await rows<{ partner: string; number: string; fen: string }>(
    em,
    'select o.partner, a.number, o.fen from payment_order o join payment_account a on a.id = o.account where o.period = ? order by o.partner',
    [period],
  );
  return found.map(({ partner, number, fen }) => ({ partner, number, fen: BigInt(fen) }));
}
