import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Unavailable } from '../../../schema/transport.js';
import { serviceViewer } from '../../../schema/viewer.js';
import { DomainError } from '../../kernel/errors.js';
import { decode, encode } from '../../kernel/json.js';
import { change, rows } from '../../kernel/sql.js';
import type { Job, SubgraphContext } from '../../kernel/subgraph.js';
import { Cancellation, type CancellationState, type RestoredMiles } from './cancellation.entity.js';
import type { Plan } from './cancellation-plan.js';
import { refundOf } from './carrier-fee.js';

type Context = Pick<SubgraphContext, 'em' | 'peers' | 'faults' | 'log'>;

/** What a published EVENT rule of the carrier's programme compensates; its share is of the miles that came back. */
const cancellationEvent = 'CARRIER_CANCELLATION';

/**
 * Brings a cancellation to its end: the catalog takes the lines back, and the tickets with them, then the ledger compensates. Each step goes out under the
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

/** A no of the catalog, as data or as an error, ends the cancellation: none may stand that did not happen. */
async function takeBack({ em, peers }: Context, { id, redemption, plan, by, passengerFeeFen }: Cancellation): Promise<void> {
  const answer = await peers
    .ask<WireReturn>(
      'catalog',
      `mutation ($redemption: ID!, $lines: [ReturnLineInput!]!) {
      returnLines(redemption: $redemption, lines: $lines, reason: SERVICE_CANCELLED) {
        __typename ... on LinesReturned { restored { lot programme { id } points expiresAt } cashFen } } }`,
      { redemption, lines: decode<Plan>(plan).lines },
      serviceViewer('cancellations', id),
      `${id}:return`,
    )
    .catch((error: unknown) => {
      if (error instanceof DomainError && error.extensions['code'] === 'BAD_INPUT') return null;
      throw error;
    });
  const returnLines = answer?.returnLines;
  if (returnLines?.__typename !== 'LinesReturned') {
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
  await change(
    em,
    `update cancellation set state = 'RETURNED', restored = ?, cash_fen = ?, fee_fen = ?, fee_due_fen = ?, refund_fen = ? where id = ? and state = 'RECORDED'`,
    [encode(restored), cashFen, feeFen, feeDueFen, refundFen, id],
  );
}

/** The points of the carrier's own that came back, by programme: each is compensated in itself. */
function ownPoints({
  plan,
  by,
  restored,
}: Pick<Cancellation, 'plan' | 'by'> & { restored: readonly RestoredMiles[] }): Map<string, bigint> {
  const { own } = decode<Plan>(plan);
  const points = new Map<string, bigint>();
  if (by === 'CARRIER')
    for (const lot of restored)
      if (own.includes(lot.programme) && lot.points > 0n) points.set(lot.programme, (points.get(lot.programme) ?? 0n) + lot.points);
  return points;
}

async function compensate(context: Context, cancellation: Cancellation): Promise<void> {
  const { id, plan, by } = cancellation;
  const accruals: string[] = [];
  for (const [index, [programme, points]] of [...ownPoints({ plan, by, restored: cancellation.restored() })].entries()) {
    const { accrual, code } = await compensateIn(context, cancellation, programme, points, index === 0 ? '' : `/${programme}`);
    // What another programme has given by then is given: it is one purchase there, however often it is asked for.
    if (code === 'SUSPENDED_PARTNER') return waitForCarrier(context.em, cancellation);
    if (accrual) accruals.push(accrual.id);
  }
  await change(context.em, `update cancellation set state = 'COMPLETED', compensations = ? where id = ? and state = 'RETURNED'`, [
    accruals.join(' '),
    id,
  ]);
}

async function compensateIn(
  { peers }: Context,
  { id, partnerId, memberUid, at, tries }: Cancellation,
  programme: string,
  points: bigint,
  part: string,
): Promise<{ accrual?: { id: string }; code?: string }> {
  const { accrueFor } = await peers.ask<{ accrueFor: { accrual?: { id: string }; code?: string } }>(
    'ledger',
    `mutation ($partner: ID!, $programme: ID!, $memberUid: ID!, $ref: String!, $event: String!, $points: Points!, $at: DateTime!) {
      accrueFor(input: { partner: $partner, programme: $programme, memberUid: $memberUid, purchaseRef: $ref, at: $at,
        lines: [{ sku: "cancellation", fen: 0, event: $event, points: $points }] }) { __typename ... on Accrued { accrual { id } } ... on Refusal { code } } }`,
    {
      partner: partnerId,
      programme,
      memberUid,
      ref: `cancellation/${id}${part}`,
      event: cancellationEvent,
      points: Number(points),
      at: at.toISOString(),
    },
    serviceViewer('cancellations', id),
    // The ledger keeps its answer to a key, and a purchase once, whatever the key: so each try has its own, and one of them accrues.
    `${id}:compensate${part}${tries === 0 ? '' : `:${tries}`}`,
  );
  return accrueFor;
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
