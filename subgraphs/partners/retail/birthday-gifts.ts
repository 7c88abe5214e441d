import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { serviceViewer } from '../../../schema/viewer.js';
import { change, rows } from '../../kernel/sql.js';
import type { Job, JobContext } from '../../kernel/subgraph.js';
import { complete } from '../complete-report.js';
import { onTheWire } from '../purchase-line.js';
import { celebratedOn, daysToCelebrate, isGiftDue } from './gift-days.js';
import { engagementKind, engagementLines, engagementRef } from './report-engagement.js';

interface Birthday {
  readonly memberUid: string;
  readonly recipient: string;
}

/**
 * Gives the points of a child's birthday on the day, in Shanghai: once a year per member and partner, where the guardian's consent to the
 * partner holds and the partner's programme has a rule for it. Late, it makes up for the days that it missed; twice, or on two
 * instances, it gives nothing more.
 */
export const birthdayGifts: Job = {
  name: 'birthday-gifts',
  everyMs: 30_000,
  async run(context) {
    const { em } = context;
    const [clock] = await rows<{ today: string; last: string | null }>(
      em,
      `select to_char(clock() at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as today, (select to_char(max(day), 'YYYY-MM-DD') from gift_day) as last`,
    );
    if (!clock) return;
    const partners = await giversOf(context);
    for (const day of daysToCelebrate(clock.last, clock.today)) {
      if (partners.length > 0) for (const birthday of await birthdaysOn(context, day, partners)) await give(context, day, birthday);
      await rows(em, 'insert into gift_day (day) values (?) on conflict do nothing', [day]);
    }
  },
};

/** Partners whose programme gives something for a birthday. */
async function giversOf({ peers }: JobContext): Promise<readonly string[]> {
  const { eventGivers } = await peers.ask<{ eventGivers: string[] }>(
    'ledger',
    'query ($event: String!) { eventGivers(event: $event) }',
    { event: 'CHILD_BIRTHDAY' },
    serviceViewer('gifts', randomUUID()),
  );
  return eventGivers;
}

async function birthdaysOn({ peers }: JobContext, day: string, recipients: readonly string[]): Promise<readonly Birthday[]> {
  const { childBirthdays } = await peers.ask<{ childBirthdays: Birthday[] }>(
    'members',
    'query ($days: [String!]!, $recipients: [ID!]!) { childBirthdays(days: $days, recipients: $recipients) { memberUid recipient } }',
    { days: celebratedOn(day), recipients },
    serviceViewer('gifts', randomUUID()),
  );
  return birthdayOrder(birthdayOnce(childBirthdays));
}

const placeOf = ({ memberUid, recipient }: Birthday): string => `${recipient}/${memberUid}`;
const birthdayOnce = (birthdays: readonly Birthday[]): Birthday[] => [...new Map(birthdays.map((one) => [placeOf(one), one])).values()];
const birthdayOrder = (birthdays: Birthday[]): Birthday[] => birthdays.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));

async function give(context: JobContext, day: string, birthday: Birthday): Promise<void> {
  const id = await recordGift(context.em, day, birthday);
  if (id === null) return;
  await complete(context, engagementKind, id).catch((error: unknown) =>
    context.log.warn({ err: error, engagement: id }, 'a gift is recorded and will be given by finish-engagements'),
  );
}

/** Records the gift of a day, under a lock per member and partner; null where the year's gift was given. */
const recordGift = (em: EntityManager, day: string, { memberUid, recipient }: Birthday): Promise<string | null> =>
  em.fork().transactional(async (tx) => {
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [`gift/${recipient}/${memberUid}`]);
    const [latest] = await rows<{ day: string | null }>(
      tx,
      `select max(proof_ref) as day from engagement where partner = ? and member_uid = ? and kind = 'CHILD_BIRTHDAY' and state <> 'REFUSED'`,
      [recipient, memberUid],
    );
    if (!isGiftDue(day, latest?.day ?? null)) return null;
    const id = uuid();
    await change(
      tx,
      `insert into engagement (id, partner, ref, member_uid, at, fingerprint, intent, state, kind, proof_ref, event_id)
       values (?, ?, ?, ?, ?::date::timestamp at time zone 'Asia/Shanghai', '', ?, 'RECORDED', 'CHILD_BIRTHDAY', ?, ?)`,
      [id, recipient, engagementRef('CHILD_BIRTHDAY', day), memberUid, day, onTheWire(engagementLines('CHILD_BIRTHDAY')), day, id],
    );
    return id;
  });
