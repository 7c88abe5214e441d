import { sweep } from '../../kernel/sweep.js';
import { isDistributed } from '../shards/layout.js';

const batch = 5_000;
const over = `created_at <= clock() - interval '30 days'`;

/** The same of the hot path's own keys as `forget-keys` does of the others. Over several machines a statement takes no part of the rows, but all. */
export const forgetWriteKeys = sweep(
  'forget-write-keys',
  batch,
  isDistributed()
    ? `delete from write_key where ${over}`
    : `delete from write_key where ${over} and (key, principal, member_uid) in (
         select key, principal, member_uid from write_key where ${over} limit ${batch} for update skip locked)`,
);
