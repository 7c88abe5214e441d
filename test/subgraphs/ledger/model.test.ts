import fc from 'fast-check';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../schema/viewer.js';
import { auditOf, withLedger } from '../../../subgraphs/ledger/proof/audit.js';
import { verify } from '../../../subgraphs/ledger/proof/verify.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';
import { type Steps, stepsOf } from './hold-steps.js';
import { openLedger, type Row, type TestLedger } from './ledger.js';
import { type Hold, Model } from './model.js';

/** The real ledger against the model. MODEL_RUNS, MODEL_SEED and MODEL_PATH (`npm run test:model`) replay a run or ask for others. */
const runs = Number(process.env['MODEL_RUNS'] ?? 300);
const seed = Number(process.env['MODEL_SEED'] ?? 2_118_252_437);
const path = process.env['MODEL_PATH'];
const steps = 50;

/** Lots that never end; that end in a year and come back for 30 days; that end in a month, do not come back, and are deducted from refunds. */
const programmes = ['BANK-P', 'COAL-P', 'QUICK-P'];
const issuers: Record<string, string> = { 'BANK-P': 'banking', 'COAL-P': 'coalition', 'QUICK-P': 'automotive' };
/** A partner that issues none of them. */
const stranger = 'telecom';
const graceDays = { 'BANK-P': null, 'COAL-P': 30, 'QUICK-P': null };
const start = Date.parse('2026-11-21T04:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;

let ledger: TestLedger;
let call: Steps;
let killer: pg.Client;
beforeAll(async () => {
  process.env['TONGDUI_LOG'] ??= 'silent'; // Cut connections are meant here.
  ledger = await openLedger();
  call = stepsOf(ledger);
  killer = new pg.Client(ledger.database.url);
  await killer.connect();
  const name = { zh: '快', en: 'quick' };
  const expiry = { mode: 'ROLLING', months: 1 };
  const input = {
    id: 'QUICK-P',
    name,
    issuer: 'automotive',
    value: { fen: 1, points: 1 },
    expiry,
    returnPolicy: { graceDays: null, unrecovered: 'CASH_REFUND' },
    acceptance: { scope: 'ALL' },
  };
  await ledger.write(viewers.staff('admin'), 'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }', {
    input,
  });
  await ledger.publish({
    programme: 'QUICK-P',
    name: 'test',
    kind: 'BASE',
    rate: { points: 1, fen: 1 },
    basis: 'GROSS',
    validFrom: '2020-01-01T00:00:00Z',
  });
  const policy = { allowed: true, sentPoints: 1e12, receivedPoints: 1e12, senders: 1_000 };
  for (const programme of programmes) await ledger.write(viewers.staff('admin'), setPolicy, { programme, policy });
  // A row instead of a function for every step: new functions would throw away every plan.
  await ledger.sql('create table model_clock (at timestamptz)');
  await ledger.sql(`insert into model_clock values ('${new Date(start).toISOString()}')`);
  await ledger.sql(`create or replace function clock() returns timestamptz stable language sql as 'select at from model_clock'`);
});
afterAll(async () => {
  await killer.end();
  await ledger.close();
});

/** How a write is sent: once; again under its key; or with every connection cut after so many milliseconds, and then again. */
type Sending = { readonly how: 'ONCE' | 'TWICE' } | { readonly how: 'CUT'; readonly afterMs: number };
type Command = { readonly sending: Sending; readonly who: 0 | 1 } & (
  | { readonly do: 'nothing' | 'freeze' | 'thaw' | 'agree' | 'withdraw' }
  | { readonly do: 'wait' | 'back'; readonly ms: number }
  | { readonly do: 'job'; readonly name: string }
  | { readonly do: 'earn'; readonly programme: string; readonly points: number; readonly hoursAgo: number; readonly of: number }
  | { readonly do: 'hold' | 'redeem'; readonly points: readonly number[]; readonly ttl: number | null }
  | { readonly do: 'pin' | 'capture' | 'release'; readonly pick: number }
  | { readonly do: 'capturePart'; readonly pick: number; readonly percent: readonly number[] }
  | { readonly do: 'transfer'; readonly programme: string; readonly points: number }
  | { readonly do: 'return'; readonly pick: number; readonly percent: number; readonly cash: number }
);

const sending: fc.Arbitrary<Sending> = fc.oneof(
  { weight: 20, arbitrary: fc.constant({ how: 'ONCE' } as const) },
  { weight: 2, arbitrary: fc.constant({ how: 'TWICE' } as const) },
  { weight: 1, arbitrary: fc.record({ how: fc.constant('CUT' as const), afterMs: fc.integer({ min: 0, max: 12 }) }) },
);
const points = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(150) });
const pick = fc.nat(20);
/** Mostly the first of the two members, so that much happens to one. */
const who = fc.constantFrom(0 as const, 0 as const, 1 as const);
const of = <const D extends string>(name: D): fc.Arbitrary<D> => fc.constant(name);
const command: fc.Arbitrary<Command> = fc.oneof(
  { withCrossShrink: true },
  { weight: 0, arbitrary: fc.record({ do: of('nothing'), sending, who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: of('earn'),
      programme: fc.constantFrom(...programmes),
      points: fc.integer({ min: 1, max: 400 }),
      hoursAgo: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(700)),
      of: pick,
      sending,
      who,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('hold' as const, 'hold' as const, 'redeem' as const),
      points: fc.tuple(points, points, points),
      ttl: fc.option(fc.constantFrom(hour, day, 10 * day, 40 * day)),
      sending,
      who,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('pin' as const, 'capture' as const, 'capture' as const, 'release' as const),
      pick,
      sending,
      who,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: of('return'),
      pick,
      percent: fc.constantFrom(0, 10, 33, 50, 100),
      cash: fc.constantFrom(0, 0, 333, 1_000),
      sending,
      who,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: of('wait'),
      ms: fc.constantFrom(1, hour, day - 1, day, 10 * day, 30 * day, 31 * day, 335 * day),
      sending,
      who,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: of('back'), ms: fc.constantFrom(1, hour, day), sending, who }) },
  { weight: 2, arbitrary: fc.record({ do: of('job'), name: fc.constantFrom('expire-holds', 'expire-lots', 'seal-roots'), sending, who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('freeze' as const, 'thaw' as const, 'thaw' as const), sending, who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('agree' as const, 'withdraw' as const), sending, who }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: of('capturePart'),
      pick,
      percent: fc.tuple(...programmes.map(() => fc.constantFrom(0, 1, 50, 99, 100))),
      sending,
      who,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: of('transfer'),
      programme: fc.constantFrom(...programmes),
      points: fc.integer({ min: 1, max: 200 }),
      sending,
      who,
    }),
  },
);

