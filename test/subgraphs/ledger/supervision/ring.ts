import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { Programme } from '../../../../subgraphs/ledger/partners/programme.entity.js';
import { transfer as send } from '../../../../subgraphs/ledger/transfers/transfer.js';
import { viewers } from '../../../support/viewers.js';
import type { TestLedger } from '../ledger.js';

/** Rules of the baby brand's kind: points for an event, whatever was bought. */
export async function publishEvents({ publish, write }: Pick<TestLedger, 'publish' | 'write'>): Promise<void> {
  await write(
    viewers.staff('admin'),
    `mutation { setTransferPolicy(programme: "COAL-P", policy: { allowed: true, sentPoints: 1000000, receivedPoints: 1000000, senders: 100 }) { replayed } }`,
  );
  for (const [event, eventPoints] of [
    ['SURVEY', 30],
    ['RECRUIT', 500],
  ] as const)
    await publish({ programme: 'COAL-P', name: event, kind: 'EVENT', eventPoints, event, validFrom: '2020-01-01T00:00:00Z' });
  await publish({
    programme: 'COAL-P',
    name: 'joining',
    kind: 'BONUS',
    bonusBasisPoints: 10_000,
    category: 'JOINING_FEE',
    validFrom: '2020-01-01T00:00:00Z',
  });
}

/** An event at the coalition, with nothing paid. */
export const gift = ({ accrue }: Pick<TestLedger, 'accrue'>, member: string, event = 'SURVEY'): Promise<object> =>
  accrue(member, 'COAL-P', 0, { lines: [{ sku: event, fen: 0, event }] });

/** Sends points to another member, as the programme lets it. */
export async function transfer(ledger: TestLedger, from: string, to: string, points: number): Promise<void> {
  const em = ledger.subgraph.database.em.fork() as EntityManager;
  const programme = await em.findOneOrFail(Programme, { id: 'COAL-P' });
  const key = { principal: `member:${from}`, key: uuid(), operation: 'transfer' };
  const { outcome } = await send({ em }, key, { from, to, points }, { from, to, programme, points: BigInt(points) });
  if (outcome.kind === 'refused') throw new Error(outcome.code);
}

/** Eleven members with one gift each, who give it all to a twelfth. */
export async function ringOfTwelve(ledger: TestLedger): Promise<{ hub: string; members: string[] }> {
  const hub = uuid();
  const others = Array.from({ length: 11 }, () => uuid());
  for (const member of others) {
    await gift(ledger, member);
    await transfer(ledger, member, hub, 30);
  }
  return { hub, members: [hub, ...others] };
}
