import type DataLoader from 'dataloader';
import { loadByKey } from '../kernel/loader.js';
import type { PageArgs } from '../kernel/page.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import { type Entitlement, loadEntitlements } from './entitlement.entity.js';
import type { Report } from './report.entity.js';
import { findReports, pagesByMember, type ReportTable } from './report-pages.js';

/** What every trade loads in one request. All of it is bounded to the viewer inside the queries. */
export interface Loaders<R extends Report = Report, Own = unknown> {
  /** A report by id. */
  readonly report: DataLoader<string, R | null>;
  /** A page of reports per member: one statement for all members of the request. */
  readonly reportsOf: (args: PageArgs) => DataLoader<string, R[]>;
  /** What a member holds of what was delivered here, newest first. */
  readonly entitlements: DataLoader<string, Entitlement[]>;
  /** What this trade alone loads. */
  readonly own: Own;
}

export type Context<R extends Report = Report, Own = unknown> = SubgraphContext<Loaders<R, Own>>;

export type OwnLoaders<Own> = (context: Pick<Context, 'em' | 'viewer'>) => Own;

export const loaders = <R extends Report, Own>(
  { em, viewer }: Pick<Context, 'em' | 'viewer'>,
  reports: ReportTable<R>,
  own: OwnLoaders<Own>,
): Loaders<R, Own> => ({
  report: loadByKey(
    (ids) => findReports(em, viewer, reports, ids),
    (report) => report.id,
  ),
  reportsOf: pagesByMember(em, viewer, reports),
  entitlements: loadEntitlements(em, viewer),
  own: own({ em, viewer }),
});