/** One member and what the model says of it. */
class Side {
  readonly member = uuid();
  readonly model = new Model(start, graceDays, ['QUICK-P']);
  /** Whether the member agreed that another partner sees what others issue. */
  agreed = false;
}

/** Two members with one clock. */
class Run {
  readonly sides = [new Side(), new Side()] as const;

  async step(what: Command): Promise<void> {
    const side = this.sides[what.who];
    const { model, member } = side;
    const held = 'pick' in what ? model.holds[what.pick % (model.holds.length || 1)] : undefined;
    switch (what.do) {
      case 'nothing':
        return;
      case 'freeze':
      case 'thaw':
        return this.freeze(side, what.do, what.sending);
      case 'agree':
      case 'withdraw':
        side.agreed = what.do === 'agree';
        return void ledger.agreed.set(`${member} ${stranger}`, side.agreed ? ['SHARED'] : []);
      case 'wait':
        return this.setClock(model.now + what.ms);
      case 'back':
        return this.setClock(Math.max(...this.sides.map((each) => each.model.backBy(what.ms))));
      case 'job':
        return ledger.subgraph.runJob(what.name);
      case 'earn':
        return this.earn(
          side,
          what.programme,
          what.points,
          what.hoursAgo,
          what.of % 3 === 0 ? model.holds[what.of % (model.holds.length || 1)] : undefined,
          what.sending,
        );
      case 'hold':
      case 'redeem': {
        const [hold, redemption] = [uuid(), uuid()];
        const legs = programmes.map((programme, n) => ({ programme, points: what.points[n] ?? 0, fen: what.points[n] ?? 0 }));
        const expiresAt = what.ttl === null ? null : model.now + what.ttl;
        const asked = { hold, redemption, expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString() };
        const placed = await this.send(what.sending, (key) => call.place(member, legs, asked, key));
        expect(placed).toMatchObject(model.hold(hold, redemption, legs, expiresAt));
        const one = what.do === 'redeem' ? model.holds.find(({ id }) => id === hold) : undefined;
        if (one) expect(await this.send(what.sending, (key) => call.capture(hold, key))).toMatchObject(model.capture(one));
        return;
      }
      case 'pin':
      case 'capture':
      case 'release':
        if (held) expect(await this.send(what.sending, (key) => call[what.do](held.id, key))).toMatchObject(model[what.do](held));
        return;
      case 'capturePart': {
        if (!held) return;
        const legs = held.legs.map(({ programme, points: all }) => {
          const points = Math.floor((all * (what.percent[programmes.indexOf(programme)] ?? 0)) / 100);
          return { programme, points, fen: points };
        });
        const answer = await this.send(what.sending, (key) => call.capture(held.id, key, legs));
        return expect(answer).toMatchObject(model.capture(held, legs));
      }
      case 'transfer':
        return this.transfer(side, this.sides[1 - what.who] as Side, what.programme, what.points, what.sending);
      case 'return': {
        if (!held) return;
        const legs = held.legs.map((leg) => ({ programme: leg.programme, points: Math.floor((leg.points * what.percent) / 100) }));
        const request = { return: uuid(), cashFen: what.cash, cashTotalFen: 1_000 };
        const asked = legs.map((leg) => ({ ...leg, fen: leg.points }));
        const answer = await this.send(what.sending, (key) => call.giveBack(held.redemption, asked, request, key));
        return expect(answer).toMatchObject(model.giveLegsBack(held, legs, what.cash, 1_000));
      }
    }
  }

