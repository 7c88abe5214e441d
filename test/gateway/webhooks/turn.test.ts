import { pino } from 'pino';
import type { Viewer } from '../../../schema/viewer.js';
import { sealSecret } from '../../../schema/webhook-secret.js';
import { webhookShape } from '../../../schema/webhook-settings.js';
import { Unavailable } from '../../../schema/transport.js';
import type { StreamEvent } from '../../../gateway/subscriptions/event-log.js';
import { realClock } from '../../../gateway/webhooks/real-clock.js';
import type { Sent } from '../../../gateway/webhooks/retry.js';
import type { Claimed, Settlement } from '../../../gateway/webhooks/store.js';
import { takeTurn, type TurnParts } from '../../../gateway/webhooks/turn.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';

const partner = viewers.partner('telecom', ['events.read:own']);
const claimed: Claimed = {
  lease: 'lease',
  version: '1',
  partner: 'telecom',
  url: 'https://hooks.example.com/',
  types: null,
  cursor: '0',
  attempts: 0,
  secrets: [sealSecret(testIds, 'telecom', `whsec_${Buffer.alloc(32, 1).toString('base64')}`)],
};
const eventsOf = (count: number): StreamEvent[] =>
  Array.from({ length: count }, (_, n) => ({
    id: String(n + 1),
    origin: `ledger:${n + 1}`,
    type: 'POINTS_EARNED',
    at: '2026-11-22T00:00:00.000Z',
    memberUid: null,
    facts: {},
  }));
const taken: Sent = { kind: 'answered', status: 204, retryAfterMs: null };

/** One turn over three events, with whatever a test says otherwise; what was sent and what was written down. */
async function turn(
  more: Partial<TurnParts> & { endpoint?: Partial<Claimed>; post?: () => Sent; settled?: (n: number) => boolean | Error } = {},
) {
  const { endpoint, post = () => taken, settled = () => true, ...parts } = more;
  const sent: Readonly<Record<string, string>>[] = [];
  const written: Partial<Settlement>[] = [];
  const outcomes: string[] = [];
  const now = '2026-11-22T10:00:00.000Z';
  const all = eventsOf(3);
  await takeTurn({ ...claimed, ...endpoint }, performance.now(), {
    store: {
      claim: () => Promise.reject(new Error('not asked')),
      write: () => Promise.reject(new Error('not asked')),
      settle(settlement) {
        const answer = settled(written.length);
        if (answer instanceof Error) return Promise.reject(answer);
        written.push(settlement);
        return Promise.resolve({ settled: answer, now });
      },
    },
    events: { page: (_viewer, after) => Promise.resolve({ events: all.slice(Number(after)), end: '3', more: false }) },
    viewerNow: () => Promise.resolve(partner),
    read: ({ id, origin, type, at }) => Promise.resolve({ id, origin, type, at, data: {} }),
    newsOf: () => 0,
    openLine: () => ({
      post: (_body, headers) => {
        sent.push(headers);
        return Promise.resolve(post());
      },
      close: () => Promise.resolve(),
    }),
    ids: testIds,
    clock: realClock(),
    settings: webhookShape.parse({}),
    count: (outcome) => void outcomes.push(outcome),
    stopping: new AbortController().signal,
    log: pino({ level: 'silent' }),
    ...parts,
  });
  return { ids: sent.map((headers) => headers['webhook-id']), sent, written, outcomes };
}

test('each message is written down before the next, and what is left is given back', async () => {
  const { ids, written } = await turn();
  expect(ids).toEqual(['ledger:1', 'ledger:2', 'ledger:3']);
  expect(written).toMatchObject([
    { cursor: '1', delivered: true },
    { cursor: '2', delivered: true },
    { cursor: '3', delivered: true },
    { cursor: '3', delivered: false, lookInMs: 15_000 },
  ]);
});

test('suspended between two messages: the second is not sent, and waits', async () => {
  let asked = 0;
  const viewerNow = (): Promise<Viewer | null> => Promise.resolve((asked += 1) <= 2 ? partner : null);
  const { ids, written } = await turn({ viewerNow });
  expect(ids).toEqual(['ledger:1']);
  expect(written.at(-1)).toMatchObject({ cursor: '1', lookInMs: 15_000, behindSince: '2026-11-22T00:00:00.000Z' });
  expect(written.at(-1)?.failure).toBeUndefined();
});

