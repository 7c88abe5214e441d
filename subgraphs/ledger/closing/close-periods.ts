import { now } from '../../kernel/clock.js';
import { rows } from '../../kernel/sql.js';
import type { Job } from '../../kernel/subgraph.js';
import { closePeriod } from '../clearing/close-period.js';
import { closingPolicy, dueToClose } from './closing-policy.js';

/**
 * Closes the months that are over and have obligations, where the policy says so; `statement-roots` makes their roots. Late, twice or in two
 * instances it does the same, for a closed month stays as it is. A month that does not add up is tried again the next day, under another
 * key, and the log says so meanwhile.
 */
export const closePeriods: Job = {
  name: 'close-periods',
  everyMs: 600_000,
  async run({ em, log }) {
    const policy = await closingPolicy(em);
    if (!policy.automatic) return;
    const open = await rows<{ period: string }>(
      em,
      'select distinct period from obligation where period not in (select id from settlement_period)',
    );
    const at = await now(em);
    for (const period of dueToClose(
      policy,
      open.map((row) => row.period),
      at,
    )) {
      const key = { principal: 'job:close-periods', key: `${period}/${at.toISOString().slice(0, 10)}`, operation: 'closePeriod' };
      const { outcome } = await closePeriod(em.fork(), key, period);
      if (outcome.kind === 'refused') log.error({ period, code: outcome.code }, 'a month was not closed');
    }
  },
};
