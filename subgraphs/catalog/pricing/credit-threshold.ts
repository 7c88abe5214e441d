import type { Viewer } from '../../../schema/viewer.js';
import type { Peers } from '../../kernel/peers.js';
import { rational, timesUp } from '../../kernel/rational.js';

/** What an item says of its price in points. */
export interface ThresholdTerms {
  readonly pricePoints: bigint;
  readonly creditThreshold: boolean;
}

/** Of a member at one partner: thresholds in basis points of the usual, such as 9000 for the trusted. */
export interface Band {
  readonly thresholdBasisPoints: number;
}

export const baseBand: Band = { thresholdBasisPoints: 10_000 };

/** Points that the item asks of a member of this band, rounded up: 5,000 at 9000 are 4,500. Only where the item counts it, and never more than the price. */
export function thresholdFor({ pricePoints, creditThreshold }: ThresholdTerms, { thresholdBasisPoints }: Band): bigint {
  if (!creditThreshold || thresholdBasisPoints >= baseBand.thresholdBasisPoints) return pricePoints;
  return timesUp(pricePoints, rational(BigInt(thresholdBasisPoints), BigInt(baseBand.thresholdBasisPoints)));
}

/** Lines of a cart at the thresholds that hold for one member; `items` in the order of the lines. */
export const linesFor = <L extends { readonly pricePoints: bigint }>(
  lines: readonly L[],
  items: readonly ThresholdTerms[],
  band: Band,
): L[] =>
  lines.map((line, index) => {
    const item = items[index];
    return item === undefined ? line : { ...line, pricePoints: thresholdFor(item, band) };
  });

/** The member's band at the owners of those items that count it; one call, or none. */
export async function bandsAt(
  { peers, viewer }: { readonly peers: Peers; readonly viewer: Viewer },
  memberUid: string,
  items: readonly { readonly ownerId: string; readonly creditThreshold: boolean }[],
): Promise<(owner: string) => Band> {
  const owners = [...new Set(items.filter(({ creditThreshold }) => creditThreshold).map(({ ownerId }) => ownerId))];
  if (owners.length === 0) return () => baseBand;
  const bands = await peers.ask<Record<string, Band>>(
    'members',
    `query ($memberUid: ID!${owners.map((_, index) => `, $o${index}: ID!`).join('')}) {
      ${owners.map((_, index) => `o${index}: creditBand(memberUid: $memberUid, recipient: $o${index}) { thresholdBasisPoints }`).join('\n')} }`,
    { memberUid, ...Object.fromEntries(owners.map((owner, index) => [`o${index}`, owner])) },
    viewer,
  );
  return (owner) => bands[`o${owners.indexOf(owner)}`] ?? baseBand;
}
