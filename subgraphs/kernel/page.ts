import { ArgsType, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { validate } from 'uuid';
import type { PairwiseIds } from '../../schema/pairwise-id.js';
import { Access, Shareable } from './access.js';
import { badInput } from './errors.js';

@ObjectType({ description: 'Where a page ends and whether another follows.' })
@Shareable()
@Access('PUBLIC')
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether another page follows.' }) hasNextPage!: boolean;
  @Field(() => String, { nullable: true, description: 'Pass it as `after` to read on; absent on an empty page.' }) endCursor!:
    | string
    | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'How many at the most, 1 to 100.' }) first!: number;
  @Field(() => String, { nullable: true, description: 'Read on after this cursor.' }) after?: string;
}

export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
}

/** Relay connection of a node type; `NAMEConnection` and `NAMEEdge`. Its nodes are guarded by their own type. `shared`: several subgraphs have it. */
export function connectionOf<T extends object>(node: ClassType<T>, name: string, shared = false): ClassType<Page<T>> {
  const owned: ClassDecorator = shared ? (Shareable() as ClassDecorator) : () => {};
  @ObjectType(`${name}Edge`, { description: `One ${name} of a page.` })
  @Access('PUBLIC')
  @owned
  class Edge {
    @Field(() => String, { description: 'Opaque place in the list.' }) cursor!: string;
    @Field(() => node, { description: `The ${name}.` }) node!: T;
  }
  @ObjectType(`${name}Connection`, { description: `A page of ${name}.` })
  @Access('PUBLIC')
  @owned
  class Connection {
    @Field(() => [Edge], { description: 'Entries with their cursors.' }) edges!: Edge[];
    @Field(() => [node], { description: 'The entries alone.' }) nodes!: T[];
    @Field(() => PageInfo, { description: 'Whether another page follows.' }) pageInfo!: PageInfo;
  }
  return Connection as unknown as ClassType<Page<T>>;
}

/** How many rows to read for a page: one more than asked, which tells whether another page follows. */
export function pageLimit({ first }: PageArgs): number {
  if (!Number.isInteger(first) || first < 1 || first > 100)
    throw badInput('`first` is a whole number from 1 to 100', { argument: 'first' });
  return first + 1;
}

/** Cursors are opaque: base64url of the sort key's parts. Whoever likes can read them, so they hold what its reader is shown anyway. */
export const encodeCursor = (...parts: readonly string[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

/** The parts of a cursor, or null where none was given; anything that is not a cursor of `length` parts is refused. */
export function decodeCursor(cursor: string | undefined | null, length: number): string[] | null {
  if (cursor === undefined || cursor === null) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && parts.length === length && parts.every(isText)) return parts;
  } catch {
    // Falls through to the refusal, which names the argument and not the parser's complaint.
  }
  throw notOfThisList();
}

/** PostgreSQL has no text with a NUL in it, so no list is ordered by one. */
const isText = (part: unknown): part is string => typeof part === 'string' && !part.includes('\0');

/** The uuid by which a list is ordered, out of a cursor of it; undefined where none was given. */
export function decodeIdCursor(cursor: string | undefined | null): string | undefined {
  const [id] = decodeCursor(cursor, 1) ?? [];
  if (id !== undefined && !validate(id)) throw notOfThisList();
  return id;
}

const notOfThisList = (): Error => badInput('`after` is not a cursor of this list', { argument: 'after' });

/** A cursor whose sort key is not its reader's to know, such as an internal uid: only `reader` can hand it back. */
export const sealCursor = (ids: PairwiseIds, key: string, reader: string): string => ids.sealText(key, reader);

/** The sort key of such a cursor, or null where none was given; what was not sealed for `reader` is refused. */
export function openCursor(ids: PairwiseIds, cursor: string | undefined | null, reader: string): string | null {
  if (cursor === undefined || cursor === null) return null;
  const key = ids.openText(cursor, reader);
  if (key === null) throw notOfThisList();
  return key;
}

/** Rows read with `pageLimit` as a page. */
export function pageOf<T>(rows: readonly T[], { first }: PageArgs, cursorOf: (row: T) => string): Page<T> {
  const nodes = rows.slice(0, first);
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  return { edges, nodes, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
}
