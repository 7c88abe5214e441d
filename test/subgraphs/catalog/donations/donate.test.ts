import type { Viewer } from '../../../../schema/viewer.js';
import { viewers } from '../../../support/viewers.js';
import { newKey, newMember, openWorld, type World } from '../world.js';

let world: World;
const edu = viewers.partner('edu');
const admin = viewers.staff('admin');
const name = { zh: '助学', en: 'Schooling' };
const createCause =
  'mutation ($input: CreateCauseInput!) { createCause(input: $input) { __typename ... on CauseSaved { cause { id version minimumFen cancelHours charity { id } } replayed } ... on Refusal { code } } }';
beforeAll(async () => {
  world = await openWorld();
  world.peers.trades.set('edu', 'RETAIL');
  world.peers.trades.set('env', 'RETAIL');
  await world.get(edu, createCause, { input: { id: 'schooling', name } }, newKey());
});
afterAll(() => world.close());
beforeEach(() => {
  world.crash = () => false;
  world.peers.weather = () => 'fine';
});
afterEach(() => world.setClock(null));

const donate = `mutation ($cause: ID! = "schooling", $programme: ID! = "TEL-P", $points: Points! = 2000) {
  donate(cause: $cause, programme: $programme, points: $points) { __typename
    ... on Donated { receipt fen replayed donation { id state points fen receipt cause { id } charity { id } programme { id } cancellableUntil at } }
    ... on BelowMinimum { minimumFen minimumPoints } ... on InsufficientPoints { missing missingFen } ... on Refusal { code } } }`;
const cancel = `mutation ($id: ID!) { cancelDonation(donation: $id) { __typename
  ... on DonationCancelled { points replayed donation { state receipt } } ... on CutOffOver { endedAt } ... on Refusal { code } } }`;
interface Donated {
  readonly __typename: string;
  readonly receipt: string | null;
  readonly replayed: boolean;
  readonly donation: { readonly id: string; readonly state: string };
}
const memberWith = (points: number) => {
  const member = newMember();
  world.peers.give(member.uid, 'TEL-P', points);
  return member;
};
const give = (viewer: Viewer, variables: object = {}, key = newKey()): Promise<Donated> =>
  world.get<Donated>(viewer, donate, { ...variables }, key);
const lastNumber = async (): Promise<number> =>
  Number((await world.sql<{ last: string }>(`select last from catalog.receipt_number where charity = 'edu'`))[0]?.last ?? 0);

test('2,000 points at 0.01 are 20.00 for schooling, with one receipt; the charity gets all of it and is told of nobody', async () => {
  const { uid, viewer } = memberWith(2_500);
  await world.setClock(new Date('2026-11-21T04:00:00Z'));
  const answer = await give(viewer);
  expect(answer).toMatchObject({
    __typename: 'Donated',
    receipt: 'EDU-2026-000001',
    fen: 2_000,
    replayed: false,
    donation: {
      state: 'GIVEN',
      points: 2_000,
      fen: 2_000,
      receipt: 'EDU-2026-000001',
      cause: { id: 'schooling' },
      charity: { id: 'edu' },
      programme: { id: 'TEL-P' },
      cancellableUntil: '2026-11-22T04:00:00.000Z',
    },
  });
  expect(world.peers.pointsOf(uid, 'TEL-P')).toEqual({ available: 500, held: 0, burned: 2_000 });
  // Nothing was handed over: no partner was told of the member.
  expect(world.peers.deliveries.has(answer.donation.id)).toBe(false);
  const seen = await world.ask(edu, '{ donations { nodes { id state points fen receipt } } }');
  expect(seen.data?.['donations']).toEqual({
    nodes: [{ id: answer.donation.id, state: 'GIVEN', points: 2_000, fen: 2_000, receipt: 'EDU-2026-000001' }],
  });
  const redemption = await world.ask(
    edu,
    `{ redemption(id: "${answer.donation.id}") { priceFen cashFen legs { points } lines { item { id category } delivery { kind reference } } } }`,
  );
  expect(redemption.data?.['redemption']).toEqual({
    priceFen: 2_000,
    cashFen: 0,
    legs: [{ points: 2_000 }],
    lines: [{ item: { id: 'cause-schooling', category: 'donation' }, delivery: { kind: 'DONATION', reference: 'EDU-2026-000001' } }],
  });
  expect(JSON.stringify([seen, redemption])).not.toContain(uid);
  for (const stranger of [viewers.partner('env'), newMember().viewer])
    expect((await world.ask(stranger, `{ redemption(id: "${answer.donation.id}") { id } }`)).data).toEqual({ redemption: null });
  expect((await world.ask(viewers.partner('env'), '{ donations { nodes { id } } }')).data?.['donations']).toEqual({ nodes: [] });
});

