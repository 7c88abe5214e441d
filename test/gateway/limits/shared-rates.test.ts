import { openRates, type Spender } from '../../../gateway/limits/rates.js';
import { shareRates, type SharedRates } from '../../../gateway/limits/shared-rates.js';
import { postgresBus } from '../../../gateway/subscriptions/postgres-bus.js';
import { usualLimits } from '../../../schema/limits.js';
import { lying, openSmallGraph } from '../../security/small-graph.js';
import { createTestDatabase } from '../../support/database.js';
import { testIds } from '../../support/subgraph.js';

const rate = { perSecond: 100, burst: 1_000 };
const limits = { rates: { ...usualLimits.rates, partner: rate }, shareMs: 3_600_000 };
const telecom: Spender = { key: 'partner:telecom', class: 'partner' };
const banking: Spender = { key: 'partner:banking', class: 'partner' };

/** Instances that hear what each says unless it is lost; time and telling are the test's. */
function world(count: number, isLost: () => boolean = () => false) {
  const clock = { ms: 1_000_000 };
  const hearers: ((text: string) => void)[] = [];
  const said: string[] = [];
  const talk = {
    say: (text: string) => {
      said.push(text);
      if (!isLost()) for (const hear of hearers) hear(text);
    },
    hear: (call: (text: string) => void) => void hearers.push(call),
  };
  const instances = Array.from({ length: count }, () => {
    const own = openRates(limits, () => clock.ms);
    return shareRates(own, limits, talk, testIds, () => clock.ms);
  });
  return { clock, hearers, said, instances };
}
const takes = (rates: SharedRates, spender: Spender, units: number): boolean => {
  try {
    rates.spend(spender, units);
    return true;
  } catch {
    return false;
  }
};
/** A flood of 10 units every 10 ms at each instance for so long, told every 200 ms; what was let through. */
function flood({ clock, instances }: ReturnType<typeof world>, seconds: number): number {
  let passed = 0;
  for (let turn = 0; turn < seconds * 100; turn += 1) {
    clock.ms += 10;
    for (const rates of instances) if (takes(rates, telecom, 10)) passed += 10;
    if (turn % 20 === 19) for (const rates of instances) rates.tell();
  }
  return passed;
}

test.each([1, 2, 5])('a flood spread over %i instances gets one quota, and what passes between two tellings', (count) => {
  const seconds = 60;
  const passed = flood(world(count), seconds);
  const quota = rate.burst + rate.perSecond * seconds;
  expect(passed).toBeGreaterThan(quota * 0.9);
  // Each lets through as if alone for one interval, and keeps back less than a hundredth of a burst.
  const interval = (200 / 10) * 10;
  expect(passed).toBeLessThanOrEqual(quota + (count - 1) * (interval + rate.burst / 100));
});

test('where nothing is heard each instance counts for itself, as without it', () => {
  const seconds = 60;
  const passed = flood(
    world(2, () => true),
    seconds,
  );
  expect(passed).toBeGreaterThan(2 * (rate.burst + rate.perSecond * seconds) * 0.95);
});

test('half of what is said is lost: it costs accuracy, and no caller what it has', () => {
  let count = 0;
  const passed = flood(
    world(2, () => (count += 1) % 2 === 0),
    60,
  );
  const quota = rate.burst + rate.perSecond * 60;
  expect(passed).toBeGreaterThan(quota * 0.9);
  expect(passed).toBeLessThan(2 * quota);
});

test('only what is worth a word is said, of each principal its own, and nobody reads it who is not of this graph', () => {
  const { said, instances } = world(2);
  const [one, other] = instances as [SharedRates, SharedRates];
  takes(one, telecom, 9);
  one.tell();
  expect(said).toEqual([]);
  takes(one, telecom, 991);
  one.tell();
  one.tell();
  expect(said).toHaveLength(1);
  expect(said[0]).not.toMatch(/telecom|partner/);
  expect([takes(other, telecom, 1), takes(other, banking, 1_000)]).toEqual([false, true]);
});

test('what is said twice, late, or by a stranger is not heard', () => {
  const { clock, hearers, said, instances } = world(2);
  const [one, other] = instances as [SharedRates, SharedRates];
  takes(one, telecom, 400);
  one.tell();
  const again = said[0] as string;
  for (const hear of hearers) for (const text of [again, again, 'no seal', `${again}x`, testIds.sealText('{', 'rates'), '']) hear(text);
  expect(takes(other, telecom, 600)).toBe(true);
  clock.ms += 20_000;
  const late = testIds.sealText(JSON.stringify(['stranger', 1, clock.ms - 10_001, [['partner:telecom', 'partner', 900]]]), 'rates');
  for (const hear of hearers) hear(late);
  expect(takes(other, telecom, 1_000)).toBe(true);
});

test.each([
  null,
  7,
  {},
  [],
  ['other', 1, 1_000_000],
  ['other', 1, 'soon', []],
  ['other', 1, 1_000_000, [null]],
  ['other', 1, 1_000_000, [['partner:telecom', 'partner', 'many']]],
  ['other', 1, 1_000_000, [['partner:telecom', 'partner', -900]]],
])('what an instance of another version may say breaks nothing and opens nothing: %j', (told) => {
  const { instances, hearers } = world(1);
  const [rates] = instances as [SharedRates];
  expect(takes(rates, telecom, 1_000)).toBe(true);
  for (const hear of hearers) hear(testIds.sealText(JSON.stringify(told), 'rates'));
  expect(takes(rates, telecom, 1)).toBe(false);
});

test('many principals are told in messages that a bus carries', () => {
  const { said, instances } = world(2);
  const [one, other] = instances as [SharedRates, SharedRates];
  const names = Array.from({ length: 300 }, (_, n) => ({ key: `partner:a-rather-long-name-of-a-partner-${n}`, class: 'partner' as const }));
  for (const spender of names) takes(one, spender, 1_000);
  one.tell();
  expect(said).toHaveLength(16); // The rest waits for the next time.
  one.tell();
  expect(Math.max(...said.map(({ length }) => length))).toBeLessThanOrEqual(2_048);
  expect(names.filter((spender) => takes(other, spender, 1))).toEqual([]);
});

test('two gateways that share a database let one quota through; without each other, each its own', async () => {
  const database = await createTestDatabase();
  const strict = {
    ...usualLimits,
    shareMs: 50,
    budgets: { ...usualLimits.budgets, anonymous: 10 },
    rates: { ...usualLimits.rates, anonymous: { perSecond: 1, burst: 60 } },
  };
  const passed = async (url: string): Promise<number> => {
    const open = () =>
      openSmallGraph(
        lying(() => ({ data: { thing: null } })),
        { limits: strict, bus: postgresBus(url, () => {}) },
      );
    const graphs = [await open(), await open()];
    await new Promise((resolve) => setTimeout(resolve, 500)); // Both are connected.
    let count = 0;
    for (let time = 0; time < 150; time += 1) {
      const answers = await Promise.all(graphs.map((graph) => graph.ask('{ thing { id } }')));
      count += answers.filter(({ status }) => status === 200).length;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(graphs.map((graph) => graph.close()));
    return count;
  };
  const together = await passed(database.url);
  const apart = await passed('postgres://127.0.0.1:1/nothing');
  await database.drop();
  expect(apart).toBeGreaterThanOrEqual(120);
  expect(together).toBeGreaterThanOrEqual(60);
  expect(together).toBeLessThan(100);
});
