/** An instant as answers carry it. */
export const iso = `
create function iso(at timestamptz) returns text stable parallel safe language sql as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$`;

/** Remembers an answer under its key in the transaction that made it; a refusal leaves one audit entry. */
export const keepAnswer = `
create function keep_answer(p_member uuid, p_principal text, p_key text, p_hash bytea, p_at timestamptz, p_operation text, p_answer text)
  returns void language plpgsql as $$
begin
  insert into write_key (key, principal, member_uid, body_hash, created_at, answer)
    values (p_key, p_principal, p_member, p_hash, p_at, p_answer)
    on conflict (key, principal, member_uid) do update set body_hash = excluded.body_hash, created_at = excluded.created_at,
      answer = excluded.answer where write_key.created_at <= p_at - interval '30 days';
  -- Only of a member without an account row, which nothing locks: the other call answers, this one is tried again and replays it.
  if not found then raise exception 'The same key at once' using errcode = 'serialization_failure'; end if;
  if p_answer like '{"kind":"refused"%' then
    insert into audit (at, principal, operation, key, detail) values (p_at, p_principal, p_operation, p_key, p_answer);
  end if;
end $$`;

/**
 * Appends what the issuers of the spent points owe the acceptor, in the period open now, and answers it as a JSON list. To be called
 * after the transaction's last row lock, see \`append-obligations.ts\`. Own points at one's own shop and legs worth nothing make none.
 */
export const owe = `
create function owe(p_at timestamptz, p_acceptor text, p_fee_basis_points integer, p_fee_borne_by text, p_redemption uuid,
  p_programmes text[], p_points bigint[], p_fen bigint[]) returns text language plpgsql as $$
declare
  v_issuer text;
  v_period text;
  v_id uuid;
  v_fee bigint;
  v_list text := '';
begin
  for n in 1 .. cardinality(p_programmes) loop
    continue when p_fen[n] = 0;
    select issuer into v_issuer from programme where id = p_programmes[n];
    continue when v_issuer = p_acceptor;
    if v_period is null then v_period := open_settlement_period(); end if;
    v_id := uuid_v7();
    -- In two parts, for the product of the whole may be beyond a bigint.
    v_fee := p_fen[n] / 10000 * p_fee_basis_points + p_fen[n] % 10000 * p_fee_basis_points / 10000;
    insert into obligation (id, at, period, kind, debtor, creditor, programme, points, fen, fee_fen, fee_borne_by, cause, redemption)
      values (v_id, p_at, v_period, 'REDEMPTION', v_issuer, p_acceptor, p_programmes[n], p_points[n], p_fen[n], v_fee, p_fee_borne_by,
        p_redemption::text, p_redemption);
    v_list := v_list || case when v_list = '' then '' else ',' end || '{"id":"' || v_id::text || '","debtor":' || '"' || v_issuer ||
      '","creditor":"' || p_acceptor || '","fen":{"$bigint":"' || p_fen[n]::text || '"},"feeFen":{"$bigint":"' || v_fee::text || '"}}';
  end loop;
  return '[' || v_list || ']';
end $$`;

/**
 * Sets the points of every leg aside for one redemption, or none (\`p_burn\` false), or burns them at once (true). Legs name distinct
 * programmes. One call, one transaction, one shard: every statement but the look at partner and programme names the member.
 * Order of locks: the account row, then everything else of that member, then (shared) the lock of clearing. Nobody waits for a row after
 * that, and nobody holds two account rows unless it locked them in order of their ids, so no two calls can wait for each other.
 *
 * Answers one text: \`N\` and the outcome where it was decided now, \`R\` and the outcome where the key is known, \`E\` and the error where
 * nothing was decided and nothing changed. Outcomes are in the form of \`kernel/json.ts\`.
 */
