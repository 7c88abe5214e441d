import { randomUUID } from 'node:crypto';
import { serviceViewer } from '../../../schema/viewer.js';
import { rows } from '../../kernel/sql.js';
import type { Job } from '../../kernel/subgraph.js';
import { proposeTiers } from './propose-tiers.js';
import { ladderOf } from './set-tiers.js';

/** Looks at every partner's windows each hour: a member is noticed when the spending grew, not when somebody asks. */
export const proposeTiersJob: Job = {
  name: 'propose-tiers',
  everyMs: 3_600_000,
  async run(context) {
    const viewer = serviceViewer('tiers', randomUUID());
    for (const { partner } of await rows<{ partner: string }>(context.em, 'select distinct partner from tier_ladder')) {
      const ladder = await ladderOf(context.em, partner);
      if (ladder) await proposeTiers(context, viewer, ladder);
    }
  },
};
