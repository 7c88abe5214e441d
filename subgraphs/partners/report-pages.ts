import DataLoader from 'dataloader';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Viewer } from '../../schema/viewer.js';
import { decodeIdCursor, encodeCursor, type Page, type PageArgs, pageLimit, pageOf } from '../kernel/page.js';
import { rows } from '../kernel/sql.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import type { Report } from './report.entity.js';
import type { ReportKind } from './report-kind.js';
import { boundaryOf, isUuid, within } from './visibility.js';

/** Where the reports of a kind are kept. */
export interface ReportTable<R extends Report> {
  readonly kind: ReportKind<R>;
  readonly table: string;
}

/** The reports of these ids that count and that the viewer may be shown; the others are not found. */
export async function findReports<R extends Report>(
  em: EntityManager,
  viewer: Viewer,
  { kind }: ReportTable<R>,
  ids: readonly string[],
): Promise<R[]> {
  const boundary = boundaryOf(viewer);
  const known = ids.filter(isUuid);
  if (!boundary || known.length === 0) return [];
  const { partner, memberUid } = boundary;
  return (await em.find(kind.entity, {
    id: { $in: known },
    state: { $ne: 'REFUSED' },
    ...(partner === undefined ? {} : { partnerId: partner }),
    ...(memberUid === undefined ? {} : { memberUid }),
  } as never)) as R[];
}

/** A page of all reports that the viewer may be shown, the latest record first. */
export async function pageOfReports<R extends Report>(
  { em, viewer }: Pick<SubgraphContext, 'em' | 'viewer'>,
  reports: ReportTable<R>,
  args: PageArgs,
): Promise<Page<R>> {
  const limit = pageLimit(args);
  const before = decodeIdCursor(args.after) ?? null;
  const boundary = boundaryOf(viewer);
  if (!boundary) return pageOf<R>([], args, idOf);
  const { condition, parameters } = within(boundary);
  const found = await rows<{ id: string }>(
    em,
    `select id from ${reports.table} where state <> 'REFUSED' and ${condition} ${before === null ? '' : 'and id < ?'} order by id desc limit ${limit}`,
    before === null ? parameters : [...parameters, before],
  );
  return pageOf(await inOrder(em, viewer, reports, found), args, idOf);
}

/** Loaders of one page per member, one for each `first` and `after` of the request. */
export function pagesByMember<R extends Report>(
  em: EntityManager,
  viewer: Viewer,
  reports: ReportTable<R>,
): (args: PageArgs) => DataLoader<string, R[]> {
  const known = new Map<string, DataLoader<string, R[]>>();
  return (args) => {
    const key = `${args.first} ${args.after ?? ''}`;
    let loader = known.get(key);
    if (!loader) known.set(key, (loader = pageByMember(em, viewer, reports, args)));
    return loader;
  };
}

function pageByMember<R extends Report>(
  em: EntityManager,
  viewer: Viewer,
  reports: ReportTable<R>,
  args: PageArgs,
): DataLoader<string, R[]> {
  const limit = pageLimit(args);
  const before = decodeIdCursor(args.after) ?? null;
  return new DataLoader(async (uids) => {
    const boundary = boundaryOf(viewer);
    if (!boundary) return uids.map(() => []);
    const { condition, parameters } = within(boundary);
    const found = await rows<{ id: string }>(
      em,
      `select page.id from unnest(?::uuid[]) as member (uid) cross join lateral (
         select id from ${reports.table} where member_uid = member.uid and state <> 'REFUSED' and ${condition} ${before === null ? '' : 'and id < ?'}
         order by id desc limit ${limit}) as page`,
      [[...uids], ...parameters, ...(before === null ? [] : [before])],
    );
    const all = await inOrder(em, viewer, reports, found);
    return uids.map((uid) => all.filter((report) => report.memberUid === uid));
  });
}

/** A page of one member's reports, out of the request's loader. */
export const pageOfMember = async <R extends Report>(
  loader: (args: PageArgs) => DataLoader<string, R[]>,
  uid: string,
  args: PageArgs,
): Promise<Page<R>> => pageOf(await loader(args).load(uid), args, idOf);

async function inOrder<R extends Report>(
  em: EntityManager,
  viewer: Viewer,
  reports: ReportTable<R>,
  found: readonly { id: string }[],
): Promise<R[]> {
  const byId = new Map(
    (
      await findReports(
        em,
        viewer,
        reports,
        found.map(({ id }) => id),
      )
    ).map((report) => [report.id, report]),
  );
  return found.flatMap(({ id }) => byId.get(id) ?? []);
}

const idOf = ({ id }: Report): string => encodeCursor(id);
