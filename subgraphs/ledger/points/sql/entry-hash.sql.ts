/**
 * The chain of a member's journal: every entry's hash covers the hash before it (`account.head`, null for the first) and the entry.
 *
 *   hash = sha256(prev || utf8(member:seq:points:micros: kind programme cause_kind cause_id postings))
 *
 * Numbers are decimal and end with a colon; `micros` are microseconds since 1970. Each text is written as `octets:text`, so that no two
 * entries have the same form. `postings` is `account:lot:points` of each posting in the order of `n`, joined by semicolons; the lot is
 * empty but for account `lot`. Everything that inserts an entry takes its hash from here. Versioned: a change needs a new name.
 */
export const entryHash = `
create function entry_hash(prev bytea, member uuid, seq bigint, kind text, programme text, points bigint, at timestamptz,
  cause_kind text, cause_id text, postings text) returns bytea stable parallel safe language sql as $$
  select sha256(coalesce(prev, ''::bytea) || convert_to(
    member::text || ':' || seq::text || ':' || points::text || ':' || (extract(epoch from at) * 1000000)::bigint::text || ':' ||
    octet_length(kind)::text || ':' || kind || octet_length(programme)::text || ':' || programme ||
    octet_length(cause_kind)::text || ':' || cause_kind || octet_length(cause_id)::text || ':' || cause_id ||
    octet_length(postings)::text || ':' || postings, 'UTF8'))
$$`;

/** The postings of an entry as its hash covers them: the lots in order, then the other side. */
export const postingsText = `
create function postings_text(lots uuid[], lot_points bigint[], counter text, points bigint) returns text stable parallel safe language sql as $$
  select coalesce((select string_agg('lot:' || l.lot || ':' || l.points, ';' order by l.n) || ';'
    from unnest(lots, lot_points) with ordinality l (lot, points, n)), '') || counter || '::' || -postings_text.points
$$`;

/** A time-ordered id, version 7, as the application makes them; the database makes its own where a call cannot know how many it needs. */
export const uuidV7 = `
create function uuid_v7() returns uuid volatile parallel safe language sql as $$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$`;

/** Appends one entry to the journal of a member whose account row the transaction has locked. */
export const appendEntry = `
create function append_entry(p_member uuid, p_kind text, p_programme text, p_points bigint, p_at timestamptz, p_cause_kind text,
  p_cause_id text, p_actor text, p_key text, p_counter text, p_lots uuid[], p_lot_points bigint[]) returns void language plpgsql as $$
declare
  v_seq bigint;
  v_head bytea;
begin
  select seq + 1, head into strict v_seq, v_head from account where member_uid = p_member;
  v_head := entry_hash(v_head, p_member, v_seq, p_kind, p_programme, p_points, p_at, p_cause_kind, p_cause_id,
    postings_text(p_lots, p_lot_points, p_counter, p_points));
  insert into entry (member_uid, seq, id, kind, programme, points, at, cause_kind, cause_id, actor, key, counter, lots, lot_points, hash)
    values (p_member, v_seq, uuid_v7(), p_kind, p_programme, p_points, p_at, p_cause_kind, p_cause_id, p_actor, p_key, p_counter,
      p_lots, p_lot_points, v_head);
  update account set seq = v_seq, head = v_head where member_uid = p_member;
end $$`;
