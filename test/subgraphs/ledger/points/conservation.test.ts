import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { viewers } from '../../../support/viewers.js';
import { type Steps, stepsOf } from '../hold-steps.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';

let ledger: TestLedger;
let steps: Steps;
beforeAll(async () => {
  ledger = await openLedger();
  steps = stepsOf(ledger);
});
afterAll(() => ledger.close());

const programmes = ['AUTO-P', 'COAL-P', 'BANK-P'];
const start = Date.parse('2026-11-21T04:00:00Z');
const day = 86_400_000;

type Command =
  | { readonly do: 'accrue'; readonly programme: string; readonly points: number; readonly daysAgo: number; readonly of: number }
  | { readonly do: 'place'; readonly points: readonly number[]; readonly ttlDays: number | null; readonly pick: number }
  | { readonly do: 'pin' | 'capture' | 'release'; readonly pick: number }
  | { readonly do: 'return'; readonly pick: number; readonly percent: number; readonly cash: number }
  | { readonly do: 'wait'; readonly days: number }
  | { readonly do: 'job'; readonly name: string };

const pick = fc.nat(3);
/** Mostly one or two programmes, and amounts that the first accruals allow several times. */
const leg = fc.oneof(fc.constant(0), fc.nat(150));
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('accrue' as const),
      programme: fc.constantFrom(...programmes),
      points: fc.integer({ min: 1, max: 500 }),
      daysAgo: fc.oneof(fc.nat(20), fc.integer({ min: 330, max: 364 }), fc.integer({ min: 700, max: 729 })),
      of: pick,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('place' as const),
      points: fc.tuple(leg, leg, leg),
      ttlDays: fc.option(fc.integer({ min: 1, max: 20 })),
      pick,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('pin' as const, 'capture' as const, 'capture' as const, 'release' as const), pick }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('return' as const),
      pick,
      percent: fc.constantFrom(0, 33, 50, 100),
      cash: fc.constantFrom(0, 100, 333),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('job' as const), name: fc.constantFrom('expire-holds', 'expire-lots') }) },
);

interface Held {
  readonly hold: string;
  readonly redemption: string;
  readonly legs: { programme: string; points: number; fen: number }[];
}

/** What the answers alone say: the database must agree. */
class Run {
  readonly member = uuid();
  readonly holds: Held[] = [];
  readonly issued: Record<string, number> = {};
  readonly burned: Record<string, number> = {};
  private clock = start;

  async step(what: Command): Promise<void> {
    switch (what.do) {
      case 'wait':
        this.clock += what.days * day;
        return ledger.setClock(new Date(this.clock));
      case 'job':
        return ledger.subgraph.runJob(what.name);
      case 'accrue': {
        // Of a redemption's cash part every other time: its return takes these points back.
        const redemption = what.of % 2 ? this.holds[what.of % (this.holds.length || 1)]?.redemption : undefined;
        await ledger.accrue(this.member, what.programme, what.points, { at: new Date(this.clock - what.daysAgo * day), redemption });
        return this.add(this.issued, what.programme, what.points);
      }
      case 'place': {
        const held = {
          hold: uuid(),
          redemption: uuid(),
          legs: programmes.map((programme, n) => ({ programme, points: what.points[n] ?? 0, fen: what.points[n] ?? 0 })),
        };
        const expiresAt = what.ttlDays === null ? null : new Date(this.clock + what.ttlDays * day);
        await steps.place(this.member, held.legs, { hold: held.hold, redemption: held.redemption, expiresAt });
        this.holds.push(held);
        return;
      }
      case 'return':
        return this.giveBack(this.holds[what.pick % (this.holds.length || 1)], what.percent, what.cash);
      case 'pin':
      case 'capture':
      case 'release': {
        const held = this.holds[what.pick % (this.holds.length || 1)];
        const answer = held && (await steps[what.do](held.hold).catch(unknown));
        if (answer?.['__typename'] === 'HoldCaptured') for (const leg of held?.legs ?? []) this.add(this.burned, leg.programme, leg.points);
      }
    }
  }