export const takePoints = `
create function take_points(p_member uuid, p_principal text, p_key text, p_hash bytea, p_hold uuid, p_redemption uuid, p_acceptor text,
  p_expires_at timestamptz, p_programmes text[], p_points bigint[], p_fen bigint[], p_ids uuid[], p_burn boolean) returns text
language plpgsql as $$
declare
  v_now timestamptz := date_trunc('milliseconds', clock());
  v_legs integer := cardinality(p_programmes);
  v_known boolean;
  v_account record;
  v_before record;
  v_acceptor record;
  v_programme record;
  v_issuers text[];
  v_accepted boolean[];
  v_seq bigint;
  v_head bytea;
  v_answer text;
  v_left bigint;
  v_take bigint;
  v_lot record;
  v_lots uuid[] := '{}';
  v_taken bigint[] := '{}';
  v_lot_leg integer[] := '{}';
  v_minus bigint[] := '{}';
  v_lot_expires_at timestamptz[];
  v_said text[];
  v_last integer[];
  v_from integer := 1;
  v_month text;
  v_fee bigint;
begin
  -- Each look is a statement of its own: it sees what was committed while the first one waited for the lock.
  select seq, head, frozen, lapses_at into v_account from account where member_uid = p_member for update;
  v_known := found;
  select body_hash, answer into v_before from write_key
    where key = p_key and principal = p_principal and member_uid = p_member and created_at > v_now - interval '30 days';
  if found then
    return case when v_before.body_hash = p_hash then 'R' || v_before.answer else 'E{"code":"IDEMPOTENCY_CONFLICT"}' end;
  end if;
  select suspended, fee_basis_points, fee_borne_by into v_acceptor from partner where id = p_acceptor;
  if not found then return 'E{"code":"BAD_INPUT","argument":"acceptor"}'; end if;
  for n in 1 .. v_legs loop
    select issuer, acceptance_scope = 'ALL' or issuer = p_acceptor or acceptance_scope = 'GROUP' and p_acceptor = any (acceptance_partners) as accepted
      into v_programme from programme where id = p_programmes[n];
    if not found then return 'E{"code":"BAD_INPUT","argument":"legs.programme"}'; end if;
    v_issuers[n] := v_programme.issuer;
    v_accepted[n] := v_programme.accepted;
  end loop;
  select redemption, acceptor, state, expires_at into v_before from hold where id = p_hold and member_uid = p_member;

  if found then
    -- The same hold under another key is the same hold.
    if v_before.redemption <> p_redemption or v_before.acceptor <> p_acceptor or p_burn and v_before.state <> 'CAPTURED' then
      return 'E{"code":"IDEMPOTENCY_CONFLICT","hold":"' || p_hold || '"}';
    end if;
    v_answer := case when p_burn then '{"kind":"captured","hold":"' || p_hold || '","before":true,"obligations":' || owed_for(p_redemption) || '}'
      else placed(p_hold, v_before.expires_at, true) end;
  elsif v_acceptor.suspended then
    v_answer := '{"kind":"refused","code":"SUSPENDED_PARTNER"}';
  elsif not v_known and v_legs > 0 then
    v_answer := missing(p_programmes[1], p_points[1]);
  elsif v_known and v_account.frozen then
    v_answer := '{"kind":"refused","code":"MEMBER_FROZEN"}';
  else
    -- Nothing but cash still gets a hold, so that its redemption goes the way of every other.
    if not v_known then
      insert into account (member_uid) values (p_member) returning seq, head, frozen, lapses_at into v_account;
    end if;
    if v_account.lapses_at <= v_now then
      perform lapse_holds(p_member, v_now, p_principal, p_key);
      select seq, head, frozen, lapses_at into v_account from account where member_uid = p_member;
    end if;
    <<legs>>
    for n in 1 .. v_legs loop
      v_left := p_points[n];
      v_said[n] := '';
      if v_accepted[n] then
        for v_lot in
          select id, remaining - held as free, expires_at from lot
          where member_uid = p_member and programme = p_programmes[n] and open and remaining > held
            and usable_from <= v_now and (expires_at is null or expires_at > v_now)
          order by expires_at, earned_at, id
        loop
          v_take := least(v_left, v_lot.free);
          v_lots := v_lots || v_lot.id;
          v_taken := v_taken || v_take;
          if p_burn then
            v_minus := v_minus || -v_take;
            v_said[n] := v_said[n] || 'lot:' || v_lot.id::text || ':' || (-v_take)::text || ';';
          else
            v_lot_expires_at := v_lot_expires_at || v_lot.expires_at;
          end if;
          v_lot_leg := v_lot_leg || n;
          v_left := v_left - v_take;
          exit when v_left = 0;
        end loop;
      end if;
      if v_left > 0 then
        v_answer := missing(p_programmes[n], v_left);
        exit legs;
      end if;
      v_last[n] := cardinality(v_lots);
    end loop;
  end if;
  if v_answer is not null then
    perform keep_answer(p_member, p_principal, p_key, p_hash, v_now, case when p_burn then 'burnPoints' else 'placeHold' end, v_answer);
    return 'N' || v_answer;
  end if;

  for n in 1 .. cardinality(v_lots) loop
    if p_burn then
      update lot set remaining = remaining - v_taken[n], open = remaining > v_taken[n] where member_uid = p_member and id = v_lots[n];
    else
      update lot set held = held + v_taken[n] where member_uid = p_member and id = v_lots[n];
    end if;
  end loop;
  insert into hold (id, member_uid, redemption, acceptor, fee_basis_points, fee_borne_by, state, open, expires_at, placed_at, ended_at,
      programmes, points, fen, lots, lot_leg, lot_points, lot_expires_at)
    values (p_hold, p_member, p_redemption, p_acceptor, v_acceptor.fee_basis_points, v_acceptor.fee_borne_by,
      case when p_burn then 'CAPTURED' else 'OPEN' end, not p_burn, p_expires_at, v_now, case when p_burn then v_now end,
      p_programmes, p_points, p_fen, v_lots, v_lot_leg, v_taken, v_lot_expires_at);
  if not p_burn then
    if p_expires_at < v_account.lapses_at or v_account.lapses_at is null and p_expires_at is not null then
      update account set lapses_at = p_expires_at where member_uid = p_member;
    end if;
    v_answer := placed(p_hold, p_expires_at, false);
    perform keep_answer(p_member, p_principal, p_key, p_hash, v_now, 'placeHold', v_answer);
    return 'N' || v_answer;
  end if;

  v_seq := v_account.seq;
  v_head := v_account.head;
  for leg in 1 .. v_legs loop
    v_seq := v_seq + 1;
    v_head := entry_hash(v_head, p_member, v_seq, 'BURN', p_programmes[leg], -p_points[leg], v_now, 'REDEMPTION', p_redemption::text,
      v_said[leg] || 'redeemed::' || p_points[leg]::text);
    insert into entry (member_uid, seq, id, kind, programme, points, at, cause_kind, cause_id, actor, key, counter, lots, lot_points, hash)
      values (p_member, v_seq, p_ids[leg], 'BURN', p_programmes[leg], -p_points[leg], v_now, 'REDEMPTION', p_redemption::text,
        p_principal, p_key, 'redeemed', v_lots[v_from:v_last[leg]], v_minus[v_from:v_last[leg]], v_head);
    v_from := v_last[leg] + 1;
  end loop;
  update account set seq = v_seq, head = v_head where member_uid = p_member;

  -- As \`owe\` does, from what is known already.
  v_answer := '';
  for leg in 1 .. v_legs loop
    continue when p_fen[leg] = 0 or v_issuers[leg] = p_acceptor;
    if v_month is null then
      if not pg_try_advisory_xact_lock_shared(hashtext('tongdui clearing')) then
        perform pg_advisory_xact_lock_shared(hashtext('tongdui clearing'));
      end if;
      v_month := to_char(v_now at time zone 'Asia/Shanghai', 'YYYY-MM');
    end if;
    v_fee := p_fen[leg] / 10000 * v_acceptor.fee_basis_points + p_fen[leg] % 10000 * v_acceptor.fee_basis_points / 10000;
    insert into obligation (id, at, period, kind, debtor, creditor, programme, points, fen, fee_fen, fee_borne_by, cause, redemption)
      values (p_ids[leg], v_now, coalesce((select open_settlement_period() from settlement_period where id = v_month), v_month), 'REDEMPTION',
        v_issuers[leg], p_acceptor, p_programmes[leg], p_points[leg], p_fen[leg], v_fee, v_acceptor.fee_borne_by, p_redemption::text, p_redemption);
    v_answer := v_answer || case when v_answer = '' then '' else ',' end || '{"id":"' || p_ids[leg]::text || '","debtor":"' ||
      v_issuers[leg] || '","creditor":"' || p_acceptor || '","fen":{"$bigint":"' || p_fen[leg]::text || '"},"feeFen":{"$bigint":"' ||
      v_fee::text || '"}}';
  end loop;
  v_answer := '{"kind":"captured","hold":"' || p_hold::text || '","obligations":[' || v_answer || ']}';
  insert into write_key as known (key, principal, member_uid, body_hash, created_at, answer)
    values (p_key, p_principal, p_member, p_hash, v_now, v_answer)
    on conflict (key, principal, member_uid) do update set body_hash = excluded.body_hash, created_at = excluded.created_at,
      answer = excluded.answer where known.created_at <= v_now - interval '30 days';
  if not found then raise exception 'The same key at once' using errcode = 'serialization_failure'; end if;
  return 'N' || v_answer;
end $$`;

