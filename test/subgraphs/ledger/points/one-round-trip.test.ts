import type { EntityManager } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import type { Once } from '../../../../subgraphs/kernel/idempotency.js';
import { captureHold, pinHold, releaseHold } from '../../../../subgraphs/ledger/points/end-hold.js';
import { gatherCalls } from '../../../../subgraphs/ledger/points/gather.js';
import { burnPoints, placeHold } from '../../../../subgraphs/ledger/points/place-hold.js';
import { byProgramme, type Leg } from '../../../../subgraphs/ledger/points/take-request.js';
import { lockMember } from '../../../../subgraphs/ledger/points/journal.js';
import { expireLots, lapseHolds } from '../../../../subgraphs/ledger/points/settle.js';
import { openLedger, type TestLedger } from '../ledger.js';
import { type ModelAnswer, type ModelLot, type ModelProgramme, PointsModel } from './points-model.js';

let ledger: TestLedger;
let em: EntityManager;
beforeAll(async () => {
  ledger = await openLedger();
  em = ledger.subgraph.database.em.fork() as EntityManager;
  await ledger.sql(`update programme set acceptance_scope = 'GROUP', acceptance_partners = '{automotive}' where id = 'COAL-P'`);
  await ledger.sql(`update programme set acceptance_scope = 'SINGLE' where id = 'TEL-P'`);
});
beforeEach(() => ledger.setClock(hours(0)));
afterAll(() => ledger.close());

const start = Date.parse('2026-11-21T04:00:00Z');
const acceptor = { id: 'automotive', feeBasisPoints: 200, feeBorneBy: 'ACCEPTOR' } as const;
const programmes: readonly ModelProgramme[] = [
  { id: 'AUTO-P', issuerId: 'automotive', acceptanceScope: 'ALL', acceptancePartners: [], value: { fen: 10n, points: 1n } },
  { id: 'BANK-P', issuerId: 'banking', acceptanceScope: 'ALL', acceptancePartners: [], value: { fen: 1n, points: 5n } },
  { id: 'COAL-P', issuerId: 'coalition', acceptanceScope: 'GROUP', acceptancePartners: ['automotive'], value: { fen: 1n, points: 1n } },
  { id: 'TEL-P', issuerId: 'telecom', acceptanceScope: 'SINGLE', acceptancePartners: [], value: { fen: 1n, points: 1n } },
];

interface LotSeed {
  readonly programme: number;
  readonly points: number;
  readonly expires: number | null;
  readonly earned: number;
  readonly pending: boolean;
}
type Command =
  | { readonly do: 'place' | 'burn'; readonly legs: readonly [number, number, number][]; readonly ttl: number | null }
  | { readonly do: 'pin' | 'capture' | 'release'; readonly pick: number }
  | { readonly do: 'again' }
  | { readonly do: 'freeze' }
  | { readonly do: 'sweep' }
  | { readonly do: 'nothing' };