test('what the partner may not read is not sent, and is no failure of its receiver', async () => {
  const { ids, written } = await turn({ read: () => Promise.resolve(null) });
  expect(ids).toEqual([]);
  expect(written).toMatchObject([{ cursor: '0', lookInMs: 15_000 }]);
});

test('who lost the lease, or whose endpoint was changed, stops after the message under way', async () => {
  expect((await turn({ settled: () => false })).ids).toEqual(['ledger:1']);
});

test('while the ledger is away nothing more is sent: the lease runs out, and what was not written down comes again', async () => {
  expect((await turn({ settled: () => new Unavailable('ledger', 'away') })).ids).toEqual(['ledger:1']);
});

test('a lease that might not outlast a message is renewed first, and without it nothing is sent', async () => {
  const settings = webhookShape.parse({ leaseMs: 200, timeoutMs: 100, turnMs: 60_000 });
  const late = (): Promise<Viewer> => new Promise((resolve) => setTimeout(() => resolve(partner), 60));
  const { ids, written } = await turn({ settings, viewerNow: late });
  expect(ids).toHaveLength(3);
  expect(written.slice(0, 2)).toMatchObject([
    { cursor: '0', delivered: false },
    { cursor: '1', delivered: true },
  ]);
  expect((await turn({ settings, viewerNow: late, settled: () => false })).ids).toEqual([]);
});

test("F7: this process's clock may be wrong: a message has the time of the database", async () => {
  const clock = realClock();
  clock.heard('2031-05-05T05:05:05.500Z');
  const { sent } = await turn({ clock, post: () => ({ kind: 'unreachable' }) });
  expect(Number(sent[0]?.['webhook-timestamp'])).toBe(Date.parse('2031-05-05T05:05:05Z') / 1_000);
});

test('an instance that stops writes down where it is, and sends nothing more', async () => {
  const stopping = new AbortController();
  const { ids, written } = await turn({
    stopping: stopping.signal,
    post: () => {
      stopping.abort();
      return taken;
    },
  });
  expect(ids).toEqual(['ledger:1']);
  expect(written.at(-1)).toMatchObject({ cursor: '1', lookInMs: 0 });
});

test('others have their turn', async () => {
  const { ids, written } = await turn({ settings: { ...webhookShape.parse({}), turnMs: -1 } });
  expect(ids).toEqual([]);
  expect(written).toMatchObject([{ cursor: '0', lookInMs: 0 }]);
});

test('what it passes over for longer than its turn is written down all the same, also where the instance stops', async () => {
  const stopping = new AbortController();
  const types = ['REDEEMED'];
  const page = (_viewer: Viewer, after: string) => {
    if (after === '40') stopping.abort();
    const events = eventsOf(Number(after) + 20).slice(Number(after));
    return Promise.resolve({ events, end: String(Number(after) + 20), more: true });
  };
  const stopped = await turn({ endpoint: { types }, events: { page }, stopping: stopping.signal });
  expect(stopped.written).toMatchObject([{ cursor: '60', lookInMs: 0, delivered: false }]);
  const over = await turn({ endpoint: { types }, events: { page }, settings: { ...webhookShape.parse({}), turnMs: -1 } });
  expect(over.written).toMatchObject([{ cursor: '20', lookInMs: 0 }]);
});

test('a secret that cannot be opened disables it', async () => {
  const { ids, written, outcomes } = await turn({ endpoint: { secrets: ['nothing-of-ours-nothing-of-ours'] } });
  expect([ids, outcomes]).toEqual([[], ['SECRET_UNREADABLE']]);
  expect(written).toMatchObject([{ failure: { reason: 'SECRET_UNREADABLE', retryMs: null } }]);
});

test('an address that is no longer allowed is out of reach, and not a byte goes there', async () => {
  const { ids, written } = await turn({ endpoint: { url: 'http://127.0.0.1/' } });
  expect(ids).toEqual([]);
  expect(written).toMatchObject([{ failure: { reason: 'UNREACHABLE', status: null, event: '1' } }]);
});

test('what happened while it was looking is seen before it is given back', async () => {
  let news = 0;
  let pages = 0;
  const { written } = await turn({
    newsOf: () => news,
    events: {
      page: () => {
        pages += 1;
        if (pages === 1) news += 1;
        return Promise.resolve({ events: [], end: '3', more: false });
      },
    },
  });
  expect(pages).toBe(2);
  expect(written).toHaveLength(1);
});
