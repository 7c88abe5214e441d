/**
 * Several `take_points` in one transaction, each with its own answer, one per line and in the order given; at most one of a member.
 * Legs lie one after the other in `p_programmes`, `p_points`, `p_fen` and `p_ids`; a call has `p_legs` of them from
 * `p_first` on.
 *
 * Plain calls (one leg, a member in good standing with enough points, a new key and hold) are done together, each table in one statement;
 * whatever is not plain goes through `take_points` afterwards. Both do the same: a test compares them.
 */
export const takePointsBatch = `
create function take_points_batch(p_members uuid[], p_principals text[], p_keys text[], p_hashes bytea[], p_holds uuid[],
  p_redemptions uuid[], p_acceptors text[], p_expires_at timestamptz[], p_burn boolean[], p_first integer[], p_legs integer[],
  p_programmes text[], p_points bigint[], p_fen bigint[], p_ids uuid[]) returns text
language plpgsql as $$
declare
  v_now timestamptz := date_trunc('milliseconds', clock());
  v_period text;
  v_done bigint[];
  v_said text[];
  v_answers text[] := '{}';
  v_first integer;
  v_last integer;
begin
  -- All members first, in order of their ids: nothing after this waits for a row. Then the period, which only a closing holds up.
  perform from account where member_uid = any (p_members) order by member_uid for update;
  if true = any (p_burn) then v_period := open_settlement_period(); end if;

  with call as (
    select c.*, p_programmes[c.first] as programme, p_points[c.first] as points, p_fen[c.first] as fen,
      p_ids[c.first] as id
    from unnest(p_members, p_principals, p_keys, p_hashes, p_holds, p_redemptions, p_acceptors, p_expires_at, p_burn, p_first, p_legs)
      with ordinality c (member, principal, key, body_hash, hold, redemption, acceptor, expires_at, burn, first, legs, n)
    where c.legs = 1
  ), plain as (
    select c.*, m.seq + 1 as seq, m.head, a.fee_basis_points, a.fee_borne_by, p.issuer
    from call c
    join account m on m.member_uid = c.member
    join partner a on a.id = c.acceptor
    join programme p on p.id = c.programme
    where not m.frozen and (m.lapses_at is null or m.lapses_at > v_now) and not a.suspended
      and (p.acceptance_scope = 'ALL' or p.issuer = c.acceptor or p.acceptance_scope = 'GROUP' and c.acceptor = any (p.acceptance_partners))
      and not exists (select from write_key k where k.key = c.key and k.principal = c.principal and k.member_uid = c.member)
      and not exists (select from hold h where h.id = c.hold and h.member_uid = c.member)
  ), fit as materialized (
    select c.*, t.lots, t.lot_points, t.lot_minus, t.lot_expires_at,
      case when c.burn then entry_hash(c.head, c.member, c.seq, 'BURN', c.programme, -c.points, v_now, 'REDEMPTION', c.redemption::text,
        t.said || 'redeemed::' || c.points::text) end as hash,
      c.fen / 10000 * c.fee_basis_points + c.fen % 10000 * c.fee_basis_points / 10000 as fee,
      c.burn and c.fen > 0 and c.issuer <> c.acceptor as owes
    from plain c cross join lateral (
      select sum(x.taken)::bigint as total, array_agg(x.id) as lots, array_agg(x.taken) as lot_points, array_agg(-x.taken) as lot_minus, array_agg(x.expires_at) as lot_expires_at,
        string_agg('lot:' || x.id::text || ':' || (-x.taken)::text || ';', '') as said
      from (
        select o.id, o.expires_at, least(o.free, c.points - o.before) as taken
        from (
          select l.id, l.expires_at, l.earned_at, l.remaining - l.held as free,
            (sum(l.remaining - l.held) over (order by l.expires_at, l.earned_at, l.id rows unbounded preceding))::bigint - (l.remaining - l.held) as before
          from lot l
          where l.member_uid = c.member and l.programme = c.programme and l.open and l.remaining > l.held
            and l.usable_from <= v_now and (l.expires_at is null or l.expires_at > v_now)) o
        where o.before < c.points
        order by o.expires_at, o.earned_at, o.id) x) t
    where t.total = c.points
  ), answer as materialized (
    select n, key, principal, member, body_hash, case when burn
      then '{"kind":"captured","hold":"' || hold::text || '","obligations":[' || case when owes then '{"id":"' || id::text ||
        '","debtor":"' || issuer || '","creditor":"' || acceptor || '","fen":{"$bigint":"' || fen::text || '"},"feeFen":{"$bigint":"' ||
        fee::text || '"}}' else '' end || ']}'
      else placed(hold, expires_at, false) end as said
    from fit
  ), lots_moved as (
    update lot set remaining = lot.remaining - case when p.burn then p.taken else 0 end, held = lot.held + case when p.burn then 0 else p.taken end,
      open = not p.burn or lot.remaining > p.taken
    from (select member, burn, unnest(lots) as id, unnest(lot_points) as taken from fit) p
    where lot.member_uid = p.member and lot.id = p.id
  ), held as (
    insert into hold (id, member_uid, redemption, acceptor, fee_basis_points, fee_borne_by, state, open, expires_at, placed_at, ended_at,
      programmes, points, fen, lots, lot_leg, lot_points, lot_expires_at)
    select hold, member, redemption, acceptor, fee_basis_points, fee_borne_by, case when burn then 'CAPTURED' else 'OPEN' end, not burn,
      expires_at, v_now, case when burn then v_now end, array[programme], array[points], array[fen], lots,
      array_fill(1, array[cardinality(lots)]), lot_points, case when not burn then lot_expires_at end
    from fit
  ), booked as (
    insert into entry (member_uid, seq, id, kind, programme, points, at, cause_kind, cause_id, actor, key, counter, lots, lot_points, hash)
    select member, seq, id, 'BURN', programme, -points, v_now, 'REDEMPTION', redemption::text, principal, key, 'redeemed', lots, lot_minus, hash
    from fit where burn
  ), accounts as (
    update account set seq = case when f.burn then f.seq else account.seq end, head = coalesce(f.hash, account.head),
      lapses_at = least(account.lapses_at, f.expires_at)
    from fit f where account.member_uid = f.member and (f.burn or f.expires_at is not null)
  ), owed as (
    insert into obligation (id, at, period, kind, debtor, creditor, programme, points, fen, fee_fen, fee_borne_by, cause, redemption)
    select id, v_now, v_period, 'REDEMPTION', issuer, acceptor, programme, points, fen, fee, fee_borne_by, redemption::text, redemption
    from fit where owes
  ), kept as (
    insert into write_key (key, principal, member_uid, body_hash, created_at, answer)
    select key, principal, member, body_hash, v_now, said from answer
  )
  select array_agg(n), array_agg('N' || said) into v_done, v_said from answer;

  for n in 1 .. coalesce(cardinality(v_done), 0) loop
    v_answers[v_done[n]] := v_said[n];
  end loop;
  for n in 1 .. cardinality(p_members) loop
    continue when v_answers[n] is not null;
    v_first := p_first[n];
    v_last := v_first + p_legs[n] - 1;
    v_answers[n] := take_points(p_members[n], p_principals[n], p_keys[n], p_hashes[n], p_holds[n], p_redemptions[n], p_acceptors[n],
      p_expires_at[n], p_programmes[v_first:v_last], p_points[v_first:v_last], p_fen[v_first:v_last], p_ids[v_first:v_last],
      p_burn[n]);
  end loop;
  return array_to_string(v_answers, E'\\n');
end $$`;
