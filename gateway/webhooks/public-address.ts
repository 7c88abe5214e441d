import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Of IPv4: what is private, local, shared, reserved, for documentation or measurements, for many receivers, or answers for a cloud's own machinery. */
const closedV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of IPv6 only what is routed at all … */
const openV6 = ['2000::', 3] as const;
/** … but for Teredo and its neighbours, documentation, and 6to4, which hold IPv4 addresses of any kind. Mapped, NAT64 and local ones lie outside. */
const closedV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const closed = new BlockList();
for (const [net, bits] of closedV4) closed.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of closedV6) closed.addSubnet(net, bits, 'ipv6');
const routed = new BlockList();
routed.addSubnet(...openV6, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Pure: whether an address is one of the public internet; anything that is no address is not. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !closed.check(address, 'ipv4');
  return isIPv6(address) && !address.includes('%') && routed.check(address, 'ipv6') && !closed.check(address, 'ipv6');
}

/** Pure: whether an address is this very machine. */
export const isLoopback = (address: string): boolean => (isIPv4(address) ? loopback.check(address, 'ipv4') : address === '::1');

/** Pure: whether messages may go to an address; in a sandbox also to this machine. */
export const mayReach = (address: string, local: boolean): boolean => isPublic(address) || (local && isLoopback(address));
