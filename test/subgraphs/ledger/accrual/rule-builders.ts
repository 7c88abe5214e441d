import type { PurchaseLine, Rule } from '../../../../subgraphs/ledger/accrual/rules.js';

/** A rule that asks for nothing and gives nothing but what is said. */
export const rule = (more: Partial<Rule>): Rule => ({
  id: more.name ?? 'base',
  name: 'base',
  version: 1,
  kind: 'BASE',
  ratePoints: null,
  rateFen: null,
  bonusBasisPoints: null,
  eventPoints: null,
  transactionCapPoints: null,
  dailyCapPoints: null,
  monthlyCapPoints: null,
  yearlyCapPoints: null,
  balanceCapPoints: null,
  basis: 'NET',
  category: null,
  certificate: null,
  certificateRegistered: false,
  cardProduct: null,
  event: null,
  tier: null,
  creditFactor: false,
  pendingDays: null,
  pendingUntil: null,
  pendingEvent: null,
  pendingLapseDays: null,
  validFrom: new Date(0),
  validUntil: null,
  ...more,
});
export const base = (points: number, fen: number, more: Partial<Rule> = {}): Rule =>
  rule({ ratePoints: BigInt(points), rateFen: BigInt(fen), ...more });
export const bonus = (basisPoints: number, more: Partial<Rule>): Rule => rule({ kind: 'BONUS', bonusBasisPoints: basisPoints, ...more });
export const line = (fen: number, more: Partial<PurchaseLine> = {}): PurchaseLine => ({
  sku: 'x',
  fen: BigInt(fen),
  cashFen: BigInt(fen),
  ...more,
});
