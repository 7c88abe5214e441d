import { sweep } from '../kernel/sweep.js';

const batch = 1_000;

/** Removes children's days whose guardian's consent has run out. Nobody reads them from its last instant on; this is that they are not kept. */
export const forgetChildren = sweep(
  'forget-children',
  batch,
  `delete from child where id in (
     select child.id from child join consent on consent.id = child.consent_id
     where consent.valid_until <= clock() or consent.withdrawn_at <= clock() order by child.id limit ${batch})`,
);
