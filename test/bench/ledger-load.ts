import { partnerOf, programmeOf } from './ledger-burns.js';

/**
 * The product's side of the same data: as many members with five lots of 100 to 500 points, all of one programme, so that a redemption
 * takes 1.33 lots as the reference's does; every redemption is at another partner than the issuer, so that each makes an obligation.
 * The old journal has its entries, the same number for every member, and a tenth as many keys, holds and obligations.
 */
export const productLoad = (members: number, journal: number, partners: number, programmes: number): string => {
  const each = Math.floor(journal / members);
  const tenth = Math.floor(journal / 10);
  return `
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
  select pg_temp.member(m), s, gen_random_uuid(), 'BURN', '${programmeOf(1)}', -100, now() - interval '90 days' * (1 - s::float8 / ${each + 1}),
    'REDEMPTION', '01940000-0000-7000-8000-000000000000', 'bench', '01940000-0000-7000-8000-000000000000:burn', 'redeemed',
    '{01940000-0000-7000-8000-000000000000}', '{-100}', '\\x${'0f'.repeat(32)}'
  from generate_series(1, ${each > 0 ? members : 0}) m, generate_series(1, ${each}) s;
insert into write_key (key, principal, member_uid, body_hash, created_at, answer)
  select '${'0'.repeat(8)}' || lpad(i::text, 12, '0'), 'bench', pg_temp.member(1 + i % ${members}), '\\x${'0f'.repeat(32)}', now() - interval '1 day', repeat('x', 250)
  from generate_series(1::bigint, ${tenth}) i;
insert into hold (id, member_uid, redemption, acceptor, fee_basis_points, fee_borne_by, state, open, placed_at, ended_at, programmes, points, fen,
    lots, lot_leg, lot_points)
  select pg_temp.member(i), pg_temp.member(1 + i % ${members}), pg_temp.member(i), '${partnerOf('')}' || 1 + i % ${partners}, 200, 'ACCEPTOR', 'CAPTURED', false,
    now() - interval '1 day', now() - interval '1 day', '{${programmeOf(1)}}', '{100}', '{100}', '{01940000-0000-7000-8000-000000000000}', '{1}', '{100}'
  from generate_series(1::bigint, ${tenth}) i;
insert into obligation (id, at, period, kind, debtor, creditor, programme, points, fen, fee_fen, fee_borne_by, cause, redemption)
  select pg_temp.member(i), now() - interval '1 day', to_char(now(), 'YYYY-MM'), 'REDEMPTION', '${partnerOf('')}' || 1 + i % ${programmes},
    '${partnerOf('')}' || ${programmes + 1} + i % ${partners - programmes}, '${programmeOf(1)}', 100, 100, 2, 'ACCEPTOR', 'bench', pg_temp.member(i)
  from generate_series(1::bigint, ${tenth}) i;
insert into account (member_uid, seq, head)
  select pg_temp.member(m), ${each}, '\\x${'0f'.repeat(32)}' from generate_series(1::bigint, ${members}) m;
`;
};
