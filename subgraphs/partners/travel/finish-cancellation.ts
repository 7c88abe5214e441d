import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Unavailable } from '../../../schema/transport.js';
import { serviceViewer } from '../../../schema/viewer.js';
import { decode, encode } from '../../kernel/json.js';
import { sumOf } from '../../kernel/rational.js';
import { change, rows } from '../../kernel/sql.js';
import type { Job, SubgraphContext } from '../../kernel/subgraph.js';
import { Cancellation, type CancellationState, type RestoredMiles } from './cancellation.entity.js';
import type { Plan } from './cancellation-plan.js';
import { refundOf } from './carrier-fee.js';

type Context = Pick<SubgraphContext, 'em' | 'peers' | 'faults' | 'log'>;

/** What a published EVENT rule of the carrier's programme compensates; its share is of the miles that came back. */
export const cancellationEvent = 'CARRIER_CANCELLATION';

/**
 * Brings a cancellation to its end: the catalog takes the lines back, then the ledger compensates. Each step goes out under the
 * cancellation's own key and is kept before the next, so that a request and the job may both go on from wherever it stopped.
 */
export async function finishCancellation(context: Context, id: string): Promise<CancellationState> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await goOn(context, id);
    } catch (error) {
      // The same event at once: while one of them is at work the catalog says that the return is under way. It soon is not.
      if (!(error instanceof Unavailable) || attempt === joinTries) throw error;
      await sleep(joinPauseMs);
    }
  }
}

const joinTries = 20;
const joinPauseMs = 100;

async function goOn(context: Context, id: string): Promise<CancellationState> {
  const { em, faults } = context;
  const recorded = await read(em, id);
  if (recorded.state === 'RECORDED') {
    await takeBack(context, recorded);
    await faults.reach('cancellation.RETURNED');
  }
  const returned = await read(em, id);
  if (returned.state === 'RETURNED') await compensate(context, returned);
  return (await read(em, id)).state;
}

const read = (em: EntityManager, id: string): Promise<Cancellation> => em.fork().findOneOrFail(Cancellation, { id });

interface WireReturn {
  readonly returnLines: {
    readonly __typename: string;
    readonly restored: readonly { lot: string; programme: { id: string }; points: number; expiresAt: string | null }[];
    readonly cashFen: number;
  };
}

async function takeBack({ em, peers }: Context, { id, redemption, plan, by, passengerFeeFen }: Cancellation): Promise<void> {
  const { returnLines } = await peers.ask<WireReturn>(
    'catalog',
    `mutation ($redemption: ID!, $lines: [ReturnLineInput!]!) {
      returnLines(redemption: $redemption, lines: $lines, reason: SERVICE_CANCELLED) {
        __typename ... on LinesReturned { restored { lot programme { id } points expiresAt } cashFen } } }`,
    { redemption, lines: decode<Plan>(plan).lines },
    serviceViewer('cancellations', id),
    `${id}:return`,
  );
  if (returnLines.__typename !== 'LinesReturned') {
    await change(em, `update cancellation set state = 'REFUSED' where id = ? and state = 'RECORDED'`, [id]);
    return;
  }
  const restored = returnLines.restored.map(({ lot, programme, points, expiresAt }): RestoredMiles => ({
    lot,
    programme: programme.id,
    points: BigInt(points),
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  }));
  const cashFen = BigInt(returnLines.cashFen);
  const { feeFen, feeDueFen, refundFen } = refundOf(by, cashFen, passengerFeeFen);
  await em.fork().transactional(async (tx) => {
    const changed = await change(
      tx,
      `update cancellation set state = 'RETURNED', restored = ?, cash_fen = ?, fee_fen = ?, fee_due_fen = ?, refund_fen = ? where id = ? and state = 'RECORDED'`,
      [encode(restored), cashFen, feeFen, feeDueFen, refundFen, id],
    );
    if (changed === 1) await change(tx, 'update entitlement set withdrawn_at = clock() where redemption = ?', [redemption]);
  });
}

async function compensate({ em, peers }: Context, cancellation: Cancellation): Promise<void> {
  const { id, by, plan, partnerId, memberUid, at, tries } = cancellation;
  const { own } = decode<Plan>(plan);
  const restored = cancellation.restored().filter(({ programme }) => own.includes(programme));
  const points = sumOf(restored.map((lot) => lot.points));
  let accrual: string | null = null;
  if (by === 'CARRIER' && points > 0n) {
    const { accrueFor } = await peers.ask<{ accrueFor: { accrual?: { id: string }; code?: string } }>(
      'ledger',
      `mutation ($partner: ID!, $programme: ID!, $memberUid: ID!, $ref: String!, $event: String!, $points: Points!, $at: DateTime!) {
        accrueFor(input: { partner: $partner, programme: $programme, memberUid: $memberUid, purchaseRef: $ref, at: $at,
          lines: [{ sku: "cancellation", fen: 0, event: $event, points: $points }] }) { __typename ... on Accrued { accrual { id } } ... on Refusal { code } } }`,
      {
        partner: partnerId,
        programme: restored[0]?.programme,
        memberUid,
        ref: `cancellation/${id}`,
        event: cancellationEvent,
        points: Number(points),
        at: at.toISOString(),
      },
      serviceViewer('cancellations', id),
      // The ledger keeps its answer to a key, and a purchase once, whatever the key: so each try has its own, and one of them accrues.
      tries === 0 ? `${id}:compensate` : `${id}:compensate:${tries}`,
    );
    if (accrueFor.code === 'SUSPENDED_PARTNER') return waitForCarrier(em, cancellation);
    accrual = accrueFor.accrual?.id ?? null;
  }
  await change(em, `update cancellation set state = 'COMPLETED', compensation = ? where id = ? and state = 'RETURNED'`, [accrual, id]);
}

/** What a suspended carrier owes its passenger follows when it is reinstated: the pause before the next try doubles, up to an hour. */
async function waitForCarrier(em: EntityManager, { id, tries }: Cancellation): Promise<void> {
  await change(
    em,
    `update cancellation set tries = tries + 1, lease_until = now() + least(30 * 2 ^ least(tries, 10), 3600) * interval '1 second'
     where id = ? and state = 'RETURNED' and tries = ?`,
    [id, tries],
  );
}

/** Goes on with cancellations whose request ended on the way; a lease keeps two instances from asking at once. */
export const finishCancellations: Job = {
  name: 'finish-cancellations',
  everyMs: 2_000,
  async run(context) {
    const open = await rows<{ id: string }>(
      context.em,
      `update cancellation set lease_until = now() + interval '30 seconds'
       where id in (select id from cancellation where state in ('RECORDED', 'RETURNED') and lease_until <= now() limit 20 for update skip locked)
       returning id`,
    );
    for (const { id } of open)
      await finishCancellation(context, id).catch((error: unknown) =>
        context.log.warn({ err: error, cancellation: id }, 'a cancellation could not be finished and will be tried again'),
      );
  },
};
