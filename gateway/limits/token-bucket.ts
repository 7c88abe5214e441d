/** How fast a caller's units come back, and how many it can save up. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Units that there were at an instant. */
export interface Bucket {
  readonly units: number;
  readonly atMs: number;
}

/** Pure: what a bucket holds now; nothing is kept for who has never asked, as its bucket is full. */
export const unitsAt = (bucket: Bucket | undefined, { perSecond, burst }: Rate, nowMs: number): number =>
  bucket ? Math.min(burst, bucket.units + (Math.max(0, nowMs - bucket.atMs) * perSecond) / 1_000) : burst;

/** Pure: milliseconds until the bucket holds that many; never, where it cannot. */
export const waitFor = (units: number, held: number, { perSecond, burst }: Rate): number =>
  units > burst ? Number.POSITIVE_INFINITY : Math.max(0, ((units - held) / perSecond) * 1_000);
