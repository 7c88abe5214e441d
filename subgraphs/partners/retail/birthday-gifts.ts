import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { serviceViewer } from '../../../schema/viewer.js';
import { change, rows } from '../../kernel/sql.js';
import type { Job, JobContext } from '../../kernel/subgraph.js';
import { complete } from '../complete-report.js';
import { onTheWire } from '../purchase-line.js';
import { boundsOf, celebratedOn, daysToCelebrate, isGiftDue, isTriedAgain, yearOf } from './gift-days.js';
import { engagementKind, engagementLines, engagementRef } from './report-engagement.js';

interface Birthday {
  readonly memberUid: string;
  readonly recipient: string;
}

/** Partners whose programme gives something for a birthday, and from which instant of the day on. */
type Givers = ReadonlyMap<string, Date>;

/**
 * Gives the points of a child's birthday on the day, in Shanghai: once a year per member and partner, where the guardian's consent to the
 * partner holds and the partner's programme has a rule for it. The gift is of midnight, or of the instant of the day at which the rule
 * begins. Late, it makes up for the days that it missed; twice, or on two instances, it gives nothing more.
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
    for (const day of daysToCelebrate(clock.last, clock.today)) {
      const givers = await giversOn(context, day);
      if (givers.size > 0)
        for (const birthday of await birthdaysOn(context, day, [...givers.keys()])) await give(context, day, birthday, givers);
      await rows(em, 'insert into gift_day (day) values (?) on conflict do nothing', [day]);
    }
  },
};

async function giversOn({ peers }: JobContext, day: string): Promise<Givers> {
  const { from, until } = boundsOf(day);
  const { eventGivers } = await peers.ask<{ eventGivers: { partner: string; since: string }[] }>(
    'ledger',
    'query ($event: String!, $from: DateTime!, $until: DateTime!) { eventGivers(event: $event, from: $from, until: $until) { partner since } }',
    { event: 'CHILD_BIRTHDAY', from: from.toISOString(), until: until.toISOString() },
    serviceViewer('gifts', randomUUID()),
  );
  return new Map(eventGivers.map(({ partner, since }) => [partner, new Date(since)]));
}

/** Partners that members are asked about at once. */
const batch = 200;

async function birthdaysOn({ peers }: JobContext, day: string, recipients: readonly string[]): Promise<readonly Birthday[]> {
  const found: Birthday[] = [];
  for (let from = 0; from < recipients.length; from += batch) {
    const { childBirthdays } = await peers.ask<{ childBirthdays: Birthday[] }>(
      'members',
      'query ($days: [String!]!, $recipients: [ID!]!) { childBirthdays(days: $days, recipients: $recipients) { memberUid recipient } }',
      { days: celebratedOn(day), recipients: recipients.slice(from, from + batch) },
      serviceViewer('gifts', randomUUID()),
    );
    found.push(...childBirthdays);
  }
  return birthdayOrder(birthdayOnce(found));
}

const placeOf = ({ memberUid, recipient }: Birthday): string => `${recipient}/${memberUid}`;
const birthdayOnce = (birthdays: readonly Birthday[]): Birthday[] => [...new Map(birthdays.map((one) => [placeOf(one), one])).values()];
const birthdayOrder = (birthdays: Birthday[]): Birthday[] => birthdays.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));

async function give(context: JobContext, day: string, birthday: Birthday, givers: Givers): Promise<void> {
  const since = givers.get(birthday.recipient) ?? boundsOf(day).from;
  const id = await recordGift(context.em, day, birthday, since);
  if (id === null) return;
  await complete(context, engagementKind, id).catch((error: unknown) =>
    context.log.warn({ err: error, engagement: id }, 'a gift is recorded and will be given by finish-engagements'),
  );
}

/** Records the gift of a day, under a lock per member and partner; null where the year's gift was given, or refused and not yet due again. */
const recordGift = (em: EntityManager, day: string, { memberUid, recipient }: Birthday, since: Date): Promise<string | null> =>
  em.fork().transactional(async (tx) => {
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [`gift/${recipient}/${memberUid}`]);
    const known = await rows<{ id: string; day: string; state: string; at: string; now: string }>(
      tx,
      `select id, proof_ref as day, state, at, clock() as now from engagement
       where partner = ? and member_uid = ? and kind = 'CHILD_BIRTHDAY' and (state <> 'REFUSED' or proof_ref = ?) order by proof_ref desc`,
      [recipient, memberUid, day],
    );
    if (!isGiftDue(day, known.find(({ state }) => state !== 'REFUSED')?.day ?? null)) return null;
    const refused = known.find(({ state }) => state === 'REFUSED');
    // Both numbers are published, and one of now would tell the day as well; the record's is ordered by its year, the event's not at all.
    const id = uuid({ msecs: yearOf(since).getTime() });
    if (!refused) {
      const ref = engagementRef('CHILD_BIRTHDAY', day);
      await change(
        tx,
        `insert into engagement (id, partner, ref, member_uid, at, fingerprint, intent, state, kind, proof_ref, event_id)
         values (?, ?, ?, ?, ?, '', ?, 'RECORDED', 'CHILD_BIRTHDAY', ?, ?)`,
        [id, recipient, ref, memberUid, since.toISOString(), onTheWire(engagementLines('CHILD_BIRTHDAY')), day, randomUUID()],
      );
      return id;
    }
    if (!isTriedAgain(day, new Date(refused.at), new Date(refused.now))) return null;
    // The one row is tried again, now: as another record, for the ledger keeps its answer to the first, and as the same event.
    await change(
      tx,
      `update engagement set id = ?, at = ?, state = 'RECORDED', refusal = null, attempts = 0, lease_until = now() + interval '6 seconds' where id = ?`,
      [id, new Date(refused.now).toISOString(), refused.id],
    );
    return id;
  });
