import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from './sql.js';

/** A table that keeps something of members. */
export interface PersonalTable {
  readonly table: string;
  /** Columns that name members; none where the rows belong to rows of another table that has some. */
  readonly whose: readonly string[];
  /** Which rows of it, as `t`, are a member's; `?` is the member, `times` times. */
  readonly condition: string;
  readonly times: number;
}

interface Named {
  readonly table: string;
  readonly whose: readonly string[];
}

interface Key {
  readonly child: string;
  readonly parent: string;
  readonly columns: readonly string[];
  readonly named: readonly string[];
}

/** Tables with a column that names a member. */
const named = (em: EntityManager): Promise<Named[]> =>
  rows<Named>(
    em,
    `select c.table_name as "table", array_agg(c.column_name::text order by c.ordinal_position) as whose
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = current_schema() and c.column_name like '%\\_uid' and t.table_type = 'BASE TABLE' group by c.table_name`,
  );

/** Foreign keys of the subgraph, column by column. */
const keysOf = (em: EntityManager): Promise<Key[]> =>
  rows<Key>(
    em,
    `select child.relname::text as child, parent.relname::text as parent, array_agg(own.attname::text order by pair.n) as columns,
       array_agg(other.attname::text order by pair.n) as named
     from pg_constraint k join pg_class child on child.oid = k.conrelid join pg_class parent on parent.oid = k.confrelid
       cross join lateral unnest(k.conkey, k.confkey) with ordinality as pair (own, other, n)
       join pg_attribute own on own.attrelid = k.conrelid and own.attnum = pair.own
       join pg_attribute other on other.attrelid = k.confrelid and other.attnum = pair.other
     where k.contype = 'f' and k.connamespace = current_schema()::regnamespace group by k.oid, child.relname, parent.relname order by k.oid`,
  );

/**
 * Tables of the subgraph that keep something of members, in the order of their names: those that say whose row it is, and those whose rows
 * belong to such a row by a foreign key, such as the lines of a redemption. What is withheld is left out, and what hangs on it too.
 */
export async function personalTables(em: EntityManager, withheld: readonly string[]): Promise<PersonalTable[]> {
  const [direct, keys] = [await named(em), await keysOf(em)];
  const found = new Map<string, PersonalTable>();
  for (const { table, whose } of direct)
    if (!withheld.includes(table))
      found.set(table, { table, whose, condition: whose.map((column) => `t."${column}" = ?`).join(' or '), times: whose.length });
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const key of keys) {
      const parent = found.get(key.parent);
      if (parent && !found.has(key.child) && !withheld.includes(key.child)) found.set(key.child, belonging(key, parent));
    }
  }
  return [...found.values()].toSorted((a, b) => (a.table < b.table ? -1 : 1));
}

/** Each level has the name `t` for its own table, and reaches the one around it by the columns that are compared in it. */
function belonging({ child, parent, columns, named: others }: Key, { condition, times }: PersonalTable): PersonalTable {
  const own = columns.map((column) => `t."${column}"`).join(', ');
  const theirs = others.map((column) => `t."${column}"`).join(', ');
  return { table: child, whose: [], condition: `(${own}) in (select ${theirs} from "${parent}" t where ${condition})`, times };
}
