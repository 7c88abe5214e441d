import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Viewer } from './viewer.js';

/**
 * Signature of a call to a subgraph: HMAC-SHA256 over time, subgraph, principal and body hash. A subgraph checks it before it
 * parses the body, so nobody but the gateway and the other subgraphs is ever heard.
 */
export interface SigningKey {
  readonly id: string;
  readonly secret: string;
}

export const signatureHeaders = { principal: 'tongdui-principal', signature: 'tongdui-signature' } as const;
const maxAgeMs = 60_000;

const mac = (key: SigningKey, at: number, subgraph: string, principal: string, body: string | Uint8Array): Buffer =>
  createHmac('sha256', key.secret)
    .update(`v1\n${at}\n${subgraph}\n${principal}\n${createHash('sha256').update(body).digest('hex')}`)
    .digest();

/** Headers that carry the viewer to `subgraph`, signed with the first key. `nowMs`: milliseconds since 1970. */
export function sign(
  keys: readonly SigningKey[],
  subgraph: string,
  viewer: Viewer,
  body: string | Uint8Array,
  nowMs: number,
): Record<string, string> {
  const key = keys[0];
  if (!key) throw new Error('There is no signing key');
  const principal = Buffer.from(JSON.stringify(viewer)).toString('base64url');
  const hex = mac(key, nowMs, subgraph, principal, body).toString('hex');
  return { [signatureHeaders.principal]: principal, [signatureHeaders.signature]: `k=${key.id};t=${nowMs};s=${hex}` };
}

/** The viewer that the call carries, or null for anything unsigned, old, altered or meant for another subgraph. */
export function verify(
  keys: readonly SigningKey[],
  subgraph: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string | Uint8Array,
  nowMs: number,
): Viewer | null {
  const principal = headers[signatureHeaders.principal];
  const signature = headers[signatureHeaders.signature];
  if (typeof principal !== 'string' || typeof signature !== 'string') return null;
  const parts = /^k=([\w-]{1,64});t=(\d{1,16});s=([0-9a-f]{64})$/.exec(signature);
  if (!parts) return null;
  const key = keys.find((candidate) => candidate.id === parts[1]);
  const at = Number(parts[2]);
  if (!key || Math.abs(nowMs - at) > maxAgeMs) return null;
  if (!timingSafeEqual(mac(key, at, subgraph, principal, body), Buffer.from(parts[3] ?? '', 'hex'))) return null;
  return JSON.parse(Buffer.from(principal, 'base64url').toString()) as Viewer;
}
