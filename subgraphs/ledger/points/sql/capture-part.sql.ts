/**
 * Captures less than a hold took: each leg as far as it is named, of the lots that the hold would burn first; the rest goes back to its
 * lots, and with a lot that expired meanwhile it is gone (\`holds.ts\`, \`keepFirst\`). The hold is narrowed to what is captured and then
 * captured whole by \`end_hold\`, which answers, keeps the key and says why where a hold is captured no more.
 * Order of locks: as \`end_hold\`.
 */
export const capturePart = `
create function capture_part(p_member uuid, p_principal text, p_key text, p_hash bytea, p_hold uuid, p_programmes text[], p_points bigint[],
  p_fen bigint[]) returns text language plpgsql as $$
declare
  v_now timestamptz := date_trunc('milliseconds', clock());
  v_member uuid := p_member;
  h hold;
  v_leg integer;
  v_place integer;
  v_keep bigint;
  v_back bigint;
  v_gone bigint;
  v_left bigint[] := '{}';
  v_place_of integer[] := '{}';
  v_programmes text[] := '{}';
  v_points bigint[] := '{}';
  v_fen bigint[] := '{}';
  v_lots uuid[] := '{}';
  v_lot_leg integer[] := '{}';
  v_lot_points bigint[] := '{}';
  v_lot_expires_at timestamptz[] := '{}';
begin
  if v_member is null then
    select member_uid into v_member from hold where id = p_hold;
  end if;
  perform from account where member_uid = v_member for update;
  select * into h from hold where id = p_hold and member_uid = v_member;
  if not found or not h.open or h.state = 'OPEN' and h.expires_at <= v_now or exists (select from write_key
      where key = p_key and principal = p_principal and member_uid = v_member and created_at > v_now - interval '30 days') then
    return end_hold(p_member, p_principal, p_key, p_hash, p_hold, 'CAPTURE');
  end if;
  if exists (select from unnest(p_programmes, p_points, p_fen) part (programme, points, fen)
      left join unnest(h.programmes, h.points, h.fen) leg (programme, points, fen) on leg.programme = part.programme
      where leg.points is null or part.points > leg.points or part.fen > leg.fen) then
    return 'E{"code":"BAD_INPUT","argument":"legs"}';
  end if;
  for n in 1 .. cardinality(h.programmes) loop
    v_place := array_position(p_programmes, h.programmes[n]);
    v_left[n] := coalesce(p_points[v_place], 0);
    if v_left[n] > 0 then
      v_programmes := v_programmes || h.programmes[n];
      v_points := v_points || v_left[n];
      v_fen := v_fen || p_fen[v_place];
    end if;
    v_place_of[n] := cardinality(v_programmes);
  end loop;
  for n in 1 .. cardinality(h.lots) loop
    v_leg := h.lot_leg[n];
    v_keep := least(h.lot_points[n], v_left[v_leg]);
    v_left[v_leg] := v_left[v_leg] - v_keep;
    v_back := h.lot_points[n] - v_keep;
    if v_keep > 0 then
      v_lots := v_lots || h.lots[n];
      v_lot_leg := v_lot_leg || v_place_of[v_leg];
      v_lot_points := v_lot_points || v_keep;
      v_lot_expires_at := v_lot_expires_at || h.lot_expires_at[n];
    end if;
    continue when v_back = 0;
    v_gone := case when h.lot_expires_at[n] <= v_now then v_back else 0 end;
    update lot set held = held - v_back, remaining = remaining - v_gone, open = remaining - v_gone > 0
      where member_uid = v_member and id = h.lots[n];
    if v_gone > 0 then
      perform append_entry(v_member, 'EXPIRY', h.programmes[v_leg], -v_gone, v_now, 'HOLD', h.id::text, p_principal, p_key, 'expired',
        array[h.lots[n]], array[-v_gone]);
    end if;
  end loop;
  update hold set programmes = v_programmes, points = v_points, fen = v_fen, lots = v_lots, lot_leg = v_lot_leg,
    lot_points = v_lot_points, lot_expires_at = v_lot_expires_at where id = h.id and member_uid = v_member;
  return end_hold(p_member, p_principal, p_key, p_hash, p_hold, 'CAPTURE');
end $$`;
