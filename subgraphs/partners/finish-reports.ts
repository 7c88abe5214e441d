import { change, rows } from '../kernel/sql.js';
import type { Job, JobContext } from '../kernel/subgraph.js';
import { complete } from './complete-report.js';
import type { Report } from './report.entity.js';
import type { ReportKind } from './report-kind.js';

const batch = 20;

/**
 * Completes the records whose request ended between its two transactions. A lease keeps two instances, and a request that is still at
 * work, from doing it at once; it runs on the server's time and not on `clock()`, which a sandbox may stop.
 */
export const finishReports = <R extends Report>(kind: ReportKind<R>, table: string, name = 'finish-reports'): Job => ({
  name,
  everyMs: 2_000,
  async run(context: JobContext) {
    for (const { id } of await lease(context, table)) {
      await complete(context, kind, id).catch(async (error: unknown) => {
        context.log.warn({ err: error, report: id }, 'a report could not be completed and will be tried again');
        await change(context.em, `update ${table} set lease_until = now() + least(attempts, 30) * interval '2 seconds' where id = ?`, [id]);
      });
    }
  },
});

const lease = ({ em }: JobContext, table: string): Promise<{ id: string }[]> =>
  rows(
    em,
    `update ${table} set lease_until = now() + interval '30 seconds', attempts = attempts + 1
     where id in (select id from ${table} where state = 'RECORDED' and lease_until <= now() order by lease_until limit ${batch} for update skip locked)
     returning id`,
  );