  /** Everybody sees what the model says: staff all of it, a partner that issues none of it what members agreed to. */
  async check(): Promise<void> {
    const expected = this.sides.map(({ model }) =>
      Object.fromEntries(programmes.map((programme) => [programme, { ...model.balance(programme), pending: 0 }])),
    );
    const members = this.sides.map(({ member }) => member);
    const [all, shared] = await Promise.all([balances(members, viewers.staff('admin')), balances(members, viewers.partner(stranger))]);
    expect(all).toEqual(expected);
    expect(shared).toEqual(expected.map((balance, n) => (this.sides[n as 0 | 1].agreed ? balance : 'CONSENT_REQUIRED')));
  }

  /** Late jobs change no balance; lot by lot the database then says what the model says. */
  async end(): Promise<void> {
    await this.check();
    for (const job of ['expire-holds', 'expire-lots', 'expire-lots']) await ledger.subgraph.runJob(job);
    await this.check();
    for (const { member, model } of this.sides) {
      const lots = await ledger.sql<{ id: string; free: number; held: number }>(
        `select id, (remaining - held)::int as free, held::int as held from lot where member_uid = '${member}' order by id`,
      );
      const expected = model.lots.map(({ id, free, held }) => ({ id, free, held })).sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(lots).toEqual(expected);
      const arrears = await ledger.sql<{ programme: string; arrears: number }>(
        `select programme, arrears::int as arrears from wallet where member_uid = '${member}'`,
      );
      for (const { programme, arrears: owed } of arrears)
        expect({ programme, owed }).toEqual({ programme, owed: model.arrears[programme] ?? 0 });
    }
  }

