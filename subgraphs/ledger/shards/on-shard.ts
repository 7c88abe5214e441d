import { burnPoints } from '../points/sql/burn-points.sql.js';
import { capturePart } from '../points/sql/capture-part.sql.js';
import { endHold, giveBack, lapseHolds } from '../points/sql/end-hold.sql.js';
import { appendEntry } from '../points/sql/entry-hash.sql.js';
import { keepAnswer, owe, owedFor, takePoints } from '../points/sql/take-points.sql.js';

const lockOfClearing = /if not pg_try_advisory_xact_lock_shared[^;]*;\s*end if;\s*v_month := [^;]*;/;
const periodNow = /values \(([a-z_[\]]+), v_now, coalesce\(\(select open_settlement_period\(\)[^)]*\), v_month\),/;

/**
 * The same functions where a member's rows lie on one machine of several: what partners owe is kept with the member that spent, in \`owed\`,
 * without a period, and folded into \`obligation\` afterwards (\`fold-owed.ts\`); the audit entry of a refusal likewise. \`routing.ts\` finds
 * what this leaves out.
 */
const onShard = (sql: string): string =>
  sql
    .replace('create function', 'create or replace function')
    .replace(lockOfClearing, '')
    .replace(periodNow, 'values (p_member, $1, v_now,')
    .replace('if v_period is null then v_period := open_settlement_period(); end if;', '')
    .replace('values (v_id, p_at, v_period,', 'values (p_member, v_id, p_at,')
    .replace('insert into obligation (id, at, period, kind,', 'insert into owed (member_uid, id, at, kind,')
    .replace('function owe(p_at', 'function owe(p_member uuid, p_at')
    .replace('owe(v_now, h.acceptor', 'owe(v_member, v_now, h.acceptor')
    .replace('function owed_for(p_redemption', 'function owed_for(p_member uuid, p_redemption')
    .replace(' owed_for(p_redemption)', ' owed_for(p_member, p_redemption)')
    .replace('from obligation where redemption = p_redemption', 'from owed where member_uid = p_member and redemption = p_redemption')
    .replace(
      'insert into audit (at, principal, operation, key, detail) values (p_at,',
      'insert into refused_write (member_uid, id, at, principal, operation, key, detail) values (p_member, uuid_v7(), p_at,',
    )
    // A place of a row says nothing to a machine that hands the statement on.
    .replace('where ctid = (select l.ctid from', 'where id = (select l.id from')
    // A caller on several machines names the member, or looks the hold up first.
    .replace(/if v_member is null then\s*select member_uid into v_member from hold where id = p_hold;\s*end if;/, '');

/** Every function of the hot path, as it runs on a member's machine. */
export const shardFunctions: readonly string[] = [
  owe,
  owedFor,
  keepAnswer,
  appendEntry,
  giveBack,
  lapseHolds,
  takePoints,
  burnPoints,
  endHold,
  capturePart,
].map(onShard);
