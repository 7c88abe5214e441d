import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { v7 as uuid } from 'uuid';
import { burnPoints } from '../../subgraphs/ledger/points/place-hold.js';

export const partners = 1_000;
export const programmes = 50;
export const partnerOf = (n: number | ''): string => `partner-${n}`;
export const programmeOf = (n: number | ''): string => `PROGRAMME-${n}`;
const memberOf = (n: number): string => `01940000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

const between = (low: number, high: number): number => low + Math.floor(Math.random() * (high - low + 1));

/** One redemption of 50 to 150 points of a member at a partner; answers whether the points were taken. */
export type Redeem = () => Promise<boolean>;

/** The use case behind the mutation `burnPoints`. */
export const productRedeem =
  (em: EntityManager, members: number): Redeem =>
  async () => {
    const member = between(1, members);
    const points = BigInt(between(50, 150));
    const redemption = uuid();
    const { outcome } = await burnPoints(
      { em },
      { principal: 'service:catalog', key: `${redemption}:burn`, operation: 'burnPoints' },
      {
        hold: uuid(),
        redemption,
        memberUid: memberOf(member),
        acceptor: partnerOf(between(programmes + 1, partners)),
        legs: [{ programme: programmeOf(1 + (member % programmes)), points, fen: points }],
      },
    );
    return outcome.kind === 'captured';
  };

/** The reference function, one call each. */
export const referenceRedeem =
  (pool: Pool, members: number): Redeem =>
  async () => {
    const { rows } = await pool.query<{ e: string }>({
      name: 'redeem',
      text: 'select redeem($1, $2, $3, $4, 0) as e',
      values: [between(1, members), between(1, partners), between(50, 150), randomUUID()],
    });
    return rows[0]?.e !== '-1';
  };

interface Asked {
  readonly member: number;
  readonly partner: number;
  readonly amount: number;
  readonly key: string;
  readonly answer: (taken: boolean) => void;
}

/** The reference function for a group, fed by the smallest queue: `connections` flushers of `size` calls of distinct members. */
export function referenceGroupRedeem(pool: Pool, members: number, connections: number, size: number): Redeem {
  const queue: Asked[] = [];
  let flushers = 0;
  const flush = async (): Promise<void> => {
    flushers++;
    while (queue.length > 0) {
      const taken = new Map<number, Asked>();
      const back: Asked[] = [];
      while (queue.length > 0 && taken.size < size) {
        const asked = queue.shift() as Asked;
        if (taken.has(asked.member)) back.push(asked);
        else taken.set(asked.member, asked);
      }
      queue.unshift(...back);
      const calls = [...taken.values()];
      const { rows } = await pool.query<{ key: string; entry_id: string }>({
        name: 'batch',
        text: 'select key, entry_id from redeem_batch($1::bigint[], $2::int[], $3::bigint[], $4::uuid[], 0)',
        values: [calls.map((c) => c.member), calls.map((c) => c.partner), calls.map((c) => c.amount), calls.map((c) => c.key)],
      });
      const answers = new Map(rows.map((row) => [row.key, row.entry_id]));
      for (const call of calls) call.answer(answers.get(call.key) !== '-1');
    }
    flushers--;
  };
  return () =>
    new Promise((answer) => {
      queue.push({ member: between(1, members), partner: between(1, partners), amount: between(50, 150), key: randomUUID(), answer });
      if (flushers < connections) setImmediate(() => void (flushers < connections && flush()));
    });
}
