import { change } from './sql.js';
import type { Job } from './subgraph.js';

/** Keys that one statement removes. */
const batch = 5_000;

/**
 * Removes keys that are free again, with their answers, some at a time. At 30 days, as `once` has it: until then a key is answered from, and
 * one that is just being used anew is passed over. What a write did is in its own rows and does not depend on its key.
 */
export const forgetKeys: Job = {
  name: 'forget-keys',
  everyMs: 3_600_000,
  async run({ em }) {
    let removed = batch;
    while (removed === batch)
      removed = await change(
        em.fork(),
        `delete from idempotency where created_at <= clock() - interval '30 days' and (principal, key) in (
           select principal, key from idempotency where created_at <= clock() - interval '30 days' limit ${batch} for update skip locked)`,
      );
  },
};