  private async setClock(at: number): Promise<void> {
    for (const { model } of this.sides) model.wait(at - model.now);
    await ledger.sql(`update model_clock set at = '${new Date(at).toISOString()}'`);
  }

  /** Another person gives free than the one who froze. */
  private async freeze({ member, model }: Side, what: 'freeze' | 'thaw', sending: Sending): Promise<void> {
    const variables = { member: testIds.seal(member, 'staff') };
    const [document, person] = what === 'freeze' ? [freeze, 'Ms Wei'] : [unfreeze, 'Mr Shu'];
    const answer = await this.send(sending, (key) => ledger.write(viewers.staff('admin', person), document, variables, key));
    expect(answer['__typename']).toBe(what === 'freeze' ? 'PointsFrozen' : model.frozen ? 'PointsUnfrozen' : 'NotFrozen');
    if (what === 'thaw') model.frozen = false;
    else if (!model.frozen) model.freeze();
  }

  private async transfer(from: Side, to: Side, programme: string, points: number, sending: Sending): Promise<void> {
    const variables = { to: testIds.seal(to.member, 'transfer'), programme, points };
    const answer = await this.send(sending, (key) => ledger.write(viewers.member(from.member), transfer, variables, key));
    const { answer: expected, arrived } = from.model.transfer(to.model, programme, points);
    expect(answer).toMatchObject(expected);
    const { id } = (answer['transfer'] ?? {}) as { id?: string };
    if (id === undefined) return;
    const parts = await ledger.sql<{ from: string; lot: string }>(
      `select from_lot as "from", to_lot as lot from transfer_part where transfer = '${id}'`,
    );
    for (const { from: sent, lot } of arrived) lot.id = parts.find((part) => part.from === sent)?.lot ?? '';
  }

  async earn(
    { member, model }: Side,
    programme: string,
    amount: number,
    hoursAgo: number,
    held: Hold | undefined,
    sending: Sending,
  ): Promise<void> {
    const earnedAt = model.now - hoursAgo * hour;
    const redemption = held?.redemption ?? null;
    const input = {
      partner: issuers[programme],
      programme,
      memberUid: member,
      purchaseRef: uuid(),
      redemption,
      at: new Date(earnedAt).toISOString(),
      lines: [{ sku: 'x', fen: amount, event: 'SPEND' }],
    };
    const issuer = { ...viewers.partner(issuers[programme] as string), via: issuers[programme] as string };
    const answer = await this.send(sending, (key) => ledger.write(issuer, accrueFor, { input }, key));
    const { accrual } = answer as { accrual: { id: string; lots: { id: string; expiresAt: string | null }[] } };
    const [lot] = accrual.lots;
    const expiresAt = lot?.expiresAt ? Date.parse(lot.expiresAt) : null;
    model.earn(programme, amount, { id: lot?.id ?? '', earnedAt, expiresAt }, accrual.id, redemption);
  }

