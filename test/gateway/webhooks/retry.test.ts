import { failureOf, retryAfterOf, retryMs, type Sent } from '../../../gateway/webhooks/retry.js';
import { webhookShape } from '../../../schema/webhook-settings.js';

const usual = webhookShape.parse({});
const answered = (status: number): Sent => ({ kind: 'answered', status, retryAfterMs: null });

test.each([
  [200, null],
  [204, null],
  [299, null],
  [199, 'STATUS'],
  [300, 'REDIRECT'],
  [308, 'REDIRECT'],
  [400, 'STATUS'],
  [410, 'GONE'],
  [429, 'STATUS'],
  [500, 'STATUS'],
])('status %s: %s', (status, reason) => expect(failureOf(answered(status))?.reason ?? null).toBe(reason));

test('5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, a tenth more or less, and then no more', () => {
  const waits = (chance: number) =>
    Array.from({ length: 10 }, (_, n) => retryMs({ reason: 'UNREACHABLE', status: null }, n, null, usual, chance));
  const seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
  expect(waits(0.5)).toEqual([...seconds.map((each) => each * 1_000), null]);
  expect(waits(0)).toEqual([...seconds.map((each) => each * 900), null]);
  expect(waits(1)).toEqual([...seconds.map((each) => each * 1_100), null]);
});

test.each`
  status | named          | waits         | why
  ${503} | ${60_000}      | ${60_000}     | ${'as it asks'}
  ${429} | ${60_000}      | ${60_000}     | ${'as it asks'}
  ${503} | ${1_000}       | ${5_000}      | ${'never sooner than we would'}
  ${503} | ${999_999_000} | ${86_400_000} | ${'a day at the most'}
  ${500} | ${60_000}      | ${5_000}      | ${'a status that names no time'}
  ${503} | ${null}        | ${5_000}      | ${'it names none'}
`('$status with Retry-After $named: $waits ($why)', ({ status, named, waits }: { status: number; named: number | null; waits: number }) =>
  expect(retryMs({ reason: 'STATUS', status }, 0, named, usual, 0.5)).toBe(waits),
);

test('no wait is longer than can be written down', () => {
  const days = (count: number) => ({ retrySeconds: [count * 86_400], maxRetryAfterSeconds: count * 86_400 });
  const longest = webhookShape.parse(days(20));
  for (const asked of [null, 2 ** 40]) expect(retryMs({ reason: 'STATUS', status: 503 }, 0, asked, longest, 1)).toBeLessThan(2 ** 31);
  expect(webhookShape.safeParse({ retrySeconds: days(20.1).retrySeconds }).success).toBe(false);
  expect(webhookShape.safeParse({ maxRetryAfterSeconds: 1_728_001 }).success).toBe(false);
});

test.each(['GONE', 'CURSOR_TOO_OLD', 'SECRET_UNREADABLE'] as const)('%s: nothing later could mend it', (reason) =>
  expect(retryMs({ reason, status: null }, 0, null, usual, 0.5)).toBeNull(),
);

const now = Date.parse('2026-11-22T00:00:00Z');
test.each([
  ['120', 120_000],
  ['0', 0],
  ['Sun, 22 Nov 2026 00:01:00 GMT', 60_000],
  ['Sat, 21 Nov 2026 00:01:00 GMT', 0],
  ['soon', null],
  [undefined, null],
])('Retry-After %s: %s', (header, ms) => expect(retryAfterOf(header, now)).toBe(ms));
