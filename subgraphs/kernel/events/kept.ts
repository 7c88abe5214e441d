import type { Job } from '../subgraph.js';
import { change } from '../sql.js';

const usualDays = 30;

/** For how many days events can be read after they happened: `TONGDUI_EVENT_DAYS`, 30 unless the operator says otherwise. */
export function keptDays(environment: Readonly<Record<string, string | undefined>> = process.env): number {
  const given = Number(environment['TONGDUI_EVENT_DAYS'] ?? usualDays);
  return Number.isInteger(given) && given >= 1 && given <= 3_650 ? given : usualDays;
}

/** Removes from the outbox what nobody can ask for any more; a day later than that, so that no reader is cut off in the middle. */
export const forgetEvents: Job = {
  name: 'forget-events',
  everyMs: 3_600_000,
  async run({ em }) {
    await change(em, `delete from event where at < clock() - make_interval(days => ?)`, [keptDays() + 1]);
  },
};
