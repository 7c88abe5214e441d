import type { AccessRule, AccessTable } from './access.js';
import { decide, type Owner } from './decide.js';
import { memberScopes, partnerScopes, regulatorScopes, staffScopes } from './scopes.js';
import type { Viewer, ViewerKind } from './viewer.js';

const common = { language: 'en', traceId: 'access' } as const;
const viewerOf = (kind: ViewerKind, scopes: readonly string[], more: Partial<Viewer> = {}): Viewer => ({
  kind,
  sub: kind,
  scopes,
  ...common,
  ...more,
});

/** Everybody who can ask, as their tokens make them: the columns of the report, and the viewers of the access matrix. */
export const roles: ReadonlyMap<string, Viewer> = new Map([
  ['anonymous', viewerOf('anonymous', [])],
  ['member', viewerOf('member', memberScopes, { uid: 'own' })],
  ['partner', viewerOf('partner', partnerScopes, { partner: 'own' })],
  ['staff:admin', viewerOf('staff', staffScopes.admin)],
  ['staff:approver', viewerOf('staff', staffScopes.approver)],
  ['staff:finance', viewerOf('staff', staffScopes.finance)],
  ['staff:partner-admin', viewerOf('staff', staffScopes['partner-admin'], { partner: 'own' })],
  ['regulator', viewerOf('regulator', regulatorScopes)],
]);

/** `open` on every record, `record` on the caller's own or by consent, `closed` on none. In order: each opens more than the one before. */
export const cells = ['closed', 'record', 'open'] as const;
export type Cell = (typeof cells)[number];

export interface ReportLine {
  readonly coordinate: string;
  /** Role -> what it may read there. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** The rule in words: any one of the scopes, and all of the classes. */
  readonly needs: string;
}

const own = { member: 'own', partners: ['own'], consented: () => true } as Owner;
const foreign = { member: 'foreign', partners: ['foreign'], consented: () => false } as Owner;

/** Pure: what one rule means to one viewer. */
export function cellOf(rule: AccessRule, viewer: Viewer, isRoot: boolean): Cell {
  if (decide(rule, viewer) !== null) return 'closed';
  // Nobody owns a root field: there the scope says whether it reaches beyond the caller's own.
  if (isRoot) return isBounded(rule, viewer) ? 'record' : 'open';
  if (decide(rule, viewer, foreign) === null) return 'open';
  return decide(rule, viewer, own) === null ? 'record' : 'closed';
}

/** Every alternative that the viewer's scopes meet is met by a scope for the caller's own only. */
const isBounded = ({ scopes }: AccessRule, { scopes: held }: Viewer): boolean =>
  scopes.length > 0 && !scopes.some((all) => all.every((scope) => held.includes(scope.replace(/:own$/, ':all'))));

const isRoot = (coordinate: string): boolean => /^(Query|Mutation|Subscription)\./.test(coordinate);

/** Pure: who may read what, one line per `Type.field`, in the order of the alphabet. */
export const reportOf = (table: AccessTable): readonly ReportLine[] =>
  [...table]
    .map(([coordinate, rule]) => ({
      coordinate,
      cells: new Map([...roles].map(([role, viewer]) => [role, cellOf(rule, viewer, isRoot(coordinate))])),
      needs: needsOf(rule),
    }))
    .sort((one, other) => (one.coordinate < other.coordinate ? -1 : 1));

function needsOf({ authenticated, scopes, classes }: AccessRule): string {
  const parts = [
    ...(scopes.length > 0 ? [scopes.map((all) => all.join(' and ')).join(' or ')] : []),
    ...classes.map((fieldClass) => `class ${fieldClass}`),
  ];
  return parts.length > 0 ? parts.join('; ') : authenticated ? 'any token' : 'nothing';
}

const coordinateWidth = 44;

/** The report as text: a line per coordinate, columns two blanks or more apart. */
export function printReport(lines: readonly ReportLine[]): string {
  const row = (coordinate: string, columns: readonly string[], needs: string): string =>
    [coordinate.padEnd(coordinateWidth), ...columns, needs].join('  ');
  const names = [...roles.keys()];
  const body = lines.map((line) =>
    row(
      line.coordinate,
      names.map((role) => (line.cells.get(role) ?? 'closed').padEnd(role.length)),
      line.needs,
    ),
  );
  return `${[row('coordinate', names, 'needs'), ...body].join('\n')}\n`;
}

/** Reads what `printReport` wrote, also by an earlier version with other roles. */
export function parseReport(text: string): readonly ReportLine[] {
  const [head = [], ...rows] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(/ {2,}/));
  const names = head.slice(1, -1);
  return rows.map(([coordinate = '', ...columns]) => ({
    coordinate,
    cells: new Map(names.map((role, index) => [role, cells.find((cell) => cell === columns[index]) ?? 'closed'])),
    needs: columns[names.length] ?? '',
  }));
}
