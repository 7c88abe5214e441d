import { Migration } from '@mikro-orm/migrations';

export class Sandbox20261121Initial extends Migration {
  override up(): void {
    this.addSql(`create table clock_shift (singleton boolean primary key default true check (singleton), shift interval not null)`);
    this.addSql(`insert into clock_shift (shift) values ('0')`);
    this.addSql(`create table fault (point text primary key, action text not null, remaining integer not null, delay_ms integer not null)`);
  }
}
