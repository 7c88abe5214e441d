import { Migration } from '@mikro-orm/migrations';

/** Certificates of products, and rules that demand a registered one. Rules of before ask for the word alone, as they did. */
export class LedgerAccrual20261125Certificates extends Migration {
  override up(): void {
    this.addSql(`create table product_certificate (
      id uuid primary key, scheme text not null, number text not null, issuer text not null, partner text not null references partner,
      skus text[], category text, valid_from timestamptz not null, valid_until timestamptz not null, revoked_at timestamptz,
      check (num_nonnulls(skus, category) = 1), check (valid_from < valid_until))`);
    this.addSql(`create unique index product_certificate_number on product_certificate (scheme, number) where revoked_at is null`);
    this.addSql(`create index product_certificate_partner on product_certificate (partner, scheme)`);
    this.addSql(`alter table accrual_rule add column certificate_registered boolean not null default false,
      add check (not certificate_registered or certificate is not null)`);
  }
}
