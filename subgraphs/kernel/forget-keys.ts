import { sweep } from './sweep.js';

const batch = 5_000;

/**
 * Removes keys that are free again, with their answers, some at a time. At 30 days, as `once` has it: until then a key is answered from, and
 * one that is just being used anew is passed over. What a write did is in its own rows and does not depend on its key.
 */
export const forgetKeys = sweep(
  'forget-keys',
  batch,
  `delete from idempotency where created_at <= clock() - interval '30 days' and (principal, key) in (
     select principal, key from idempotency where created_at <= clock() - interval '30 days' limit ${batch} for update skip locked)`,
);
