import { isIPv6 } from 'node:net';
import type { CallerClass } from '../../schema/limits.js';
import { principalOf, type Viewer } from '../../schema/viewer.js';
import type { PersistedCaller } from '../persisted/registered.js';
import type { Spender } from './rates.js';

/** Who asks, as far as limits and registered documents go by it. */
export interface Caller extends Spender, PersistedCaller {}

/** Pure: units are a principal's. Nobody's are of the address that the connection comes from, and never of one that a header claims. */
export function callerOf(viewer: Viewer, kind: CallerClass, client: string | undefined, address: string | undefined): Caller {
  const key = kind === 'anonymous' ? `anonymous:${networkOf(address ?? '')}` : principalOf(viewer);
  return { key, class: kind, client, partner: viewer.partner };
}

/** Pure: whoever has one address of IPv6 has 2^64 of them. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...(tail ? tail.split(':') : [])];
  return `${all.slice(0, 4).join(':')}::/64`;
}
