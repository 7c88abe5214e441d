import type { EntityManager } from '@mikro-orm/postgresql';
import { validate } from 'uuid';
import { Unavailable } from '../../../schema/transport.js';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { decode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import type { Leg } from '../quotes/split.js';
import { carryOut, type DoneReturn, type ReturnRefusal, writeReturn } from '../redemption/return-lines.js';
import { isCancellable } from './gift.js';

type CancelRefusal =
  | { readonly kind: 'refused'; readonly code: 'CUT_OFF_OVER'; readonly endedAt: Date }
  | { readonly kind: 'refused'; readonly code: 'CANCELLED_BEFORE' };
type Start = { readonly kind: 'started'; readonly id: string } | CancelRefusal;

/** Takes a donation back as long as its time for second thoughts runs: the points go to the very lots they came from. */
export async function cancelDonation(
  context: Context,
  key: WriteKey,
  id: string,
): Promise<Once<DoneReturn | ReturnRefusal | CancelRefusal>> {
  const { outcome, replayed } = await once<Start>(context.em, key, { donation: id }, (tx) => intend(tx, id, context.viewer.uid));
  if (outcome.kind === 'refused') return { outcome, replayed };
  return { outcome: await carryOut(context, outcome.id), replayed };
}

interface Row {
  readonly step: string;
  readonly cancel_until: string;
  readonly paid: string;
  readonly returned: number;
}

async function intend(tx: EntityManager, id: string, memberUid: string | undefined): Promise<Start> {
  // Somebody else's donation is as unknown as one that never was. The redemption's lock settles who came first.
  const [locked] = validate(id)
    ? await rows(
        tx,
        'select 1 from redemption r join donation d on d.id = r.id where d.id = ? and d.member_uid = ?::uuid for update of r',
        [id, memberUid ?? null],
      )
    : [];
  if (!locked) throw badInput('There is no such donation', { argument: 'donation' });
  const [row] = await rows<Row>(
    tx,
    `select r.step, d.cancel_until, r.paid, l.returned_quantity as returned from donation d join redemption r on r.id = d.id
       join redemption_line l on l.redemption_id = r.id where d.id = ?`,
    [id],
  );
  const { step, cancel_until: until, paid, returned } = row as Row;
  if (step === 'RELEASED') throw badInput('Nothing was given', { argument: 'donation' });
  if (returned > 0) return { kind: 'refused', code: 'CANCELLED_BEFORE' };
  if (!isCancellable(await now(tx), new Date(until))) return { kind: 'refused', code: 'CUT_OFF_OVER', endedAt: new Date(until) };
  if (step !== 'COMPLETED') throw new Unavailable('ledger', 'the donation is still under way');
  const lines = [{ line: 1, quantity: 1 }];
  return {
    kind: 'started',
    id: await writeReturn(tx, { redemption: id, reason: 'CHANGED_MIND', lines, legs: decode<Leg[]>(paid), cashFen: 0n }),
  };
}
