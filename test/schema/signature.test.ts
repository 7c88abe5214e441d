import { createHmac } from 'node:crypto';
import { seenNonces } from '../../schema/seen-nonces.js';
import { maxAgeMs, sign, type SigningKey, verify } from '../../schema/signature.js';
import { viewers } from '../support/viewers.js';

const key: SigningKey = { id: 'now', secret: 'a'.repeat(32) };
const next: SigningKey = { id: 'next', secret: 'b'.repeat(32) };
const viewer = viewers.partner('telecom');
const at = 1_800_000_000_000;
const body = '{"query":"{ __typename }"}';
const headers = sign([key], 'ledger', viewer, body, at);
const fresh = () => seenNonces(maxAgeMs);
const otherNonce = { ...headers, 'tongdui-signature': (headers['tongdui-signature'] ?? '').replace(/n=[^;]+/, `n=${'A'.repeat(16)}`) };

test('the viewer arrives as it was sent', () => {
  expect(verify([key], 'ledger', headers, body, at + 59_999, fresh())).toEqual(viewer);
});

test('during a rotation both keys are heard', () => {
  expect(verify([next, key], 'ledger', headers, body, at, fresh())).toEqual(viewer);
  expect(verify([next, key], 'ledger', sign([next, key], 'ledger', viewer, body, at), body, at, fresh())).toEqual(viewer);
});

const forged = JSON.stringify({ ...viewer, partner: 'banking' });

test.each`
  what                    | keys      | subgraph     | sent                                                     | text          | now
  ${'unsigned'}           | ${[key]}  | ${'ledger'}  | ${{}}                                                    | ${body}       | ${at}
  ${'too old'}            | ${[key]}  | ${'ledger'}  | ${headers}                                               | ${body}       | ${at + 60_001}
  ${'from the future'}    | ${[key]}  | ${'ledger'}  | ${headers}                                               | ${body}       | ${at - 60_001}
  ${'body altered'}       | ${[key]}  | ${'ledger'}  | ${headers}                                               | ${`${body} `} | ${at}
  ${'meant for another'}  | ${[key]}  | ${'catalog'} | ${headers}                                               | ${body}       | ${at}
  ${'principal altered'}  | ${[key]}  | ${'ledger'}  | ${{ ...headers, 'tongdui-principal': forged }}           | ${body}       | ${at}
  ${'nonce exchanged'}    | ${[key]}  | ${'ledger'}  | ${otherNonce}                                            | ${body}       | ${at}
  ${'unknown key'}        | ${[next]} | ${'ledger'}  | ${headers}                                               | ${body}       | ${at}
  ${'malformed'}          | ${[key]}  | ${'ledger'}  | ${{ ...headers, 'tongdui-signature': 'k=now;t=1;s=zz' }} | ${body}       | ${at}
  ${'header given twice'} | ${[key]}  | ${'ledger'}  | ${{ ...headers, 'tongdui-signature': ['a', 'b'] }}       | ${body}       | ${at}
`('a call that is $what is refused', ({ keys, subgraph, sent, text, now }) => {
  expect(verify(keys, subgraph, sent, text, now, fresh())).toBeNull();
});

test('a call is heard once, however often it is sent, and no longer than anybody could send it', () => {
  const seen = fresh();
  expect(verify([key], 'ledger', headers, body, at, seen)).toEqual(viewer);
  for (const later of [0, 1, 30_000, 60_000]) expect(verify([key], 'ledger', headers, body, at + later, seen)).toBeNull();
  expect(verify([key], 'ledger', sign([key], 'ledger', viewer, body, at), body, at, seen)).toEqual(viewer);
});

test('the same call of two signings has two nonces', () => {
  expect(sign([key], 'ledger', viewer, body, at)).not.toEqual(headers);
});

test('a call that is not ours neither takes a place among the nonces nor uses one up', () => {
  const seen = seenNonces(maxAgeMs, 1);
  for (let index = 0; index < 5; index += 1)
    expect(verify([key], 'ledger', { ...headers, 'tongdui-principal': forged }, body, at, seen)).toBeNull();
  expect(verify([key], 'ledger', headers, body, at, seen)).toEqual(viewer);
});

test.each(['a'.repeat(32), 'é'.repeat(40), 'k'.repeat(64), 'k'.repeat(65)])('the signature is HMAC-SHA256 with the secret %s', (secret) => {
  const signed = sign([{ id: 'now', secret }], 'ledger', viewer, body, at);
  const [, nonce, hex] = /n=([^;]+);s=(\w+)/.exec(signed['tongdui-signature'] as string) ?? [];
  const text = `v3\n${at}\n${nonce}\nledger\n${signed['tongdui-principal']}\n${body}`;
  expect(hex).toBe(createHmac('sha256', secret).update(text).digest('hex'));
  expect(verify([{ id: 'now', secret }], 'ledger', signed, Buffer.from(body), at, fresh())).toEqual(viewer);
});

test.each(['{"name":"李"}', '{"name":"\ud800"}', ''])('the body %s is the same as text and as bytes', (said) => {
  const signed = sign([key], 'ledger', viewer, said, at);
  expect(verify([key], 'ledger', signed, Buffer.from(said), at, fresh())).toEqual(viewer);
});

test('a principal is text that a header can hold, whatever the token says', () => {
  const odd = { ...viewer, sub: '李 \r\nx: y\u007f\u2028😀"\\', idempotencyKey: 'é' };
  const signed = sign([key], 'ledger', odd, body, at);
  expect(signed['tongdui-principal']).toMatch(/^[ -~]+$/);
  expect(verify([key], 'ledger', signed, Buffer.from(body), at, fresh())).toEqual(odd);
});

test('viewers with the same scopes are never taken for each other', () => {
  const others = [
    {},
    { kind: 'staff' },
    { sub: 'other' },
    { partner: 'banking' },
    { suspended: true },
    { uid: 'u' },
    { via: 'catalog' },
    { language: 'zh-CN' },
    { traceId: 't"' },
    { idempotencyKey: 'k' },
    { severalWrites: true },
  ] as readonly Partial<typeof viewer>[];
  for (const other of [...others, ...others.toReversed()]) {
    const asked = { ...viewer, ...other };
    expect(verify([key], 'ledger', sign([key], 'ledger', asked, body, at), body, at, fresh())).toEqual(asked);
  }
});
