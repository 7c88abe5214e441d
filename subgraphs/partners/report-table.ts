/** Statements that create one trade's report table: the columns of `Report` and the trade's own. */
export const reportTable = (table: string, ownColumns: string): readonly string[] => [
  `create table ${table} (
    id uuid primary key, partner text not null, ref text not null, member_uid uuid not null, at timestamptz not null,
    fingerprint text not null, intent text, state text not null check (state in ('RECORDED', 'COMPLETED', 'REFUSED')),
    refusal text, accrual text, lease_until timestamptz not null default now() + interval '6 seconds', attempts integer not null default 0,
    ${ownColumns},
    check (accrual is null or state = 'COMPLETED'), check ((refusal is not null) = (state = 'REFUSED')))`,
  // A refused report leaves nothing that counts: the same reference may be reported again.
  `create unique index ${table}_ref on ${table} (partner, ref) where state <> 'REFUSED'`,
  `create index ${table}_member on ${table} (member_uid, id desc)`,
  `create index ${table}_partner on ${table} (partner, id desc)`,
  `create index ${table}_unfinished on ${table} (lease_until) where state = 'RECORDED'`,
];