  /** However it is sent, there is one outcome. */
  private async send(sending: Sending, write: (key: string) => Promise<Row>): Promise<Row> {
    const key = uuid();
    if (sending.how === 'ONCE') return write(key);
    const first = write(key).catch((error: Error) => error);
    if (sending.how === 'CUT') {
      await new Promise((resolve) => setTimeout(resolve, sending.afterMs));
      await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'tongdui-ledger'`,
      );
    }
    const answer = await first;
    const again = await untilAnswered(() => write(key));
    if (answer instanceof Error) {
      if (sending.how === 'TWICE' || !answer.message.includes('SUBGRAPH_UNAVAILABLE')) throw answer;
      return again;
    }
    if ('replayed' in again) expect(again['replayed']).toBe(true);
    expect({ ...again, replayed: null }).toEqual({ ...answer, replayed: null });
    return answer;
  }
}

/** A cut may meet connections that were just made; the caller tries again. */
async function untilAnswered(write: () => Promise<Row>): Promise<Row> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if (tries === 5 || !(error as Error).message.includes('SUBGRAPH_UNAVAILABLE')) throw error;
    }
  }
}

const accrueFor = `mutation ($input: AccrueForInput!) {
  accrueFor(input: $input) { __typename ... on Accrued { accrual { id lots { id expiresAt } } } ... on Refusal { code } }
}`;

const freeze = `mutation ($member: String!) { freeze(member: $member, reason: "model") { __typename } }`;
const unfreeze = `mutation ($member: String!) { unfreeze(member: $member, reason: "model") { __typename } }`;
const transfer = `mutation ($to: String!, $programme: ID!, $points: Points!) { transfer(to: $to, programme: $programme, points: $points) {
  __typename ... on Transferred { transfer { id } replayed } ... on InsufficientPoints { missing } ... on InArrears { arrears } } }`;
const setPolicy = `mutation ($programme: ID!, $policy: TransferPolicyInput!) { setTransferPolicy(programme: $programme, policy: $policy) { replayed } }`;

type Balances = Record<string, { available: number; held: number; pending: number }>;

/** What a viewer sees of each member's balances, or the code that closes them. */
async function balances(members: readonly string[], viewer: Viewer): Promise<(Balances | string)[]> {
  const each = programmes.map((programme, n) => `p${n}: balance(programme: "${programme}") { available held pending }`).join(' ');
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { ${each} } } }`;
  const { data, errors = [] } = await ledger.ask(viewer, query, { of: members.map((uid) => ({ __typename: 'Member', uid })) });
  const found = data?.['_entities'] as Balances[];
  return members.map((_member, index) => {
    const closed = new Set(errors.filter(({ path }) => path?.[1] === index).map(({ extensions }) => String(extensions?.['code'])));
    if (closed.size > 0) return [...closed].join(' ');
    const none = { available: 0, held: 0, pending: 0 };
    return Object.fromEntries(programmes.map((programme, n) => [programme, found[index]?.[`p${n}`] ?? none]));
  });
}

test(`the ledger does what the model does (seed ${seed})`, async () => {
  let done = 0;
  let commands = 0;
  let deadline = Number.POSITIVE_INFINITY;
  const walk = async (all: readonly Command[]): Promise<void> => {
    const run = new Run();
    await ledger.sql(`update model_clock set at = '${new Date(start).toISOString()}'`);
    for (const side of run.sides) for (const programme of programmes) await run.earn(side, programme, 300, 0, undefined, { how: 'ONCE' });
    for (const [n, next] of all.entries()) {
      await run.step(next);
      if (n % 10 === 9) await run.check();
      commands += 1;
    }
    await run.end();
    done += 1;
  };
  const property = fc.asyncProperty(fc.array(command, { minLength: steps, maxLength: steps }), async (all) => {
    if (performance.now() > deadline) return;
    await walk(all).catch((error: unknown) => {
      deadline = performance.now() + 60_000; // What fails is made smaller, but not for ever.
      throw error;
    });
  });
  await fc.assert(property, { numRuns: runs, seed, ...(path === undefined ? {} : { path }) });
  process.stdout.write(
    `model: ${done} runs, ${commands} steps, seed ${seed}; again: npm run test:model -- --seed ${seed} --runs ${done}\n`,
  );
  expect(done).toBeGreaterThanOrEqual(path === undefined ? runs : 1);
  expect(await auditOf(ledger.database.url)).toEqual([]);
  expect((await withLedger(ledger.database.url, (em) => verify(em, { keys: [] }))).findings).toEqual([]);
}, 86_400_000);
