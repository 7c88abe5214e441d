/** What has to be so before anybody takes part. */
export interface Standing {
  /** Whether the whole thing is switched on; it is not, unless two people did it. */
  readonly on: boolean;
  /** The newest version of what was licensed and disclosed; null where nothing was. */
  readonly licence: { readonly version: number; readonly validFrom: Date; readonly validUntil: Date } | null;
  /** The version that the member acknowledged last; null where none. */
  readonly acknowledged: number | null;
}

export type Closed =
  | { readonly kind: 'refused'; readonly code: 'PARTICIPATION_OFF' | 'LICENCE_MISSING' }
  | { readonly kind: 'refused'; readonly code: 'ACKNOWLEDGEMENT_MISSING'; readonly version: number };

/** Pure: why the scheme is closed to everybody, or null. */
export function closedToAll({ on, licence }: Pick<Standing, 'on' | 'licence'>, at: Date): Closed | null {
  if (!on) return { kind: 'refused', code: 'PARTICIPATION_OFF' };
  if (licence === null || at < licence.validFrom || at >= licence.validUntil) return { kind: 'refused', code: 'LICENCE_MISSING' };
  return null;
}

/** Pure: why a member gets nothing, or null. Whoever acknowledged an earlier disclosure has not acknowledged this one. */
export function closedToMember(standing: Standing, at: Date): Closed | null {
  const closed = closedToAll(standing, at);
  if (closed) return closed;
  const version = standing.licence?.version ?? 0;
  return standing.acknowledged === version ? null : { kind: 'refused', code: 'ACKNOWLEDGEMENT_MISSING', version };
}

/** Words that promise a return; a disclosure with one of them is refused. */
const promising = [
  '保本',
  '保息',
  '稳赚',
  '固定收益',
  '保证收益',
  '承诺收益',
  '年化',
  'guaranteed return',
  'fixed return',
  'risk-free',
  'no risk',
];

/** Pure: the promises of a return that a text makes. */
export const promisesIn = (...texts: readonly string[]): string[] =>
  promising.filter((words) => texts.some((text) => text.toLowerCase().includes(words)));
