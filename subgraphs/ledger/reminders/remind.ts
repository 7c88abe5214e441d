import type { EntityManager } from '@mikro-orm/postgresql';
import { change } from '../../kernel/sql.js';
import type { Job } from '../../kernel/subgraph.js';
import { defaultSteps } from './steps.js';

const batch = 5_000;

/**
 * Writes the reminders that are due, at most `batch` of them, and says how many there were. `steps.ts` says which step is due; this is the
 * same as one statement over every lot that expires soon. What is there already, or nearer to the expiry than what is due, is left alone,
 * so nothing is said twice, and nothing again after the clock was set back. No lot is locked: a reminder says what was free when it was made.
 */
export const writeReminders = (em: EntityManager): Promise<number> =>
  change(
    em,
    `insert into reminder (member_uid, lot, expires_at, days_before, id, programme, points, at)
     select l.member_uid, l.id, l.expires_at, due.step, uuid_v7(), l.programme, l.remaining - l.held, clock()
     from lot l left join reminder_policy p on p.programme = l.programme
       cross join lateral (
         select min(days) as step from unnest(coalesce(p.days_before, ?::integer[])) days where l.expires_at <= clock() + make_interval(hours => days * 24)) due
     where l.open and l.expires_at > clock() and l.expires_at <= clock() + interval '366 days' and l.remaining > l.held and due.step is not null
       and not exists (select from reminder r
         where r.member_uid = l.member_uid and r.lot = l.id and r.expires_at = l.expires_at and r.days_before <= due.step)
     order by l.expires_at limit ? on conflict do nothing`,
    [defaultSteps, batch],
  );

/** Often enough for days, seldom enough for every lot that expires within a month to be looked at each time. */
export const remind: Job = {
  name: 'remind',
  everyMs: 300_000,
  async run({ em }) {
    while ((await writeReminders(em)) === batch);
  },
};
