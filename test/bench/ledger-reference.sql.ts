/**
 * The reference: the smallest relational schema and function that still do the ledger's work of one redemption (key record, locked
 * member row, lots first-expiring first, one chained entry, two postings per lot, balances), one by one and as a group in one commit.
 * What the product does is measured against it in the same run.
 */
export const referenceSchema = `
create schema reference;
set search_path = reference;
create table partner (id int primary key, name text not null);
create table clearing (partner_id int not null, stripe smallint not null default 0, balance bigint not null default 0,
  primary key (partner_id, stripe)) with (fillfactor = 10);
create table account (
  id bigint primary key, status smallint not null default 0, balance bigint not null check (balance >= 0),
  held bigint not null default 0 check (held >= 0), seq bigint not null default 0, head bytea) with (fillfactor = 70);
create table lot (
  account_id bigint not null, expires_at timestamptz not null, id bigint not null, issuer_id int not null, earned bigint not null,
  remaining bigint not null check (remaining >= 0 and remaining <= earned),
  primary key (account_id, expires_at, id)) with (fillfactor = 75);
create sequence entry_id cache 32;
create table entry (
  id bigint not null, account_id bigint not null, seq bigint not null, kind smallint not null, partner_id int not null,
  amount bigint not null, at timestamptz not null default now(), hash bytea);
create table posting (
  entry_id bigint not null, n smallint not null, account_id bigint not null, lot_id bigint, issuer_id int not null, amount bigint not null);
create table idem (partner_id int not null, key uuid not null, entry_id bigint not null, fp bigint not null);
`;

/** Members with five lots of 100 to 500 points at five month ends, partners, and an old journal. */
export const referenceLoad = (members: number, journal: number, partners: number): string => `
insert into partner select i, 'p' || i from generate_series(1, ${partners}) i;
insert into clearing select i, s, 0 from generate_series(1, ${partners}) i, generate_series(0, 15) s;
insert into lot
  select m, date_trunc('month', now()) + make_interval(months => l), (m - 1) * 5 + l, 1 + ((m * 31 + l * 7) % ${partners}), e, e
  from (select m, l, 100 + floor(random() * 401)::bigint e from generate_series(1, ${members}) m, generate_series(1, 5) l) x;
insert into account select account_id, 0, sum(remaining), 0, 0, null from lot group by 1 order by 1;
select setval('entry_id', greatest(${journal}, 1));
insert into entry
  select i, 1 + floor(random() * ${members})::bigint, 0, 1, 1 + floor(random() * ${partners})::int, 100,
    now() - interval '90 days' * (1 - i::float8 / ${Math.max(1, journal)}), sha256(int8send(i))
  from generate_series(1, ${journal}) i;
insert into posting select id, 1, account_id, account_id * 5, 1 + (id % ${partners})::int, -amount from entry;
insert into posting select id, 2, -partner_id, account_id * 5, 1 + (id % ${partners})::int, amount from entry;
insert into idem select partner_id, gen_random_uuid(), id, 0 from entry;
alter table entry add primary key (id);
alter table posting add primary key (entry_id, n);
alter table idem add primary key (partner_id, key);
`;

