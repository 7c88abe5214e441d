import type { EntityManager } from '@mikro-orm/postgresql';
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Access, Inaccessible, Internal, Shareable } from './access.js';
import { badInput } from './errors.js';
import { invariant } from './invariant.js';
import { personalTables } from './personal-tables.js';
import { rows } from './sql.js';

/** A request's context, as far as it is needed here. */
interface WithRows {
  readonly em: EntityManager;
}

/** What stands in the way of forgetting a member. */
export interface Open {
  /** Stable word, such as `POINTS`. */
  readonly what: string;
  /** Of what or how much, such as `1200 COAL-P`. */
  readonly detail: string;
}

/**
 * What a subgraph says of the personal data it keeps. Its rows need no list: every table of the subgraph with a column that names
 * a member, `member_uid` or such as `from_uid`, is part of an export, and so is every table whose rows belong to such a row, so a new
 * table cannot be left out by oversight (`personal-tables.ts`).
 */
export interface PersonalData {
  /** What is never given out: columns as `table.column`, or a whole `table`. */
  readonly withheld?: readonly string[];
  /** What must end before the member can be forgotten; `forfeit`: the member gives up what is left. */
  readonly open?: (em: EntityManager, memberUid: string, forfeit: boolean) => Promise<readonly Open[]>;
  /**
   * Forgets the member in one transaction; again, it changes nothing. Rows that others' books rest on keep the uid, which names nobody then.
   * Where something may have come up since `open` was asked, it is asked again under a lock, and Unavailable leaves all for later.
   */
  readonly forget?: (tx: EntityManager, memberUid: string, erasure: string, forfeit: boolean) => Promise<void>;
}

@ObjectType({ description: 'For other subgraphs: rows kept of a member in one table.' })
@Shareable()
@Inaccessible()
@Access('INTERNAL')
class PersonalSection {
  @Field(() => String, { description: 'The table.' }) table!: string;
  @Field(() => Int, { description: 'How many rows.' }) count!: number;
}

@ObjectType({ description: 'For other subgraphs: what stands in the way of forgetting a member.' })
@Shareable()
@Inaccessible()
@Access('INTERNAL')
class OpenMatter {
  @Field(() => String, { description: 'Stable word.' }) what!: string;
  @Field(() => String, { description: 'Of what, or how much.' }) detail!: string;
}

/** Rows per page: a page stays well below what a subgraph may answer. */
export const personalPage = 500;

/** The operations by which the members subgraph gathers and ends what every subgraph keeps of a member. */
export function personalDataResolver({ withheld = [], open, forget }: PersonalData): new () => object {
  @Resolver()
  class PersonalDataResolver {
    @Query(() => [PersonalSection], { description: 'For other subgraphs: the tables that keep something of a member.' })
    @Shareable()
    @Internal()
    async personalSections(
      @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
      @Ctx() { em }: WithRows,
    ): Promise<PersonalSection[]> {
      return sectionsOf(em, memberUid, withheld);
    }

    @Query(() => [String], { description: 'For other subgraphs: a page of rows kept of a member, each as JSON.' })
    @Shareable()
    @Internal()
    async personalRows(
      @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
      @Arg('table', () => String, { description: 'The table.' }) table: string,
      @Arg('offset', () => Int, { description: 'Rows to leave out.' }) offset: number,
      @Ctx() { em }: WithRows,
    ): Promise<string[]> {
      return rowsOf(em, memberUid, table, offset, withheld);
    }

    @Query(() => [OpenMatter], { description: 'For other subgraphs: what stands in the way of forgetting a member.' })
    @Shareable()
    @Internal()
    async openMatters(
      @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
      @Arg('forfeit', () => Boolean, { description: 'Whether the member gives up what is left.' }) forfeit: boolean,
      @Ctx() { em }: WithRows,
    ): Promise<readonly OpenMatter[]> {
      return (await open?.(em, memberUid, forfeit)) ?? [];
    }

    @Mutation(() => Boolean, { description: 'For other subgraphs: forgets a member; again, it changes nothing.' })
    @Shareable()
    @Internal()
    async forgetMember(
      @Arg('memberUid', () => ID, { description: 'The member.' }) memberUid: string,
      @Arg('erasure', () => ID, { description: 'The erasure that asks for it.' }) erasure: string,
      @Arg('forfeit', () => Boolean, { defaultValue: true, description: 'Whether the member gives up what is left.' }) forfeit: boolean,
      @Ctx() { em }: WithRows,
    ): Promise<boolean> {
      await em.transactional((tx) => forget?.(tx as EntityManager, memberUid, erasure, forfeit) ?? Promise.resolve());
      return true;
    }
  }
  return PersonalDataResolver;
}

export async function sectionsOf(
  em: EntityManager,
  memberUid: string,
  withheld: readonly string[],
): Promise<{ table: string; count: number }[]> {
  const sections = [];
  for (const { table, condition, times } of await personalTables(em, withheld)) {
    const counted = await rows<{ count: number }>(
      em,
      `select count(*)::int as count from "${table}" t where ${condition}`,
      Array.from({ length: times }, () => memberUid),
    );
    const count = counted[0]?.count ?? 0;
    if (count > 0) sections.push({ table, count });
  }
  return sections;
}

/**
 * Rows without the columns that name members: the own one says nothing, and others are nobody's to learn of here. Inside a text the own one
 * is `self`, for the uid stays within the graph.
 */
export async function rowsOf(
  em: EntityManager,
  memberUid: string,
  table: string,
  offset: number,
  withheld: readonly string[],
): Promise<string[]> {
  const each = (await personalTables(em, withheld)).find((candidate) => candidate.table === table);
  if (!each) throw badInput('There is no such section', { argument: 'section' });
  invariant(offset >= 0, 'pages begin at 0');
  const kept = [
    ...each.whose,
    ...withheld.filter((column) => column.startsWith(`${table}.`)).map((column) => column.slice(table.length + 1)),
  ];
  const found = await rows<{ row: string }>(
    em,
    `select (to_jsonb(t) - ?::text[])::text as row from "${table}" t where ${each.condition} order by t::text offset ? limit ${personalPage}`,
    [kept, ...Array.from({ length: each.times }, () => memberUid), offset],
  );
  return found.map(({ row }) => row.replaceAll(memberUid, 'self'));
}
