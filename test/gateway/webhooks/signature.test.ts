import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { messageOf } from '../../../gateway/webhooks/message.js';
import { signedHeaders } from '../../../gateway/webhooks/signature.js';
import { openSecret, sealSecret } from '../../../schema/webhook-secret.js';
import { testIds } from '../../support/subgraph.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const other = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

test('the vector that Standard Webhooks published', () => {
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  expect(signedHeaders([secret], id, 1_614_265_330_000, '{"test": 2432232314}')).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('the same by hand, over bytes and not over characters', () => {
  const body = '{"name":"通兑"}';
  const mac = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`ledger:1.100.${body}`)
    .digest('base64');
  expect(signedHeaders([secret], 'ledger:1', 100_999, body)['webhook-signature']).toBe(`v1,${mac}`);
});

test.each([
  ['now', 0, true],
  ['five minutes old', -300, true],
  ['a second more', -302, false],
  ['an hour late', -3_600, false],
  ['five minutes ahead', 299, true],
  ['more than that', 302, false],
])('a receiver takes what was sent %s: %s s', (_what, seconds, taken) => {
  const headers = signedHeaders([other, secret], 'ledger:1', Date.now() + seconds * 1_000, '{}');
  for (const each of [secret, other]) {
    const verify = (): unknown => new Webhook(each).verify('{}', { ...headers });
    if (taken) expect(verify()).toEqual({});
    else expect(verify).toThrow('timestamp');
  }
});

test.each(['webhook-id', 'webhook-timestamp', 'body'])('another %s and it is nobody’s word', (what) => {
  const headers: Record<string, string> = { ...signedHeaders([secret], 'ledger:1', Date.now(), '{}') };
  if (what !== 'body') headers[what] = what === 'webhook-id' ? 'ledger:2' : String(Number(headers[what]) + 1);
  expect(() => new Webhook(secret).verify(what === 'body' ? '{ }' : '{}', headers)).toThrow('No matching signature');
});

test('a sealed secret is nothing to anybody else, and opens for its partner alone', () => {
  const sealed = sealSecret(testIds, 'telecom', secret);
  expect(sealed).not.toContain(secret.slice(6, 20));
  expect([openSecret(testIds, 'telecom', sealed), openSecret(testIds, 'banking', sealed)]).toEqual([secret, null]);
});

test('an event that is too large comes without its data', () => {
  const event = { id: 'c', origin: 'ledger:1', type: 'POINTS_EARNED', at: '2026-11-22T00:00:00.000Z' };
  const whole = messageOf({ ...event, data: { points: 1 } }, 1_024);
  expect(JSON.parse(whole)).toEqual({
    type: 'POINTS_EARNED',
    timestamp: event.at,
    data: { id: 'c', origin: 'ledger:1', at: event.at, data: { points: 1 } },
  });
  const length = Buffer.byteLength(whole);
  expect([messageOf({ ...event, data: { points: 1 } }, length), messageOf({ ...event, data: { points: 1 } }, length - 1)]).toEqual([
    whole,
    whole.replace('{"points":1}', 'null'),
  ]);
});