export const referenceFunctions = String.raw`
create function redeem(p_member bigint, p_partner int, p_amount bigint, p_key uuid, p_mode int default 0) returns bigint
language plpgsql as $$
declare
  v_entry bigint; v_status smallint; v_bal bigint; v_seq bigint; v_head bytea; v_fp bigint;
  v_left bigint := p_amount; v_take bigint; v_n smallint := 0; r record;
  v_fp_new bigint := hashint8extended(p_member, p_amount);
begin
  v_entry := nextval('entry_id');
  insert into idem values (p_partner, p_key, v_entry, v_fp_new) on conflict do nothing;
  if not found then
    select entry_id, fp into v_entry, v_fp from idem where partner_id = p_partner and key = p_key;
    if v_fp <> v_fp_new then raise exception 'idempotency key reused with another request'; end if;
    return v_entry;
  end if;
  select status, balance - held, seq, head into v_status, v_bal, v_seq, v_head
    from account where id = p_member for update;
  if v_status is distinct from 0 or v_bal < p_amount then
    update idem set entry_id = -1 where partner_id = p_partner and key = p_key;  -- the refusal is remembered too
    return -1;
  end if;
  for r in select expires_at, id, issuer_id, remaining from lot
           where account_id = p_member and expires_at > now() order by expires_at, id loop
    continue when r.remaining = 0;
    v_take := least(v_left, r.remaining);
    update lot set remaining = remaining - v_take
      where account_id = p_member and expires_at = r.expires_at and id = r.id;
    insert into posting values (v_entry, v_n+1, p_member, r.id, r.issuer_id, -v_take),
                               (v_entry, v_n+2, -p_partner, r.id, r.issuer_id, v_take);
    v_n := v_n + 2; v_left := v_left - v_take;
    exit when v_left = 0;
  end loop;
  if v_left <> 0 then raise exception 'lots short of balance, account %', p_member; end if;
  v_head := sha256(coalesce(v_head,'') || int8send(v_entry) || int8send(p_member) || int8send(v_seq+1)
                   || int4send(p_partner) || int8send(p_amount));
  update account set balance = balance - p_amount, seq = v_seq + 1, head = v_head where id = p_member;
  insert into entry values (v_entry, p_member, v_seq+1, 1, p_partner, p_amount, now(), v_head);
  if p_mode = 0 then
    update clearing set balance = balance + p_amount where partner_id = p_partner and stripe = 0;
  elsif p_mode = 2 then
    update clearing set balance = balance + p_amount where partner_id = p_partner and stripe = (pg_backend_pid() % 16);
  end if;
  return v_entry;
end $$;

create function redeem_batch(p_member bigint[], p_partner int[], p_amount bigint[], p_key uuid[], p_mode int default 0)
returns table (key uuid, entry_id bigint) language plpgsql as $$
declare n int := cardinality(p_member);
        o_entry bigint[]; o_member bigint[]; o_partner int[]; o_amount bigint[]; o_key uuid[];
        s_m bigint[]; s_p int[]; s_a bigint[]; s_seq bigint[]; s_e bigint[]; s_h bytea[];
begin
  -- 1 idempotency: fresh keys only
  with i as (
    insert into idem
      select u.p, u.k, nextval('entry_id'), hashint8extended(u.m, u.a)
      from unnest(p_member, p_partner, p_amount, p_key) u(m,p,a,k)
    on conflict do nothing returning idem.partner_id, idem.key, idem.entry_id)
  select array_agg(i.entry_id), array_agg(u.m), array_agg(u.p), array_agg(u.a), array_agg(u.k)
    into o_entry, o_member, o_partner, o_amount, o_key
    from i join unnest(p_member, p_partner, p_amount, p_key) u(m,p,a,k) on u.k = i.key and u.p = i.partner_id;
  -- 2 lock the members in id order (no deadlock), keep those that may and can pay
  with l as (select a.id, a.status, a.balance - a.held as free, a.seq, a.head from account a
             where a.id = any(o_member) order by a.id for update),
  ok as (select u.*, l.seq + 1 as seq, sha256(coalesce(l.head,'') || int8send(u.e) || int8send(u.m)
                 || int8send(l.seq+1) || int4send(u.p) || int8send(u.a)) as h
         from unnest(o_member, o_partner, o_amount, o_entry) u(m,p,a,e) join l on l.id = u.m
         where l.status = 0 and l.free >= u.a)
  select array_agg(m), array_agg(p), array_agg(a), array_agg(seq), array_agg(e), array_agg(h)
    into s_m, s_p, s_a, s_seq, s_e, s_h from ok;
  if cardinality(s_m) is distinct from cardinality(o_member) then
    update idem set entry_id = -1 where idem.entry_id = any(o_entry) and not idem.entry_id = any(coalesce(s_e,'{}'))
       and (idem.partner_id, idem.key) in (select * from unnest(o_partner, o_key));
  end if;
  if s_m is null then
    return query select i.key, i.entry_id from idem i join unnest(p_partner, p_key) u(p,k) on i.partner_id=u.p and i.key=u.k; return;
  end if;
  -- 3 lots (fresh snapshot, under the member locks), FIFO by expiry
  with u as (select * from unnest(s_m, s_p, s_a, s_e) u(m,p,a,e)),
  w as (select u.m, u.p, u.e, x.expires_at, x.id, x.issuer_id, least(x.remaining, u.a - x.before) as take,
               row_number() over (partition by u.e order by x.expires_at, x.id) as n
        from u cross join lateral (
          select lo.expires_at, lo.id, lo.issuer_id, lo.remaining,
                 sum(lo.remaining) over (order by lo.expires_at, lo.id) - lo.remaining as before
          from lot lo where lo.account_id = u.m and lo.expires_at > now() and lo.remaining > 0
          order by lo.expires_at, lo.id) x
        where x.before < u.a),
  up as (update lot set remaining = lot.remaining - w.take from w
         where lot.account_id = w.m and lot.expires_at = w.expires_at and lot.id = w.id)
  insert into posting
    select w.e, 2*w.n - 1, w.m, w.id, w.issuer_id, -w.take from w
    union all
    select w.e, 2*w.n, -w.p, w.id, w.issuer_id, w.take from w;
  -- 4 balances, chain heads, entries
  update account set balance = account.balance - u.a, seq = u.s, head = u.h
    from unnest(s_m, s_a, s_seq, s_h) u(m,a,s,h) where account.id = u.m;
  insert into entry select u.e, u.m, u.s, 1, u.p, u.a, now(), u.h
    from unnest(s_e, s_m, s_seq, s_p, s_a, s_h) u(e,m,s,p,a,h);
  -- 5 clearing: one row per merchant and batch, locked in id order
  if p_mode = 0 then
    perform 1 from clearing c where c.stripe = 0 and c.partner_id = any(s_p) order by c.partner_id for update;
    update clearing set balance = clearing.balance + g.a
      from (select p, sum(a)::bigint a from unnest(s_p, s_a) u(p,a) group by p) g
      where clearing.partner_id = g.p and clearing.stripe = 0;
  end if;
  if cardinality(s_m) = n then      -- the usual case: all fresh, all could pay
    return query select * from unnest(o_key, o_entry);
  else
    return query select i.key, i.entry_id from idem i join unnest(p_partner, p_key) u(p,k) on i.partner_id=u.p and i.key=u.k;
  end if;
end $$;

create function gen(n int, members bigint, p_from int, p_to int, out m bigint[], out p int[], out a bigint[], out k uuid[])
language sql volatile as $$
  select array_agg(m order by m), array_agg(p_from + floor(random()*(p_to-p_from+1))::int), array_agg(50 + floor(random()*101)::bigint), array_agg(gen_random_uuid())
  from (select distinct 1 + floor(random()*members)::bigint m from generate_series(1,n)) x
$$;
`;
