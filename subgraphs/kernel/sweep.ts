import { change } from './sql.js';
import type { Job } from './subgraph.js';

const hourMs = 3_600_000;

/** A job that removes what is over, every hour: `statement` removes `batch` rows at the most, and is sent until it finds fewer. */
export const sweep = (name: string, batch: number, statement: string): Job => ({
  name,
  everyMs: hourMs,
  async run({ em }) {
    while ((await change(em.fork(), statement)) === batch);
  },
});