test('twice and twice at once under one key is one donation with one receipt', async () => {
  const { uid, viewer } = memberWith(10_000);
  const before = await lastNumber();
  const key = newKey();
  const answers = await Promise.all([give(viewer, {}, key), give(viewer, {}, key), give(viewer, {}, key)]);
  const again = await give(viewer, {}, key);
  expect(new Set([...answers, again].map(({ donation }) => donation.id)).size).toBe(1);
  expect(again).toMatchObject({ replayed: true, donation: { state: 'GIVEN' } });
  expect(world.peers.pointsOf(uid, 'TEL-P')).toEqual({ available: 8_000, held: 0, burned: 2_000 });
  expect(await lastNumber()).toBe(before + 1);
});

test.each(['placeHold', 'captureHold'])('an answer that is lost at %s: carried on without the caller, one receipt', async (field) => {
  const { uid, viewer } = memberWith(2_000);
  const before = await lastNumber();
  let lost = 1;
  world.peers.weather = (name) => (name === field && lost-- > 0 ? 'lostAnswer' : 'fine');
  const key = newKey();
  expect(await give(viewer, {}, key)).toMatchObject({ receipt: null, donation: { state: 'PENDING' } });
  await world.resume();
  expect(await give(viewer, {}, key)).toMatchObject({ replayed: true, donation: { state: 'GIVEN' } });
  expect(world.peers.pointsOf(uid, 'TEL-P')).toEqual({ available: 0, held: 0, burned: 2_000 });
  expect(await lastNumber()).toBe(before + 1);
});

test('below the minimum, too few points, frozen, suspended: refused, nothing taken, no number used', async () => {
  const { uid, viewer } = memberWith(1_000);
  const before = await lastNumber();
  expect(await give(viewer, { points: 99 })).toEqual({
    __typename: 'BelowMinimum',
    code: 'BELOW_MINIMUM',
    minimumFen: 100,
    minimumPoints: 100,
  });
  expect(await give(viewer, { points: 1_001 })).toEqual({
    __typename: 'InsufficientPoints',
    code: 'INSUFFICIENT_POINTS',
    missing: 1,
    missingFen: 1,
  });
  world.peers.frozen.add(uid);
  expect(await give(viewer, { points: 1_000 })).toMatchObject({ __typename: 'MemberFrozen' });
  world.peers.frozen.delete(uid);
  for (const [variables, argument] of [
    [{ cause: 'nothing' }, 'cause'],
    [{ programme: 'NO-P' }, 'programme'],
  ] as const)
    expect((await world.ask(viewer, donate, { ...variables }, newKey())).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_INPUT',
      argument,
    });
  expect(world.peers.pointsOf(uid, 'TEL-P')).toEqual({ available: 1_000, held: 0, burned: 0 });
  expect(await lastNumber()).toBe(before);
});