/** The answer to a hold that stands. */
export const placed = `
create function placed(p_hold uuid, p_expires_at timestamptz, p_before boolean) returns text stable language sql as $$
  select '{"kind":"placed","hold":"' || p_hold::text || '","expiresAt":' || coalesce('{"$date":"' || iso(p_expires_at) || '"}', 'null') ||
    ',"before":' || p_before::text || '}'
$$`;

/** The refusal for want of points, with what they are worth, rounded down. */
export const missing = `
create function missing(p_programme text, p_points bigint) returns text stable language sql as $$
  select '{"kind":"refused","code":"INSUFFICIENT_POINTS","programme":' || '"' || id || '","missing":{"$bigint":"' || p_points::text ||
    '"},"missingFen":{"$bigint":"' || div(p_points::numeric * value_fen, value_points)::text || '"}}'
  from programme where id = p_programme
$$`;

/** What a redemption made partners owe when it was captured, as \`owe\` answered it. */
export const owedFor = `
create function owed_for(p_redemption uuid) returns text stable language sql as $$
  select '[' || coalesce(string_agg('{"id":"' || id::text || '","debtor":"' || debtor || '","creditor":"' || creditor ||
    '","fen":{"$bigint":"' || fen::text || '"},"feeFen":{"$bigint":"' || fee_fen::text || '"}}', ',' order by id), '') || ']'
  from obligation where redemption = p_redemption and kind = 'REDEMPTION'
$$`;
