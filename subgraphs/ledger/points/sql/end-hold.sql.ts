/**
 * Ends a hold without a capture, for a member whose account row is locked: its points go back to their lots, and those of a lot that
 * expired meanwhile expire with it, each in an entry of its own.
 */
export const giveBack = `
create function give_back(h hold, p_at timestamptz, p_actor text, p_key text, p_state text) returns void language plpgsql as $$
declare
  v_gone bigint;
begin
  for n in 1 .. cardinality(h.lots) loop
    v_gone := case when h.lot_expires_at[n] <= p_at then h.lot_points[n] else 0 end;
    update lot set held = held - h.lot_points[n], remaining = remaining - v_gone, open = remaining - v_gone > 0
      where member_uid = h.member_uid and id = h.lots[n];
    if not found then raise exception 'Hold % names a lot that its member does not have', h.id; end if;
  end loop;
  for n in 1 .. cardinality(h.lots) loop
    if h.lot_expires_at[n] <= p_at then
      perform append_entry(h.member_uid, 'EXPIRY', h.programmes[h.lot_leg[n]], -h.lot_points[n], p_at, 'HOLD', h.id::text, p_actor, p_key,
        'expired', array[h.lots[n]], array[-h.lot_points[n]]);
    end if;
  end loop;
  update hold set state = p_state, open = false, ended_at = p_at where member_uid = h.member_uid and id = h.id;
end $$`;

/** Ends the locked member's holds that have run out, and notes when the next one does. */
export const lapseHolds = `
create function lapse_holds(p_member uuid, p_at timestamptz, p_actor text, p_key text) returns void language plpgsql as $$
declare
  h hold;
begin
  for h in select * from hold where member_uid = p_member and open and expires_at <= p_at order by id loop
    perform give_back(h, p_at, p_actor, p_key, 'EXPIRED');
  end loop;
  update account set lapses_at = (select min(expires_at) from hold where member_uid = p_member and open) where member_uid = p_member;
end $$`;

/**
 * One step of a hold: PIN takes its time limit off, CAPTURE burns its points and appends who owes whom, RELEASE gives them back.
 * Order of locks: the account row, then everything else of that member, then (shared) the lock of clearing. The member is an
 * argument so that the call belongs to one shard; where a caller does not know it, the hold tells.
 * Answers as \`take_points\` does.
 */
export const endHold = `
create function end_hold(p_member uuid, p_principal text, p_key text, p_hash bytea, p_hold uuid, p_step text) returns text
language plpgsql as $$
declare
  v_now timestamptz := date_trunc('milliseconds', clock());
  v_member uuid := p_member;
  v_seq bigint;
  v_head bytea;
  v_earlier bytea;
  v_answer text;
  v_lots uuid[];
  v_taken bigint[];
  v_said text;
  h hold;
begin
  if v_member is null then
    select member_uid into v_member from hold where id = p_hold;
  end if;
  select seq, head into v_seq, v_head from account where member_uid = v_member for update;
  if not found then return 'E{"code":"BAD_INPUT","argument":"hold"}'; end if;
  select body_hash, answer into v_earlier, v_answer from write_key
    where key = p_key and principal = p_principal and member_uid = v_member and created_at > v_now - interval '30 days';
  if found then
    return case when v_earlier = p_hash then 'R' || v_answer else 'E{"code":"IDEMPOTENCY_CONFLICT"}' end;
  end if;
  select * into h from hold where id = p_hold and member_uid = v_member;
  if not found then return 'E{"code":"BAD_INPUT","argument":"hold"}'; end if;
  if h.state = 'EXPIRED' or h.state = 'OPEN' and h.expires_at <= v_now then
    v_answer := '{"kind":"refused","code":"HOLD_EXPIRED","expiredAt":{"$date":"' || iso(coalesce(h.expires_at, h.ended_at)) || '"}}';
  elsif h.state in ('CAPTURED', 'RELEASED') then
    v_answer := '{"kind":"refused","code":"HOLD_ENDED","state":"' || h.state || '"}';
  elsif p_step = 'PIN' then
    update hold set state = 'PINNED', expires_at = null where id = p_hold and member_uid = v_member;
    v_answer := '{"kind":"pinned","hold":"' || p_hold || '"}';
  elsif p_step = 'RELEASE' then
    perform give_back(h, v_now, p_principal, p_key, 'RELEASED');
    v_answer := '{"kind":"released","hold":"' || p_hold || '"}';
  else
    for n in 1 .. cardinality(h.lots) loop
      update lot set remaining = remaining - h.lot_points[n], held = held - h.lot_points[n], open = remaining - h.lot_points[n] > 0
        where member_uid = v_member and id = h.lots[n];
      if not found then raise exception 'Hold % names a lot that its member does not have', h.id; end if;
    end loop;
    for leg in 1 .. cardinality(h.programmes) loop
      v_lots := '{}'; v_taken := '{}'; v_said := '';
      for n in 1 .. cardinality(h.lots) loop
        continue when h.lot_leg[n] <> leg;
        v_lots := v_lots || h.lots[n];
        v_taken := v_taken || -h.lot_points[n];
        v_said := v_said || 'lot:' || h.lots[n]::text || ':' || (-h.lot_points[n])::text || ';';
      end loop;
      v_seq := v_seq + 1;
      v_head := entry_hash(v_head, v_member, v_seq, 'BURN', h.programmes[leg], -h.points[leg], v_now, 'REDEMPTION', h.redemption::text,
        v_said || 'redeemed::' || h.points[leg]::text);
      insert into entry (member_uid, seq, id, kind, programme, points, at, cause_kind, cause_id, actor, key, counter, lots, lot_points, hash)
        values (v_member, v_seq, uuid_v7(), 'BURN', h.programmes[leg], -h.points[leg], v_now, 'REDEMPTION', h.redemption::text,
          p_principal, p_key, 'redeemed', v_lots, v_taken, v_head);
    end loop;
    update account set seq = v_seq, head = v_head where member_uid = v_member;
    update hold set state = 'CAPTURED', open = false, ended_at = v_now where id = p_hold and member_uid = v_member;
    v_answer := owe(v_now, h.acceptor, h.fee_basis_points, h.fee_borne_by, h.redemption, h.programmes, h.points, h.fen);
    v_answer := '{"kind":"captured","hold":"' || p_hold || '","obligations":' || v_answer || '}';
  end if;
  perform keep_answer(v_member, p_principal, p_key, p_hash, v_now, p_step || '_HOLD', v_answer);
  return 'N' || v_answer;
end $$`;
