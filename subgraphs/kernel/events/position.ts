/**
 * A place in what a subgraph has to tell: after everything that transactions before `xact` wrote, and after `id` of what `xact` wrote
 * itself. Transactions are told in the order of their numbers, each once no older one can commit any more, so that nobody who read on from
 * a position misses anything. `atMs`: the instant of the place by the database's clock, by which it grows too old.
 */
export interface Position {
  readonly xact: bigint;
  readonly id: string;
  readonly atMs: number;
}

export const beforeAll = '00000000-0000-0000-0000-000000000000';

const shape = /^([0-9a-z]{1,13})\.([0-9a-f]{32})\.([0-9a-z]{1,11})$/;

export const positionText = ({ xact, id, atMs }: Position): string =>
  `${xact.toString(36)}.${id.replaceAll('-', '')}.${Math.floor(atMs).toString(36)}`;

/** Null for anything that is not a position. */
export function readPosition(text: string): Position | null {
  const [, xact, id, at] = shape.exec(text) ?? [];
  if (xact === undefined || id === undefined || at === undefined) return null;
  return {
    xact: [...xact].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n),
    id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    atMs: Number.parseInt(at, 36),
  };
}
