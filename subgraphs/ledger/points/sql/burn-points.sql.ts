/**
 * \`take_points\` for the plain case, which nearly every redemption is: points of one programme burned at once, of a member in good
 * standing who has enough, under a new key. It looks for nothing that an insert finds by itself, writes scalars, and takes the first lot
 * by one statement where that is enough. Whatever is not plain, \`take_points\` decides and answers; nothing is written until then but
 * the key, which is taken back.
 *
 * A hold that is there already fails by its index; the caller then asks \`take_points\`, see \`one-trip.ts\`.
 */
export const burnPoints = `
create function burn_points(p_member uuid, p_principal text, p_key text, p_hash bytea, p_hold uuid, p_redemption uuid, p_acceptor text,
  p_programme text, p_points bigint, p_fen bigint, p_id uuid) returns text
language plpgsql as $$
declare
  v_now timestamptz := date_trunc('milliseconds', clock());
  v_seq bigint;
  v_head bytea;
  v_terms record;
  v_fee bigint;
  v_answer text := '';
  v_lot uuid;
  v_free bigint;
  v_take bigint;
  v_left bigint := p_points;
  v_minus bigint := -p_points;
  v_lots uuid[];
  v_legs integer[];
  v_taken bigint[];
  v_given bigint[];
  v_said text := '';
  v_cause text := p_redemption::text;
  v_month text;
begin
  <<plain>>
  begin
    select seq + 1, head into v_seq, v_head from account
      where member_uid = p_member and not frozen and (lapses_at is null or lapses_at > v_now) for update;
    exit plain when not found;
    select a.fee_basis_points, a.fee_borne_by, p.issuer into v_terms from partner a, programme p
      where a.id = p_acceptor and not a.suspended and p.id = p_programme
        and (p.acceptance_scope = 'ALL' or p.issuer = p_acceptor or p.acceptance_scope = 'GROUP' and p_acceptor = any (p.acceptance_partners));
    exit plain when not found;
    if p_fen > 0 and v_terms.issuer <> p_acceptor then
      -- In two parts, for the product of the whole may be beyond a bigint.
      v_fee := p_fen / 10000 * v_terms.fee_basis_points + p_fen % 10000 * v_terms.fee_basis_points / 10000;
      v_answer := '{"id":"' || p_id::text || '","debtor":"' || v_terms.issuer || '","creditor":"' || p_acceptor ||
        '","fen":{"$bigint":"' || p_fen::text || '"},"feeFen":{"$bigint":"' || v_fee::text || '"}}';
    end if;
    v_answer := '{"kind":"captured","hold":"' || p_hold::text || '","obligations":[' || v_answer || ']}';
    insert into write_key (key, principal, member_uid, body_hash, created_at, answer)
      values (p_key, p_principal, p_member, p_hash, v_now, v_answer) on conflict do nothing;
    exit plain when not found;

    update lot set remaining = remaining - p_points, open = remaining > p_points
      where ctid = (select l.ctid from lot l
          where l.member_uid = p_member and l.programme = p_programme and l.open and l.remaining > l.held
            and l.usable_from <= v_now and (l.expires_at is null or l.expires_at > v_now)
          order by l.expires_at, l.earned_at, l.id limit 1)
        and member_uid = p_member and remaining - held >= p_points
      returning id into v_lot;
    if found then
      v_lots := array[v_lot];
      v_legs := '{1}';
      v_taken := array[p_points];
      v_given := array[v_minus];
      v_said := 'lot:' || v_lot::text || ':' || v_minus::text || ';';
    else
      for v_lot, v_free in
        select id, remaining - held from lot
        where member_uid = p_member and programme = p_programme and open and remaining > held
          and usable_from <= v_now and (expires_at is null or expires_at > v_now)
        order by expires_at, earned_at, id
      loop
        v_take := least(v_left, v_free);
        v_lots := v_lots || v_lot;
        v_legs := v_legs || 1;
        v_taken := v_taken || v_take;
        v_given := v_given || -v_take;
        v_said := v_said || 'lot:' || v_lot::text || ':' || (-v_take)::text || ';';
        v_left := v_left - v_take;
        exit when v_left = 0;
      end loop;
      if v_left > 0 then
        delete from write_key where key = p_key and principal = p_principal and member_uid = p_member;
        exit plain;
      end if;
      for n in 1 .. cardinality(v_lots) loop
        update lot set remaining = remaining - v_taken[n], open = remaining > v_taken[n] where member_uid = p_member and id = v_lots[n];
      end loop;
    end if;

    insert into hold (id, member_uid, redemption, acceptor, fee_basis_points, fee_borne_by, state, open, placed_at, ended_at,
        programmes, points, fen, lots, lot_leg, lot_points)
      values (p_hold, p_member, p_redemption, p_acceptor, v_terms.fee_basis_points, v_terms.fee_borne_by, 'CAPTURED', false, v_now, v_now,
        array[p_programme], array[p_points], array[p_fen], v_lots, v_legs, v_taken);
    -- In a variable: the database takes the function apart only where its arguments are simple.
    v_said := v_said || 'redeemed::' || p_points::text;
    v_head := entry_hash(v_head, p_member, v_seq, 'BURN', p_programme, v_minus, v_now, 'REDEMPTION', v_cause, v_said);
    insert into entry (member_uid, seq, id, kind, programme, points, at, cause_kind, cause_id, actor, key, counter, lots, lot_points, hash)
      values (p_member, v_seq, p_id, 'BURN', p_programme, v_minus, v_now, 'REDEMPTION', v_cause, p_principal, p_key, 'redeemed',
        v_lots, v_given, v_head);
    update account set seq = v_seq, head = v_head where member_uid = p_member;

    -- Last, as in \`take_points\`.
    if v_fee is not null then
      if not pg_try_advisory_xact_lock_shared(hashtext('tongdui clearing')) then
        perform pg_advisory_xact_lock_shared(hashtext('tongdui clearing'));
      end if;
      v_month := to_char(v_now at time zone 'Asia/Shanghai', 'YYYY-MM');
      insert into obligation (id, at, period, kind, debtor, creditor, programme, points, fen, fee_fen, fee_borne_by, cause, redemption)
        values (p_id, v_now, coalesce((select open_settlement_period() from settlement_period where id = v_month), v_month), 'REDEMPTION',
          v_terms.issuer, p_acceptor, p_programme, p_points, p_fen, v_fee, v_terms.fee_borne_by, v_cause, p_redemption);
    end if;
    return 'N' || v_answer;
  end plain;
  return take_points(p_member, p_principal, p_key, p_hash, p_hold, p_redemption, p_acceptor, null, array[p_programme], array[p_points],
    array[p_fen], array[p_id], true);
end $$`;
