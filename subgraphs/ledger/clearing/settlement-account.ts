import { badInput } from '../../kernel/errors.js';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Make } from '../approvals/kind.js';
import { propose, type Proposed } from '../approvals/propose.js';
import type { Context } from '../context.js';
import type { AccountKindName } from './make-payment-orders.js';

export interface SettlementAccountBody {
  readonly partner: string;
  readonly account: string;
  /** The account's last four characters: what a second person compares. */
  readonly ending: string;
}

export interface ReserveRefused {
  readonly kind: 'refused';
  readonly code: 'RESERVE_ACCOUNT';
}

/** Proposes from and to which account a partner settles; never one of reserve funds. Where money goes takes two people. */
export function proposeSettlementAccount(
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  input: { readonly account: string; readonly reason: string },
): Promise<Once<Proposed | ReserveRefused>> {
  return propose<ReserveRefused>(context, key, input, async (tx) => {
    const [found] = await rows<{ partner: string; kind: AccountKindName; number: string }>(
      tx,
      'select partner, kind, number from payment_account where id = ?',
      [input.account],
    );
    if (!found) throw badInput('There is no such account', { argument: 'account' });
    if (found.kind !== 'OWN') return { kind: 'refused', code: 'RESERVE_ACCOUNT' };
    const body: SettlementAccountBody = { partner: found.partner, account: input.account, ending: found.number.slice(-4) };
    return { kind: 'SETTLEMENT_ACCOUNT', partner: found.partner, operatorOnly: true, body };
  });
}

/** The account takes the former one's place. Its kind never changes, and the table takes own accounts only. */
export const setSettlementAccount: Make<SettlementAccountBody> = async (tx, { body: { partner, account } }) => {
  const [before] = await rows<{ account: string }>(tx, 'select account from settlement_account where partner = ? for update', [partner]);
  await rows(
    tx,
    'insert into settlement_account (partner, account) values (?, ?) on conflict (partner) do update set account = excluded.account',
    [partner, account],
  );
  return { kind: 'made', before: { account: before?.account ?? null }, after: { partner, account } };
};
