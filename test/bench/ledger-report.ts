import type { Measured } from './ledger-measure.js';

/** What is compared: the product's ways, and the reference's. */
export type Way =
  | 'single'
  | 'reference'
  | 'as it comes'
  | 'group'
  | 'reference group'
  | 'pgbench'
  | 'pgbench group'
  | 'small single'
  | 'small group';

export type Found = ReadonlyMap<Way, readonly Measured[]>;

interface Setting {
  readonly members: number;
  readonly journal: number;
  readonly small: number;
  readonly poolSize: number;
  readonly inFlight: number;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

/** One line per way, then one per ratio: of redemptions per second, and of all CPU that one costs (by which a busy machine weighs less). */
export function report(found: Found, { members, journal, small, poolSize, inFlight }: Setting): void {
  const all = (way: Way): readonly Measured[] => found.get(way) ?? [];
  const of = (way: Way, what: keyof Measured): number => median(all(way).map((measured) => measured[what]));
  const cpu = ({ databaseMicros, nodeMicros }: Measured): number => databaseMicros + nodeMicros;
  const ratio = (way: Way, than: Way, what: (measured: Measured) => number): string =>
    median(all(way).map((measured, round) => what(measured) / what(all(than)[round] as Measured))).toFixed(2);
  const perSecond = ({ perSecond: value }: Measured): number => value;
  const databaseMicros = ({ databaseMicros: value }: Measured): number => value;
  for (const way of found.keys())
    console.log(
      `${way.padEnd(16)} ${of(way, 'perSecond').toFixed(0).padStart(6)} redemptions/s, database CPU ${of(way, 'databaseMicros').toFixed(0)} us, Node CPU ${of(way, 'nodeMicros').toFixed(0)} us per redemption; other programs ${(100 * of(way, 'foreign')).toFixed(0)} % of the machine`,
    );
  const line = (name: string, way: Way, than: Way, outside: Way, atOnce: number): void => {
    const besides = found.has(outside) ? `, ${ratio(way, outside, perSecond)} of pgbench's` : '';
    console.log(
      `${name} ${of(way, 'perSecond').toFixed(0)}/s of ${of(than, 'perSecond').toFixed(0)}/s, ${atOnce} at once${besides}; ${ratio(way, than, cpu)} of its CPU; ratio ${ratio(way, than, perSecond)}`,
    );
  };
  if (found.has('reference')) {
    line('single', 'single', 'reference', 'pgbench', poolSize);
    line('default', 'as it comes', 'reference', 'pgbench', poolSize);
    line('group', 'group', 'reference group', 'pgbench group', inFlight);
    return;
  }
  const size = `database CPU with ${members} members and ${journal} old entries over that with ${small} members`;
  console.log(`flat single: ${size}; ratio ${ratio('single', 'small single', databaseMicros)}`);
  console.log(`flat group: ${size}; ratio ${ratio('group', 'small group', databaseMicros)}`);
}
