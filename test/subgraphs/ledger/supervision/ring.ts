import { v7 as uuid } from 'uuid';
import type { TestLedger } from '../ledger.js';

/** Rules of the baby brand's kind: points for an event, whatever was bought. */
export async function publishEvents({ publish }: Pick<TestLedger, 'publish'>): Promise<void> {
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

/** Points of a member's first lot to another member, as the journal writes a transfer down. */
export const transfer = (
  { sql }: Pick<TestLedger, 'sql'>,
  from: string,
  to: string,
  points: number,
  id: string = uuid(),
): Promise<object> =>
  sql(`do $$ declare v_lot lot; v_new uuid := gen_random_uuid();
    begin
      insert into account (member_uid) values ('${to}') on conflict do nothing;
      select * into strict v_lot from lot where member_uid = '${from}' and programme = 'COAL-P' and remaining >= ${points} limit 1;
      update lot set remaining = remaining - ${points}, open = remaining > ${points} where member_uid = '${from}' and id = v_lot.id;
      insert into lot (member_uid, id, programme, points, remaining, earned_at, usable_from, expires_at)
        values ('${to}', v_new, 'COAL-P', ${points}, ${points}, v_lot.earned_at, v_lot.usable_from, v_lot.expires_at);
      perform append_entry('${from}', 'TRANSFER', 'COAL-P', -${points}, clock(), 'TRANSFER', '${id}', 't', 't', 'transferred', array[v_lot.id], array[-${points}]::bigint[]);
      perform append_entry('${to}', 'TRANSFER', 'COAL-P', ${points}, clock(), 'TRANSFER', '${id}', 't', 't', 'transferred', array[v_new], array[${points}]::bigint[]);
    end $$`);

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
