import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { Job } from '../../kernel/subgraph.js';
import { isDistributed } from './layout.js';

/** What a redemption leaves with its member until the first machine has it. */
export const owedTables = [
  `create table if not exists owed (
    member_uid uuid not null, id uuid not null, at timestamptz not null, kind text not null, debtor text not null, creditor text not null,
    programme text not null, points amount not null, fen positive_amount not null, fee_fen amount not null, fee_borne_by text not null,
    cause text not null, redemption uuid, folded boolean not null default false, primary key (member_uid, id))`,
  `create index if not exists owed_waiting on owed (id) where not folded`,
  `create index if not exists owed_redemption on owed (member_uid, redemption)`,
  `create table if not exists refused_write (
    member_uid uuid not null, id uuid not null, at timestamptz not null, principal text not null, operation text not null, key text not null,
    detail text not null, folded boolean not null default false, primary key (member_uid, id))`,
  `create index if not exists refused_write_waiting on refused_write (id) where not folded`,
];

/**
 * Folds what members' machines keep into the tables of the first one; of one member, or of all. Answers how many obligations it folded. Each goes into the month in
 * which it arose or, where that is closed, into the one open now. An obligation has its id from the redemption, so a fold that broke off
 * between two machines repeats nothing; one fold runs at a time.
 */
export const foldOwed = `
create or replace function fold_owed(p_member uuid, p_most integer) returns integer language plpgsql as $$
declare
  v_ids uuid[];
  v_open text;
  v_count integer;
begin
  perform pg_advisory_xact_lock(hashtext('tongdui fold'));
  select array_agg(id) into v_ids from (select id from refused_write where not folded and (p_member is null or member_uid = p_member) limit p_most) r;
  if v_ids is not null then
    insert into audit (at, principal, operation, key, detail)
      select at, principal, operation, key, detail from refused_write where id = any (v_ids) and not folded order by at;
    update refused_write set folded = true where id = any (v_ids);
  end if;
  select array_agg(id) into v_ids from (select id from owed where not folded and (p_member is null or member_uid = p_member) limit p_most) o;
  if v_ids is null then return 0; end if;
  v_open := open_settlement_period();
  insert into obligation (id, at, period, kind, debtor, creditor, programme, points, fen, fee_fen, fee_borne_by, cause, redemption)
    select o.id, o.at, case when p.id is null then to_char(o.at at time zone 'Asia/Shanghai', 'YYYY-MM') else v_open end, o.kind, o.debtor,
      o.creditor, o.programme, o.points, o.fen, o.fee_fen, o.fee_borne_by, o.cause, o.redemption
    from (select * from owed where id = any (v_ids) and not folded) o
      left join settlement_period p on p.id = to_char(o.at at time zone 'Asia/Shanghai', 'YYYY-MM')
    order by o.at, o.id
    on conflict (id) do nothing;
  update owed set folded = true where id = any (v_ids) and not folded;
  get diagnostics v_count = row_count;
  return v_count;
end $$`;

/** Brings what is owed for a member's redemptions up to date, for what has to count with it at once. Nothing to do on one machine. */
export async function foldMember(tx: EntityManager, memberUid: string): Promise<void> {
  if (isDistributed()) await rows(tx, 'select fold_owed(?, 10000)', [memberUid]);
}

/** Twice a second and more often than that where much waits; on one machine nothing ever does. */
export const foldOwedJob: Job = {
  name: 'fold-owed',
  everyMs: 1_000,
  async run({ em }) {
    if (!isDistributed()) return;
    let folded: number;
    do {
      const [row] = await rows<{ folded: number }>(em, 'select fold_owed(null, 5000) as folded', []);
      folded = row?.folded ?? 0;
    } while (folded === 5_000);
  },
};
