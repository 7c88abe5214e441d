/** Where each table lies. What is in none of the first two lies on one machine only. */
export interface Placement {
  readonly member: ReadonlySet<string>;
  readonly reference: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

const oneMember = /\bmember_uid = (?:p_member|v_member|h\.member_uid)\b/g;
const members = new Set(['p_member', 'v_member']);
/** What orders or locks over all members; each machine has its own, so it would mean nothing. */
const across = /\b(nextval|pg_advisory\w*|pg_try_advisory\w*|open_settlement_period|pg_current_snapshot|pg_snapshot_xmin)\s*\(/;

/**
 * Pure. What in the text of a function would not be one member's machine's work: a member's table without that member in the
 * condition or as the value, a table that lies elsewhere, a write on what every machine has a copy of. None: every statement goes to one shard.
 */
export function routingProblems(sql: string, { member, reference, all }: Placement): string[] {
  const body = /\$\$([\s\S]*)\$\$/.exec(sql)?.[1] ?? sql;
  const problems: string[] = [];
  for (const statement of statementsOf(body)) {
    const say = (what: string): void => void problems.push(`${what}: ${statement.replaceAll(/\s+/g, ' ').trim().slice(0, 120)}`);
    const lock = across.exec(statement);
    if (lock) say(`\`${lock[1]}\` reaches over all members`);
    const used = tablesOf(statement).filter(({ table }) => all.has(table));
    for (const { table, written } of used) {
      if (reference.has(table)) {
        if (written) say(`\`${table}\` is copied to every machine and may only be read`);
      } else if (!member.has(table)) say(`\`${table}\` lies on one machine only`);
    }
    const own = used.filter(({ table }) => member.has(table));
    const inserted = own.filter(({ inserts }) => inserts).length;
    if (inserted > 0 && !insertsForMember(statement)) say("the row is not known to be the one member's");
    if ((statement.match(oneMember)?.length ?? 0) < own.length - inserted) say('not every table is asked for the one member');
  }
  return problems;
}

/** Statements without comments and without what stands in quotes. */
const statementsOf = (body: string): string[] =>
  body
    .replaceAll(/--[^\n]*/g, '')
    .replaceAll(/'(?:[^']|'')*'/g, `''`)
    .split(/;|\bthen\b|\bloop\b|\belse\b/);

interface Used {
  readonly table: string;
  readonly written: boolean;
  readonly inserts: boolean;
}

/** Tables that a statement names, as often as it names them. */
function tablesOf(statement: string): Used[] {
  const used: Used[] = [];
  for (const [, verb, list] of statement.matchAll(
    /\b(insert into|delete from|update|from|join)\s+([a-z_]+(?:\s+[a-z]\w*)?(?:\s*,\s*[a-z_]+(?:\s+[a-z]\w*)?)*)/g,
  ))
    for (const [n, item] of (list as string).split(',').entries())
      used.push({
        table: item.trim().split(/\s+/)[0] as string,
        written: n === 0 && verb !== 'from' && verb !== 'join',
        inserts: verb === 'insert into',
      });
  return used;
}

/** Whether an insert names its columns, and gives the call's member for the column that spreads. */
function insertsForMember(statement: string): boolean {
  const [, columns, values] = /insert into \w+(?: as \w+)? \(([^)]*)\)\s*values \(([\s\S]*)/.exec(statement) ?? [];
  if (columns === undefined || values === undefined) return false;
  const at = columns.split(',').findIndex((column) => column.trim() === 'member_uid');
  return at >= 0 && members.has(topLevel(values)[at] ?? '');
}

/** What is between the commas that no parenthesis encloses, up to the closing one. */
function topLevel(values: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of values) {
    if ((char === ')' || char === ']') && depth-- === 0) break;
    if (char === '(' || char === '[') depth++;
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim());
}
