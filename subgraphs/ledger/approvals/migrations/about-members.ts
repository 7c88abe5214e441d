import { Migration } from '@mikro-orm/migrations';

/** Whom a proposed correction is about, and what it says, in columns of their own: what is kept of a member is found by them. */
export class LedgerApprovals20261130AboutMembers extends Migration {
  override up(): void {
    this.addSql(`alter table approval
      add column member_uid uuid generated always as (case when kind = 'ADJUSTMENT' then (body::jsonb ->> 'memberUid')::uuid end) stored,
      add column programme text generated always as (case when kind = 'ADJUSTMENT' then body::jsonb ->> 'programme' end) stored,
      add column points bigint generated always as (case when kind = 'ADJUSTMENT' then (body::jsonb -> 'points' ->> '$bigint')::bigint end) stored`);
    this.addSql(`create index approval_member on approval (member_uid) where member_uid is not null`);
  }
}
