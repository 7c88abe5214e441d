import { restoreRole } from '../rights/withdraw-role.js';
import { makeGrant } from '../rights/grant.js';
import { reinstate } from '../rights/suspend.js';
import { licenseScheme, switchOn } from '../participation/license-scheme.js';
import { setTerms } from '../supervision/terms.js';
import { setCreditLimit } from '../clearing/credit/set-credit-limit.js';
import { setSettlementAccount } from '../clearing/settlement-account.js';
import { setPackTerms } from '../clearing/packs/pack-terms.js';
import { setEstimate } from '../liability/estimates.js';
import { makeAdjustment } from './adjustment.js';
import { setAdjustmentLimit } from './adjustment-limit.js';
import type { ChangeKind } from './change.entity.js';
import type { Make } from './kind.js';
import { setRate } from './rate.js';

/** What is done when a second person agrees, by kind of change. */
export const makers: Readonly<Record<ChangeKind, Make<never>>> = {
  ADJUSTMENT: makeAdjustment,
  ADJUSTMENT_LIMIT: setAdjustmentLimit,
  RATE: setRate,
  PACK_TERMS: setPackTerms,
  REDEMPTION_ESTIMATE: setEstimate,
  CREDIT_LIMIT: setCreditLimit,
  SETTLEMENT_ACCOUNT: setSettlementAccount,
  GRANT: makeGrant,
  REINSTATEMENT: reinstate,
  ROLE_RESTORATION: restoreRole,
  PARTICIPATION_SWITCH: switchOn,
  PARTICIPATION_SCHEME: licenseScheme,
  SUPERVISION_TERMS: setTerms,
};
