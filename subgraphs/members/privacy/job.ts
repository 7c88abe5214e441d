import { randomUUID } from 'node:crypto';
import { serviceViewer } from '../../../schema/viewer.js';
import { rows } from '../../kernel/sql.js';
import type { Job } from '../../kernel/subgraph.js';
import { goOn } from './erase-member.js';

/** Goes on with erasures that wait for open matters, or that a crash cut. */
export const finishErasures: Job = {
  name: 'finish-erasures',
  everyMs: 60_000,
  async run(context) {
    const due = await rows<{ id: string }>(
      context.em,
      `select id from erasure where state <> 'DONE' and look_at <= clock() order by look_at limit 100`,
    );
    for (const { id } of due) {
      try {
        await goOn(context, id, serviceViewer('erasures', randomUUID()));
      } catch (error) {
        context.log.warn({ err: error, erasure: id }, 'an erasure was left out and will be looked at again');
      }
    }
  },
};
