import type { Owner } from '../../../schema/decide.js';
import { CaseResolver } from './case.resolver.js';
import { lookThroughJob } from './detect.js';
import { ExportResolver } from './export.resolver.js';
import { LedgerSupervision20261122Cases } from './migrations/cases.js';
import { ProposedSupervision, SupervisionRulesResolver } from './rules.resolver.js';

/** Nobody's own: cases are for those who look at all of it. */
const nobodys = (): Owner => ({ partners: [] });

/** Look-through supervision: signals, cases, fines, and what a regulator takes home. A part of the ledger, merged into it by the ledger's `index.ts`. */
export const supervision = {
  migrations: [LedgerSupervision20261122Cases],
  jobs: [lookThroughJob],
  resolvers: [CaseResolver, SupervisionRulesResolver, ProposedSupervision, ExportResolver] as const,
  owners: {
    Case: nobodys,
    CaseSignal: nobodys,
    CaseMember: nobodys,
    CaseStep: nobodys,
    CaseFine: nobodys,
    SupervisionTerms: nobodys,
    WatchedSignal: nobodys,
    RegulatorExport: nobodys,
    RegulatorExportLine: nobodys,
  },
};
