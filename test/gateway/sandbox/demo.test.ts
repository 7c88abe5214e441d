import { cardChapter } from '../../../gateway/sandbox/demo/card.js';
import { crossIssuerChapter } from '../../../gateway/sandbox/demo/cross-issuer.js';
import { creditChapter } from '../../../gateway/sandbox/demo/credit.js';
import { flightChapter } from '../../../gateway/sandbox/demo/flight.js';
import { engagementChapter } from '../../../gateway/sandbox/demo/engagement.js';
import { tierChapter } from '../../../gateway/sandbox/demo/tier.js';
import { remindersChapter } from '../../../gateway/sandbox/demo/reminders.js';
import { donationChapter } from '../../../gateway/sandbox/demo/donation.js';
import { simulationChapter } from '../../../gateway/sandbox/demo/simulation.js';
import { ringChapter } from '../../../gateway/sandbox/demo/ring.js';
import { garageChapter } from '../../../gateway/sandbox/demo/garage.js';
import { offersChapter } from '../../../gateway/sandbox/demo/offers.js';
import { gateChapter } from '../../../gateway/sandbox/demo/offers-gate.js';
import { monthBefore, settlementChapter } from '../../../gateway/sandbox/demo/settlement.js';
import { type Stage, stageOf } from '../../../gateway/sandbox/demo/stage.js';
import { type Chapter, differences, factText } from '../../../gateway/sandbox/demo/story.js';
import { telecomChapter } from '../../../gateway/sandbox/demo/telecom.js';
import { tell } from '../../../gateway/sandbox/demo/tell.js';
import { seedDemo } from '../../../gateway/sandbox/seed.js';
import { testIds } from '../../support/subgraph.js';
import { openRealGraph, type RealGraph } from './real-graph.js';

let real: RealGraph;
beforeAll(async () => {
  real = await openRealGraph();
  await seedDemo({ ask: real.client.ask, issuer: real.issuer, now: new Date() });
  await real.graph.subgraph('ledger').runJob('remind');
});
afterAll(() => real.close());

const stage = (run: string): Stage => stageOf({ ask: real.client.ask, issuer: real.issuer, ids: testIds, run });

describe.each(['first', 'second'])('told the %s time', (run) => {
  test.each<[string, () => Chapter]>([
    ['telecom', telecomChapter],
    ['garage', garageChapter],
    ['card', cardChapter],
    ['cross-issuer', crossIssuerChapter],
    ['offers', offersChapter],
    ['gate', gateChapter],
    ['credit', creditChapter],
    ['flight', flightChapter],
    ['engagement', engagementChapter],
    ['tier', tierChapter],
    ['reminders', remindersChapter],
    ['donation', donationChapter],
    ['simulation', simulationChapter],
    ['ring', ringChapter],
    ['settlement', settlementChapter],
  ])('%s: every number is the one of the founding documents', async (name, chapter) => {
    const lines: string[] = [];
    const told = chapter();
    expect(await tell([told], stage(`${run}-${name}`), 'zh', (line) => lines.push(line))).toBe(told.steps.length);
    expect(lines.length).toBe(told.steps.length + 1);
  });
});

test('a number that differs is named and ends the story', async () => {
  const chapter: Chapter = {
    title: { en: 'A', zh: '甲' },
    source: 'B3',
    steps: [
      { says: { en: 'Right', zh: '对' }, expects: { netFen: 9_000 }, act: () => Promise.resolve({ netFen: 9_000, unread: 1 }) },
      { says: { en: 'Wrong', zh: '错' }, expects: { netFen: 9_000 }, act: () => Promise.resolve({ netFen: 10_000 }) },
      { says: { en: 'Never', zh: '无' }, expects: {}, act: () => Promise.reject(new Error('not reached')) },
    ],
  };
  const lines: string[] = [];
  await expect(tell([chapter], stage('x'), 'en', (line) => lines.push(line))).rejects.toThrow(
    'Expected was "to pay 90.00", the graph answered "to pay 100.00"',
  );
  expect(lines).toEqual(['1. A  [B3]', '   ✓ Right: to pay 90.00', '   ✗ Wrong']);
});

test('facts as people read them, and the month before', () => {
  expect(differences({ a: 1, b: null }, { a: 1 })).toEqual([]);
  expect([factText('earnedPoints', 12_000, 'en'), factText('availablePoints AUTO-P', 5, 'zh'), factText('code', null, 'en')]).toEqual([
    'points earned 12,000',
    '可用积分 AUTO-P 5',
    'answer null',
  ]);
  expect(['2026-01', '2026-11'].map(monthBefore)).toEqual(['2025-12', '2026-10']);
});
