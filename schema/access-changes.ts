import { type Cell, cells, type ReportLine, roles } from './access-report.js';

export interface AccessChange {
  readonly kind: 'GAINS' | 'LOSES';
  readonly role: string;
  readonly coordinate: string;
  readonly from: Cell;
  readonly to: Cell;
}

/** Pure: who reads more or less than before. A coordinate or role that was not there before was closed. */
export function changesBetween(before: readonly ReportLine[], after: readonly ReportLine[]): readonly AccessChange[] {
  const earlier = new Map(before.map((line) => [line.coordinate, line.cells]));
  const later = new Map(after.map((line) => [line.coordinate, line.cells]));
  const names = new Set<string>();
  for (const line of [...before, ...after]) for (const role of line.cells.keys()) names.add(role);
  return [...new Set([...earlier.keys(), ...later.keys()])].sort().flatMap((coordinate) =>
    [...names].flatMap((role): AccessChange[] => {
      const from = earlier.get(coordinate)?.get(role) ?? 'closed';
      const to = later.get(coordinate)?.get(role) ?? 'closed';
      if (from === to) return [];
      return [{ kind: cells.indexOf(to) > cells.indexOf(from) ? 'GAINS' : 'LOSES', role, coordinate, from, to }];
    }),
  );
}

export const changeAsText = ({ kind, role, coordinate, from, to }: AccessChange): string =>
  `${kind} ${role} ${coordinate} (${from} -> ${to})`;

/**
 * Pure: the gains that no line of the changelog names. A line names one with the role, or `everyone`, and the coordinate, or `Type.*`.
 */
export function unnamedGains(changes: readonly AccessChange[], changelog: string): readonly AccessChange[] {
  const lines = changelog.split('\n').map((line) => new Set(line.split(/[\s,;`()]+/).map((word) => word.replace(/[.:]+$/, ''))));
  return changes.filter(({ kind, role, coordinate }) => {
    if (kind !== 'GAINS') return false;
    const whole = `${coordinate.split('.')[0]}.*`;
    return !lines.some((words) => (words.has(role) || words.has('everyone')) && (words.has(coordinate) || words.has(whole)));
  });
}

/** Lines for the changelog that name the gains: coordinates that the same roles gain share one. */
export function changelogLines(gains: readonly AccessChange[]): readonly string[] {
  const rolesOf = grouped(gains, ({ coordinate, role }) => [coordinate, role]);
  const coordinatesOf = grouped([...rolesOf], ([coordinate, names]) => [
    names.length === roles.size ? 'everyone' : names.join(', '),
    coordinate,
  ]);
  return [...coordinatesOf].map(([who, coordinates]) => `- Access: ${who} may read ${coordinates.join(', ')}.`);
}

function grouped<T>(values: readonly T[], pairOf: (value: T) => readonly [string, string]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const value of values) {
    const [key, item] = pairOf(value);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
