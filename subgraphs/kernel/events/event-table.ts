/**
 * The outbox of a subgraph whose own rows do not say what happened and when it was committed: an event is written in the transaction of the
 * change, by a trigger, so that no way of making the change can leave it out. `xact` finds what is new without an order over everybody.
 */
export const eventTable: readonly string[] = [
  `create table event (
    id uuid primary key default gen_random_uuid(), xact bigint not null default pg_current_xact_id()::text::bigint, type text not null,
    at timestamptz not null default clock(), member_uid uuid, partners text[] not null, facts jsonb not null)`,
  `create index event_xact on event using brin (xact) with (pages_per_range = 16, autosummarize = on)`,
  `create index event_at on event (at)`,
  `create view emitted as select xact, id, type, at, member_uid, partners, facts from event`,
];