// Few hours and few points, so that expiries, holds and lots meet at the same instants and balances run out.
const seed: fc.Arbitrary<LotSeed> = fc.record({
  programme: fc.nat(3),
  points: fc.integer({ min: 1, max: 40 }),
  expires: fc.option(fc.integer({ min: -1, max: 12 }), { freq: 4 }),
  earned: fc.integer({ min: 1, max: 3 }),
  pending: fc.boolean(),
});
const legs = fc.array(fc.tuple(fc.constantFrom(0, 0, 1, 1, 2, 2, 3), fc.nat(25), fc.nat(99_999)), { maxLength: 3 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('place' as const, 'burn' as const),
      legs: legs as fc.Arbitrary<[number, number, number][]>,
      ttl: fc.option(fc.integer({ min: 1, max: 5 })),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('pin' as const, 'capture' as const, 'release' as const), pick: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.constantFrom({ do: 'again' } as const, { do: 'nothing' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('freeze' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
);
/** More members than the pool has connections: some calls go alone and some in groups. */
const members = 24;
const round = fc.record({ hours: fc.constantFrom(0, 0, 1, 3), commands: fc.array(command, { minLength: members, maxLength: members }) });

const hours = (n: number): Date => new Date(start + n * 3_600_000);

/** A member in the database and in the model. */
class Pair {
  readonly uid = uuid();
  readonly model: PointsModel;
  private last: { readonly again: () => Promise<Once<ModelAnswer>>; readonly answer: ModelAnswer } | undefined;

  constructor(lots: readonly LotSeed[]) {
    const seeds = lots.map(({ programme, points, expires, earned, pending }): ModelLot => ({
      id: uuid(),
      programme: (programmes[programme] as ModelProgramme).id,
      remaining: BigInt(points),
      held: 0n,
      earnedAt: hours(-earned),
      usableFrom: hours(pending ? 2 : -earned),
      expiresAt: expires === null ? null : hours(expires),
    }));
    this.model = new PointsModel(seeds, programmes, acceptor);
  }

  async insert(): Promise<void> {
    await ledger.sql(`insert into account (member_uid) values ('${this.uid}')`);
    for (const { id, programme, remaining, earnedAt, usableFrom, expiresAt } of this.model.lots)
      await ledger.sql(
        `insert into lot (member_uid, id, programme, points, remaining, earned_at, usable_from, expires_at) values ('${this.uid}', '${id}',
         '${programme}', ${remaining}, ${remaining}, '${earnedAt.toISOString()}', '${usableFrom.toISOString()}', ${expiresAt ? `'${expiresAt.toISOString()}'` : 'null'})`,
      );
  }

  async step(what: Command, at: Date): Promise<void> {
    if (what.do === 'nothing') return;
    if (what.do === 'freeze') {
      this.model.frozen = !this.model.frozen;
      await ledger.sql(`update account set frozen = ${this.model.frozen} where member_uid = '${this.uid}'`);
      return;
    }
    if (what.do === 'sweep') {
      this.model.sweep(at);
      const actor = { principal: 'job:test', key: '' };
      await em.fork().transactional(async (tx) => {
        const locked = await lockMember(tx as EntityManager, this.uid);
        if (!locked) return;
        await lapseHolds(tx as EntityManager, locked, actor);
        await expireLots(tx as EntityManager, locked, actor);
      });
      return;
    }
    if (what.do === 'again') {
      if (this.last) expect(await this.last.again()).toEqual({ outcome: this.last.answer, replayed: true });
      return;
    }
    const key = { principal: 'service:test', key: uuid(), operation: what.do };
    const call = 'pick' in what ? this.end(what.do, what.pick, key, at) : this.take(what, key, at);
    if (!call) return;
    const { outcome, replayed } = await call.again();
    this.last = { again: call.again, answer: outcome };
    expect(replayed).toBe(false);
    expect(withoutIds(outcome)).toEqual(call.expected);
  }

  private take(what: Extract<Command, { legs: unknown }>, key: Parameters<typeof placeHold>[1], at: Date) {
    const ids = { hold: uuid(), redemption: uuid() };
    const asked = what.legs.map(([programme, points, fen]): Leg => ({
      programme: (programmes[programme] as ModelProgramme).id,
      points: BigInt(points),
      fen: BigInt(fen),
    }));
    const burning = what.do === 'burn';
    const expiresAt = burning || what.ttl === null ? null : new Date(at.getTime() + what.ttl * 3_600_000);
    const request = { ...ids, memberUid: this.uid, acceptor: acceptor.id, legs: asked };
    return {
      expected: this.model.take(ids.hold, ids.redemption, byProgramme(asked), expiresAt, at, burning),
      again: (): Promise<Once<ModelAnswer>> =>
        burning ? burnPoints({ em }, key, request) : placeHold({ em }, key, { ...request, expiresAt }),
    };
  }

  private end(step: 'pin' | 'capture' | 'release', pick: number, key: Parameters<typeof placeHold>[1], at: Date) {
    const hold = this.model.holds[pick % (this.model.holds.length || 1)];
    if (!hold) return undefined;
    const use = { pin: pinHold, capture: captureHold, release: releaseHold }[step];
    // With and without the member: the hold tells it.
    const ref = { hold: hold.id, memberUid: pick % 2 ? this.uid : null };
    return { expected: this.model.step(hold.id, step, at), again: (): Promise<Once<ModelAnswer>> => use({ em }, key, ref) };
  }

  async compare(): Promise<void> {
    const of = `member_uid = '${this.uid}'`;
    const { lots, holds, entries, owed } = this.model;
    expect(await ledger.sql(`select id, remaining::int, held::int, open from lot where ${of} order by id`)).toEqual(
      lots
        .map(({ id, remaining, held }) => ({ id, remaining: Number(remaining), held: Number(held), open: remaining > 0n }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    expect(await ledger.sql(`select id, state, open, expires_at is null as endless from hold where ${of} order by id`)).toEqual(
      holds
        .map(({ id, state, expiresAt }) => ({ id, state, open: state === 'OPEN' || state === 'PINNED', endless: expiresAt === null }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    );
    const journal = await ledger.sql(
      `select kind, programme, points::int, cause_kind, cause_id, counter, lots::text, lot_points::text as parts from entry where ${of} order by seq`,
    );
    expect(journal).toEqual(
      entries.map(({ kind, programme, points, cause, counter, parts }) => ({
        kind,
        programme,
        points: Number(points),
        cause_kind: cause.kind,
        cause_id: cause.id,
        counter,
        lots: `{${parts.map(({ lot }) => lot).join(',')}}`,
        parts: `{${parts.map((part) => part.points).join(',')}}`,
      })),
    );
    const redemptions = holds.map(({ redemption }) => `'${redemption}'`).join(',') || 'null';
    const found = await ledger.sql(
      `select debtor, creditor, programme, points::text, fen::text, fee_fen::text as fee from obligation where redemption in (${redemptions})`,
    );
    const text = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();
    expect(text(found)).toEqual(
      text(
        owed.map(({ debtor, creditor, programme, points, fen, feeFen }) => ({
          debtor,
          creditor,
          programme,
          points: String(points),
          fen: String(fen),
          fee: String(feeFen),
        })),
      ),
    );
  }
}

const withoutIds = (outcome: ModelAnswer): ModelAnswer =>
  'obligations' in outcome
    ? { ...outcome, obligations: (outcome['obligations'] as { id: string }[]).map(({ id: _id, ...rest }) => rest) }
    : outcome;

/** Every entry hashed anew from the one before it, and the account's head the last of them. */
const brokenChains = `
  select e.member_uid, e.seq from (select e.*, lag(hash) over (partition by member_uid order by seq) as prev,
      lag(seq, 1, 0::bigint) over (partition by member_uid order by seq) as before,
      last_value(hash) over (partition by member_uid order by seq rows between unbounded preceding and unbounded following) as last from entry e) e
  join account a on a.member_uid = e.member_uid
  where e.hash <> entry_hash(e.prev, e.member_uid, e.seq, e.kind, e.programme, e.points, e.at, e.cause_kind, e.cause_id,
      (select string_agg(p.account || ':' || coalesce(p.lot::text, '') || ':' || p.points, ';' order by p.n) from posting p
       where p.member_uid = e.member_uid and p.seq = e.seq))
    or e.seq <> e.before + 1 or a.head <> e.last or (select sum(points) from posting p where p.member_uid = e.member_uid and p.seq = e.seq) <> 0`;

test.each([{ how: 'alone', above: Number.POSITIVE_INFINITY }, { how: 'some alone and some in groups' }])(
  'the functions in the database do what the pure functions say, $how',
  async ({ above }) => {
    await gatherCalls({ em }, above === undefined ? {} : { above });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(seed, { maxLength: 8 }), { minLength: members, maxLength: members }),
        fc.array(round, { minLength: 3, maxLength: 8 }),
        async (lots, rounds) => {
          await ledger.setClock(hours(0));
          const pairs = lots.map((seeds) => new Pair(seeds));
          await Promise.all(pairs.map((pair) => pair.insert()));
          let hour = 0;
          for (const { hours: passed, commands } of rounds) {
            hour += passed;
            await ledger.setClock(hours(hour));
            await Promise.all(pairs.map((pair, n) => pair.step(commands[n] as Command, hours(hour))));
          }
          for (const pair of pairs) await pair.compare();
          expect(await ledger.sql(brokenChains)).toEqual([]);
        },
      ),
      { numRuns: Number(process.env['DIFFERENTIAL_RUNS'] ?? 12) },
    );
  },
  300_000,
);

const rich = async (points: number): Promise<string> => {
  const member = uuid();
  await ledger.accrue(member, 'AUTO-P', points);
  return member;
};
const manyRich = async (count: number, points: number): Promise<string[]> => {
  const members: string[] = [];
  while (members.length < count) members.push(await rich(points));
  return members;
};
const take = (member: string, more: object = {}) => ({
  hold: uuid(),
  redemption: uuid(),
  memberUid: member,
  acceptor: 'automotive',
  legs: [{ programme: 'AUTO-P', points: 10n, fen: 100n }],
  ...more,
});
const keyOf = (key: string) => ({ principal: 'service:test', key, operation: 'burnPoints' });

test('two hundred at once on the last points of one member: as many as there are points for, no error reaches a caller', async () => {
  const member = await rich(1005);
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, (_, n) => (n % 2 ? burnPoints : placeHold)({ em }, keyOf(uuid()), take(member))),
  );
  expect(outcomes.filter(({ outcome }) => outcome.kind !== 'refused')).toHaveLength(100);
  expect(outcomes.filter(({ outcome }) => outcome.kind === 'refused' && outcome.code === 'INSUFFICIENT_POINTS')).toHaveLength(100);
  expect(await ledger.sql(`select sum(remaining - held)::int as free from lot where member_uid = '${member}'`)).toEqual([{ free: 5 }]);
});

test('a replay storm: forty keys, each sent ten times at once over twenty members, are forty writes', async () => {
  const owners = await manyRich(20, 1000);
  const requests = Array.from({ length: 40 }, (_, n) => ({ key: keyOf(uuid()), request: take(owners[n % 20] as string) }));
  const storm = Array.from({ length: 10 }, () => requests).flat();
  const outcomes = await Promise.all(storm.map(({ key, request }) => burnPoints({ em }, key, request)));
  expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(40);
  for (const [n, { outcome }] of outcomes.entries()) expect(outcome).toEqual(outcomes[n % 40]?.outcome);
});

test('forty captures at once, each sent twice, with one of a hold that is not there: each has its own answer', async () => {
  const owners = await manyRich(40, 100);
  const requests = owners.map((owner) => take(owner, { acceptor: 'banking' }));
  await Promise.all(requests.map((request) => placeHold({ em }, keyOf(uuid()), request)));
  const keys = requests.map(() => keyOf(uuid()));
  const ends = [0, 1].flatMap(() =>
    requests.map(({ hold, memberUid }, n) =>
      captureHold({ em }, keys[n] as (typeof keys)[number], { hold: n === 17 ? uuid() : hold, memberUid }),
    ),
  );
  const outcomes = await Promise.allSettled(ends);
  expect(outcomes.map(({ status }, n) => status === 'rejected' && n % 40)).toEqual(ends.map((_, n) => n % 40 === 17 && 17));
  const captured = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  expect(captured.filter(({ replayed }) => !replayed)).toHaveLength(39);
  expect(captured.every(({ outcome }) => outcome.kind === 'captured')).toBe(true);
  const named = requests.map(({ redemption }) => `'${redemption}'`).join(', ');
  expect(await ledger.sql(`select count(*)::int as n from obligation where redemption in (${named})`)).toEqual([{ n: 39 }]);
});

test('one that is wrong fails alone among many', async () => {
  const owners = await manyRich(30, 10);
  const requests = owners.map((owner, n) => take(owner, n === 17 ? { acceptor: 'nobody' } : {}));
  const outcomes = await Promise.allSettled(requests.map((request) => burnPoints({ em }, keyOf(uuid()), request)));
  expect(outcomes.map(({ status }) => status)).toEqual(owners.map((_, n) => (n === 17 ? 'rejected' : 'fulfilled')));
});

test('the same key with another body, and the same hold of another redemption or member, are conflicts', async () => {
  const [member, other] = [await rich(100), await rich(100)];
  const request = take(member);
  const first = await burnPoints({ em }, keyOf('conflict-1'), request);
  expect(first.outcome).toMatchObject({ kind: 'captured' });
  await expect(burnPoints({ em }, keyOf('conflict-1'), take(member))).rejects.toThrow(/key was used before/);
  expect(await burnPoints({ em }, keyOf('conflict-2'), request)).toMatchObject({ outcome: { kind: 'captured', before: true } });
  await expect(burnPoints({ em }, keyOf('conflict-3'), { ...request, redemption: uuid() })).rejects.toThrow('Another hold has this id');
  await expect(burnPoints({ em }, keyOf('conflict-5'), { ...request, hold: uuid() })).rejects.toThrow('Another hold of this redemption');
  await expect(burnPoints({ em }, keyOf('conflict-4'), { ...request, memberUid: other })).rejects.toThrow('Another hold has this id');
  expect(await ledger.balance(member, 'AUTO-P')).toMatchObject({ available: 90 });
  expect(await ledger.balance(other, 'AUTO-P')).toMatchObject({ available: 100 });
});

test('closing periods while groups append never blocks anybody for good', async () => {
  const owners = await manyRich(30, 1000);
  const legs = [{ programme: 'AUTO-P', points: 10n, fen: 100n }];
  const burns = Array.from({ length: 120 }, (_, n) =>
    burnPoints({ em }, keyOf(uuid()), take(owners[n % 30] as string, { acceptor: 'fashion', legs })),
  );
  const locks = Array.from({ length: 10 }, () =>
    em.fork().transactional(async (tx) => void (await tx.execute(`select pg_advisory_xact_lock(hashtext('tongdui clearing'))`))),
  );
  await Promise.all([...burns, ...locks]);
  const [owed] = await ledger.sql(`select count(*)::int as n from obligation where creditor = 'fashion'`);
  expect(owed).toEqual({ n: 120 });
});