test.each([
  ['one second before the cut-off', '2026-11-22T03:59:59Z', 'DonationCancelled'],
  ['at the cut-off', '2026-11-22T04:00:00Z', 'CutOffOver'],
  ['one second after', '2026-11-22T04:00:01Z', 'CutOffOver'],
])('cancelled %s', async (_when, at, outcome) => {
  const { viewer } = memberWith(2_000);
  await world.setClock(new Date('2026-11-21T04:00:00Z'));
  const { donation, receipt } = await give(viewer);
  await world.setClock(new Date(at));
  const returns = world.peers.returns.length;
  const key = newKey();
  const answers = await Promise.all([
    world.get(viewer, cancel, { id: donation.id }, key),
    world.get(viewer, cancel, { id: donation.id }, key),
  ]);
  expect(answers.map(({ __typename }) => __typename)).toEqual([outcome, outcome]);
  if (outcome === 'CutOffOver') {
    expect(answers[0]).toMatchObject({ code: 'CUT_OFF_OVER', endedAt: '2026-11-22T04:00:00.000Z' });
    expect(world.peers.returns).toHaveLength(returns);
    return;
  }
  expect(answers[0]).toMatchObject({ points: 2_000, donation: { state: 'CANCELLED', receipt } });
  expect(world.peers.returns.slice(returns)).toMatchObject([{ legs: [{ programme: 'TEL-P', points: 2_000, fen: 2_000 }], cashFen: 0 }]);
  expect(await world.get(viewer, cancel, { id: donation.id }, newKey())).toEqual({
    __typename: 'CancelledBefore',
    code: 'CANCELLED_BEFORE',
  });
  expect(world.peers.returns).toHaveLength(returns + 1);
});

test('nobody else cancels: not another member, and the charity gives nothing back for any reason', async () => {
  const { viewer } = memberWith(2_000);
  const { donation } = await give(viewer);
  expect((await world.ask(newMember().viewer, cancel, { id: donation.id }, newKey())).errors?.[0]?.extensions).toEqual({
    code: 'BAD_INPUT',
    argument: 'donation',
  });
  for (const reason of ['FAULTY', 'NOT_DELIVERED', 'CHANGED_MIND'])
    expect(
      await world.get(
        edu,
        `mutation { returnLines(redemption: "${donation.id}", lines: [{ line: 1 }], reason: ${reason}) { __typename } }`,
        {},
        newKey(),
      ),
    ).toEqual({ __typename: 'ReasonNotAllowed' });
});

test('a cause is its charity’s: others neither make nor change it; donations keep what was said when they were made', async () => {
  const refusal = async (viewer: Viewer, document: string, variables: object) =>
    (await world.ask(viewer, document, { ...variables }, newKey())).errors?.[0]?.extensions?.['code'];
  const input = { id: 'forest', charity: 'env', name, minimumFen: 500, cancelHours: 1 };
  expect(await refusal(edu, createCause, { input })).toBe('FORBIDDEN_OPERATION');
  expect(await world.get(admin, createCause, { input }, newKey())).toMatchObject({
    cause: { id: 'forest', version: 1, minimumFen: 500, cancelHours: 1, charity: { id: 'env' } },
  });
  expect(await world.get(viewers.partner('env'), createCause, { input }, newKey())).toEqual({
    __typename: 'CauseExists',
    code: 'CAUSE_EXISTS',
  });
  const { viewer } = memberWith(1_000);
  const { donation } = await give(viewer, { cause: 'forest', points: 500 });
  const changeCause =
    'mutation ($input: ChangeCauseInput!) { changeCause(id: "forest", input: $input) { cause { version minimumFen cancelHours name { en } } } }';
  expect(await refusal(edu, changeCause, { input: { minimumFen: 1 } })).toBe('FORBIDDEN_OPERATION');
  expect(await world.get(viewers.partner('env'), changeCause, { input: { minimumFen: 600 } }, newKey())).toEqual({
    cause: { version: 2, minimumFen: 600, cancelHours: 1, name: { en: 'Schooling' } },
  });
  expect(await give(viewer, { cause: 'forest', points: 500 })).toMatchObject({ __typename: 'BelowMinimum', minimumFen: 600 });
  const mine = await world.ask(viewers.partner('env'), '{ donations(cause: "forest") { nodes { id cause { version minimumFen } } } }');
  expect(mine.data?.['donations']).toEqual({ nodes: [{ id: donation.id, cause: { version: 1, minimumFen: 500 } }] });
  // A cause is nothing to be bought: it is on no list of items.
  expect((await world.ask(viewers.anonymous, '{ item(id: "cause-forest") { id } items { nodes { id } } }')).data).toEqual({
    item: null,
    items: { nodes: [] },
  });
});
