import { hash, timingSafeEqual } from 'node:crypto';
import { freshBytes } from './fresh-bytes.js';
import { principalText, viewerOf } from './principal.js';
import type { SeenNonces } from './seen-nonces.js';
import type { Viewer } from './viewer.js';

/**
 * Signature of a call to a subgraph: HMAC-SHA256 over time, nonce, subgraph, principal and body. A subgraph checks it before it
 * parses the body, so nobody but the gateway and the other subgraphs is ever heard, and what they said is heard once.
 */
export interface SigningKey {
  readonly id: string;
  readonly secret: string;
}

export const signatureHeaders = { principal: 'tongdui-principal', signature: 'tongdui-signature' } as const;
/** In an answer: which call it answers, by that call's nonce. */
export const answersHeader = 'tongdui-answers';
/** What an answer to the call names, where it is signed. */
export const nonceOf = (signature: string): string | null => /;n=([\w-]{16});/.exec(signature)?.[1] ?? null;
/** How far the time of a signature and the time of its reading may lie apart, either way. */
export const maxAgeMs = 60_000;

/**
 * HMAC-SHA256 in hexadecimal over the head, a line each, and the body as it is: nothing that stands before the body can hold a line's end.
 * Two digests at one stroke cost a third of what an object for each signature does.
 */
function mac(key: SigningKey, at: number, nonce: string, subgraph: string, principal: string, body: string | Uint8Array): string {
  const { inner, innerText, outer } = padsOf(key);
  const head = `v3\n${at}\n${nonce}\n${subgraph}\n${principal}\n`;
  const digest =
    innerText !== null && typeof body === 'string'
      ? hash('sha256', innerText + head + body, 'latin1')
      : hash('sha256', Buffer.concat([inner, Buffer.from(head), typeof body === 'string' ? Buffer.from(body) : body]), 'latin1');
  outer.write(digest, blockBytes, 'latin1');
  return hash('sha256', outer, 'hex');
}

const blockBytes = 64;
const digestBytes = 32;

/** The key as RFC 2104 lays it before the message and before the digest. */
interface Pads {
  readonly inner: Buffer;
  /** The same as text, where the secret is ASCII and no longer than a block: then no bytes have to be put together. */
  readonly innerText: string | null;
  /** With room for the digest, which is written and read at one stroke. */
  readonly outer: Buffer;
}
const pads = new WeakMap<SigningKey, Pads>();

function padsOf(key: SigningKey): Pads {
  const known = pads.get(key);
  if (known) return known;
  const secret = Buffer.from(key.secret);
  const block = Buffer.alloc(blockBytes);
  (secret.length > blockBytes ? hash('sha256', secret, 'buffer') : secret).copy(block);
  const inner = Buffer.from(block.map((byte) => byte ^ 0x36));
  const made = {
    inner,
    innerText: inner.every((byte) => byte < 0x80) ? inner.toString('latin1') : null,
    outer: Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(digestBytes)]),
  };
  pads.set(key, made);
  return made;
}

const freshNonce = freshBytes(12, 'base64url');

export interface Signed {
  readonly principal: string;
  readonly signature: string;
  /** What the answer to this call names. */
  readonly nonce: string;
}

/** What carries the viewer to `subgraph`, signed with the first key. `nowMs`: milliseconds since 1970. */
export function signed(keys: readonly SigningKey[], subgraph: string, viewer: Viewer, body: string | Uint8Array, nowMs: number): Signed {
  const key = keys[0];
  if (!key) throw new Error('There is no signing key');
  const principal = principalText(viewer);
  const nonce = freshNonce();
  const hex = mac(key, nowMs, nonce, subgraph, principal, body);
  return { principal, signature: `k=${key.id};t=${nowMs};n=${nonce};s=${hex}`, nonce };
}

/** The same as headers. */
export function sign(...call: Parameters<typeof signed>): Record<string, string> {
  const { principal, signature } = signed(...call);
  return { [signatureHeaders.principal]: principal, [signatureHeaders.signature]: signature };
}

/** The viewer that the call carries, or null for anything unsigned, old, altered, heard before or meant for another subgraph. */
export function verify(
  keys: readonly SigningKey[],
  subgraph: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string | Uint8Array,
  nowMs: number,
  seen: SeenNonces,
): Viewer | null {
  const principal = headers[signatureHeaders.principal];
  const signature = headers[signatureHeaders.signature];
  if (typeof principal !== 'string' || typeof signature !== 'string') return null;
  const parts = /^k=([\w-]{1,64});t=(\d{1,16});n=([\w-]{16});s=([0-9a-f]{64})$/.exec(signature);
  if (!parts) return null;
  const [, keyId, time, nonce = '', hex = ''] = parts;
  const key = keys.find((candidate) => candidate.id === keyId);
  const at = Number(time);
  if (!key || Math.abs(nowMs - at) > maxAgeMs) return null;
  if (!timingSafeEqual(Buffer.from(mac(key, at, nonce, subgraph, principal, body), 'hex'), Buffer.from(hex, 'hex'))) return null;
  // Only now: a nonce that nobody signed must not take a place, nor use up one that is still on its way.
  if (!seen.first(nonce, nowMs)) return null;
  return viewerOf(principal);
}