  private async giveBack(held: Held | undefined, percent: number, cashFen: number): Promise<void> {
    if (!held) return;
    const legs = held.legs.map((leg) => ({
      ...leg,
      points: Math.floor((leg.points * percent) / 100),
      fen: Math.floor((leg.fen * percent) / 100),
    }));
    const answer = await steps.giveBack(held.redemption, legs, { cashFen, cashTotalFen: 999 }).catch(unknown);
    if (answer['__typename'] === 'PointsReturned') for (const leg of legs) this.add(this.burned, leg.programme, -leg.points);
  }

  private add(to: Record<string, number>, programme: string, points: number): void {
    to[programme] = (to[programme] ?? 0) + points;
  }

  /** Issued = available + held + pending + burned + expired + clawed back, where expired is booked or not yet. */
  async check(): Promise<void> {
    for (const programme of programmes) {
      const [sums] = await ledger.sql<Record<string, number>>(
        `select (select coalesce(sum(points), 0)::int from posting where ${this.own(programme)} and account = 'expired') as expired,
                (select coalesce(sum(points), 0)::int from posting where ${this.own(programme)} and account = 'clawed-back') as clawed,
                (select coalesce(sum(free + held), 0)::int from lot_now where ${this.own(programme)} and open) as live,
                (select coalesce(sum(remaining - free - held), 0)::int from lot_now where ${this.own(programme)} and open) as lapsed`,
      );
      const { expired = 0, clawed = 0, live = 0, lapsed = 0 } = sums ?? {};
      const balance = (await ledger.balance(this.member, programme)) ?? { available: 0, held: 0, pending: 0 };
      expect((balance['available'] as number) + (balance['held'] as number) + (balance['pending'] as number)).toBe(live);
      expect(live + lapsed + expired + clawed + (this.burned[programme] ?? 0)).toBe(this.issued[programme] ?? 0);
      expect(Math.min(live, lapsed, expired, clawed)).toBeGreaterThanOrEqual(0);
    }
  }

  private own(programme: string): string {
    return `member_uid = '${this.member}' and programme = '${programme}'`;
  }
}

/** Hold and redemption may never have come to be; nothing else may go wrong. */
const unknown = (error: Error): Row => {
  if (!error.message.includes('BAD_INPUT')) throw error;
  return {};
};

const books = async (): Promise<Row> =>
  (await ledger.ask(viewers.staff('finance'), '{ books { sumPoints unbalancedEntries lotsAstray liabilityPoints liabilityFen } }')).data?.[
    'books'
  ] as Row;

const sound = { sumPoints: 0, unbalancedEntries: 0, lotsAstray: 0 };

test('issued = available + held + burned + expired + clawed back after every command', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 30 }), async (commands) => {
      await ledger.setClock(new Date(start));
      const run = new Run();
      for (const programme of programmes) await run.step({ do: 'accrue', programme, points: 500, daysAgo: 350, of: 0 });
      for (const next of commands) {
        await run.step(next);
        await run.check();
      }
      expect(await books()).toMatchObject(sound);
    }),
    { numRuns: 8 },
  );
});

test('the same with commands at once, and nothing lives on when time is over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(command, { minLength: 2, maxLength: 6 }), { minLength: 3, maxLength: 6 }), async (batches) => {
      await ledger.setClock(new Date(start));
      const run = new Run();
      for (const programme of programmes) await run.step({ do: 'accrue', programme, points: 500, daysAgo: 350, of: 0 });
      for (const batch of batches) {
        await Promise.all(batch.filter((next) => next.do !== 'wait').map((next) => run.step(next)));
        await run.check();
      }
      await run.step({ do: 'wait', days: 4000 });
      await ledger.subgraph.runJob('expire-holds');
      await ledger.subgraph.runJob('expire-lots');
      await run.check();
      const open = `select 1 from lot where open and member_uid = '${run.member}' and expires_at is not null and remaining > held`;
      expect(await ledger.sql(open)).toEqual([]);
      expect(await books()).toMatchObject(sound);
    }),
    { numRuns: 6 },
  );
});
