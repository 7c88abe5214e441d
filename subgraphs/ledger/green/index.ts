import type { Owner } from '../../../schema/decide.js';
import { type GreenReportRow, GreenReportRowResolver, GreenResolver } from './green.resolver.js';
import { LedgerGreen20261130DatedLabels } from './migrations/dated-labels.js';
import { LedgerGreen20261122Labels } from './migrations/labels.js';

/** Labels of programmes and the report by them. A part of the ledger, merged into it by the ledger's `index.ts`. */
export const green = {
  migrations: [LedgerGreen20261122Labels, LedgerGreen20261130DatedLabels],
  resolvers: [GreenResolver, GreenReportRowResolver] as const,
  owners: { GreenReportRow: ({ issuerId }: GreenReportRow): Owner => ({ partners: [issuerId] }) },
};
