import { Arg, Ctx, FieldResolver, Int, Mutation, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql';
import { Access } from '../kernel/access.js';
import { now } from '../kernel/clock.js';
import { badInput } from '../kernel/errors.js';
import { rows } from '../kernel/sql.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import { advanceClock, setClock } from './clock.js';
import { faultActions, type FaultAction } from './faults.js';
import { restoreSnapshot, saveSnapshot } from './snapshot.js';

const FaultActionEnum = Object.fromEntries(faultActions.map((action) => [action, action])) as Record<FaultAction, FaultAction>;
registerEnumType(FaultActionEnum, {
  name: 'FaultAction',
  description: 'What happens at a place where a fault was ordered.',
  valuesConfig: {
    ERROR: { description: 'The call fails there.' },
    EXIT: { description: 'The process ends there as if killed.' },
    DELAY: { description: 'The call waits there.' },
  },
});

@ObjectType({ description: 'Tools for rehearsing; absent from a production graph.' })
@Access('PUBLIC')
export class Sandbox {}

const nameShape = /^[a-z][a-z0-9_]{0,30}$/;

@Resolver(() => Sandbox)
export class SandboxResolver {
  @Query(() => Date, { description: "The graph's own time, which a sandbox can move." })
  @Access('PUBLIC')
  sandboxClock(@Ctx() { em }: SubgraphContext): Promise<Date> {
    return now(em);
  }

  @Mutation(() => Sandbox, { description: 'Tools for rehearsing: clock, faults, snapshots.' })
  @Access('PUBLIC')
  sandbox(): Sandbox {
    return new Sandbox();
  }

  @FieldResolver(() => Date, { description: 'Sets the clock of the whole graph; answers the new time.' })
  setClock(@Arg('at', () => Date, { description: 'The new time.' }) at: Date, @Ctx() { em }: SubgraphContext): Promise<Date> {
    return setClock(em, at);
  }

  @FieldResolver(() => Date, { description: 'Moves the clock of the whole graph forwards; answers the new time.' })
  advanceClock(
    @Arg('seconds', () => Int, { description: 'By how much, at least 1.' }) seconds: number,
    @Ctx() { em }: SubgraphContext,
  ): Promise<Date> {
    if (seconds < 1) throw badInput('The clock moves forwards: `seconds` is at least 1', { argument: 'seconds' });
    return advanceClock(em, seconds);
  }

  @FieldResolver(() => Boolean, { description: 'Orders a fault at a named place, such as `redeem.HELD` or `call.ledger`.' })
  async injectFault(
    @Arg('point', () => String, { description: 'The place.' }) point: string,
    @Arg('action', () => FaultActionEnum, { description: 'What happens there.' }) action: FaultAction,
    @Arg('times', () => Int, { defaultValue: 1, description: 'How often.' }) times: number,
    @Arg('delayMs', () => Int, { defaultValue: 0, description: 'How long it waits first, in milliseconds, 10 000 at the most.' })
    delayMs: number,
    @Ctx() { em }: SubgraphContext,
  ): Promise<boolean> {
    if (times < 1 || delayMs < 0 || delayMs > 10_000) throw badInput('`times` is at least 1 and `delayMs` 0 to 10 000');
    await rows(
      em,
      `insert into fault (point, action, remaining, delay_ms) values (?, ?, ?, ?)
       on conflict (point) do update set action = excluded.action, remaining = excluded.remaining, delay_ms = excluded.delay_ms`,
      [point, action, times, delayMs],
    );
    return true;
  }

  @FieldResolver(() => Boolean, { description: 'Takes back every fault that was ordered.' })
  async clearFaults(@Ctx() { em }: SubgraphContext): Promise<boolean> {
    await rows(em, 'delete from fault');
    return true;
  }

  @FieldResolver(() => String, { description: 'Keeps a copy of all data under a name, for `reset`.' })
  async snapshot(
    @Arg('name', () => String, { description: 'Lower-case letters, digits and underscores.' }) name: string,
    @Ctx() { em }: SubgraphContext,
  ): Promise<string> {
    if (!nameShape.test(name))
      throw badInput('A snapshot is named by up to 31 lower-case letters, digits and underscores', { argument: 'name' });
    await saveSnapshot(em, name);
    return name;
  }

  @FieldResolver(() => String, {
    description: 'Puts all data back as it was under a snapshot; `seed` is the demo data as the start made it.',
  })
  async reset(
    @Arg('to', () => String, { defaultValue: 'seed', description: 'Name of the snapshot.' }) to: string,
    @Ctx() { em }: SubgraphContext,
  ): Promise<string> {
    if (!nameShape.test(to) || !(await restoreSnapshot(em, to))) throw badInput('There is no snapshot of that name', { argument: 'to' });
    return to;
  }
}
