import type { EntityClass, EntityManager } from '@mikro-orm/postgresql';
import type { Report } from './report.entity.js';

/** One kind of report: its name (in keys and in fault points) and its entity. */
export interface ReportKind<R extends Report> {
  readonly name: string;
  /** What the trade's input calls its own number. */
  readonly refArgument: string;
  readonly entity: EntityClass<R>;
  /** True where the same thing told at another time is no new one: what was kept first stands. */
  readonly repeats?: true;
  /** True where one number counts once for each member, as a survey does, and not once for all. */
  readonly perMember?: true;
  /** How the ledger, and whoever reads it, knows the purchase; by the partner's own number where absent. */
  readonly purchaseRef?: (record: R) => string;
  /** Takes back what recording changed beside the record itself; runs with the refusal, in one transaction. */
  readonly undo?: (tx: EntityManager, record: R) => Promise<void>;
}
