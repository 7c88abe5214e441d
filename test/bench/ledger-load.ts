import { partnerOf, programmeOf } from './ledger-burns.js';

/**
 * The product's side of the same data: as many members with five lots of 100 to 500 points, all of one programme, so that a redemption
 * takes 1.33 lots as the reference's does; every redemption is at another partner than the issuer, so that each makes an obligation.
 * The old journal has its entries and keys.
 */
export const productLoad = (members: number, journal: number, partners: number, programmes: number): string => `
set search_path = ledger;
insert into partner (id, name, fee_basis_points, fee_borne_by)
  select '${partnerOf('')}' || i, '{"zh": "名", "en": "name"}', 200, 'ACCEPTOR' from generate_series(1, ${partners}) i;
insert into programme (id, issuer, name, value_fen, value_points, zone, expiry_mode, expiry_round_to_month_end, acceptance_scope,
    acceptance_partners, issue_price_fen, issue_price_points)
  select '${programmeOf('')}' || i, '${partnerOf('')}' || i, '{"zh": "名", "en": "name"}', 1, 1, 'Asia/Shanghai', 'NONE', false, 'ALL', '{}', 1, 1
  from generate_series(1, ${programmes}) i;
create function pg_temp.member(i bigint) returns uuid immutable language sql as
  $$select ('01940000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid$$;
insert into lot (member_uid, id, programme, points, remaining, earned_at, usable_from, expires_at)
  select pg_temp.member(m), gen_random_uuid(), '${programmeOf('')}' || 1 + m % ${programmes}, e, e, now() - interval '1 year', now() - interval '1 year',
    date_trunc('month', now()) + make_interval(months => l)
  from (select m, l, 100 + floor(random() * 401)::bigint e from generate_series(1, ${members}) m, generate_series(1, 5) l) x;
insert into wallet (member_uid, programme) select pg_temp.member(m), '${programmeOf('')}' || 1 + m % ${programmes} from generate_series(1, ${members}) m;
insert into entry (member_uid, seq, id, kind, programme, points, at, cause_kind, cause_id, actor, key, counter, lots, lot_points, hash)
  select pg_temp.member(1 + (i - 1) % ${members}), 1 + (i - 1) / ${members}, gen_random_uuid(), 'BURN', '${programmeOf(1)}', -100,
    now() - interval '90 days' * (1 - i::float8 / ${Math.max(1, journal)}), 'REDEMPTION', gen_random_uuid()::text, 'bench', i::text, 'redeemed',
    array[gen_random_uuid()], array[-100], sha256(int8send(i))
  from generate_series(1::bigint, ${journal}) i;
insert into write_key (key, principal, member_uid, body_hash, created_at, answer)
  select '${'0'.repeat(8)}' || i, 'bench', pg_temp.member(1 + (i - 1) % ${members}), sha256(int8send(i)), now() - interval '1 day', repeat('x', 250)
  from generate_series(1::bigint, ${journal}) i;
insert into account (member_uid, seq, head)
  select pg_temp.member(m), (${journal} - m + ${members}) / ${members}, sha256(int8send(m)) from generate_series(1::bigint, ${members}) m;
`;
