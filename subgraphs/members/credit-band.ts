/** BASE is everybody's; no record and no refusal of consent ever leads below it. */
export type CreditBand = 'BASE' | 'TRUSTED';

/** The latest record of the credit body: its own band, or a score that the terms translate. */
export interface CreditFacts {
  readonly score: number | null;
  readonly band: CreditBand | null;
  readonly at: Date;
}

/** Published terms: objective, the same for all, versioned. */
export interface CreditTermsFacts {
  /** Lowest score that counts as trusted, where the credit body gives no band. */
  readonly trustedFromScore: number;
  /** 12500 is 1.25 times the points. */
  readonly multiplierBasisPoints: number;
  /** 9000 is 0.90 of the points that something costs at the least. */
  readonly thresholdBasisPoints: number;
}

export interface CreditStanding {
  readonly band: CreditBand;
  readonly multiplierBasisPoints: number;
  readonly thresholdBasisPoints: number;
  /** When the record behind it was made; null where none is used. */
  readonly since: Date | null;
}

export const wholeBasisPoints = 10_000;
const base: CreditStanding = { band: 'BASE', multiplierBasisPoints: wholeBasisPoints, thresholdBasisPoints: wholeBasisPoints, since: null };

/** Pure: a record that the member agreed to use -> band and what it gives. Without consent or record it is the base, as for everybody. */
export function standingOf(record: CreditFacts | null, isConsented: boolean, terms: CreditTermsFacts): CreditStanding {
  if (!record || !isConsented) return base;
  const band = record.band ?? ((record.score ?? -Infinity) >= terms.trustedFromScore ? 'TRUSTED' : 'BASE');
  if (band === 'BASE') return { ...base, since: record.at };
  return {
    band,
    multiplierBasisPoints: Math.max(terms.multiplierBasisPoints, wholeBasisPoints),
    thresholdBasisPoints: Math.min(terms.thresholdBasisPoints, wholeBasisPoints),
    since: record.at,
  };
}

export type BenefitKind = 'ACCRUAL_MULTIPLIER' | 'THRESHOLD_FACTOR' | 'EXCLUSIVE_ACCESS';

/** Pure: the benefits of a standing as facts; the text of each is the edge's. */
export const benefitsOf = ({
  band,
  multiplierBasisPoints,
  thresholdBasisPoints,
}: CreditStanding): { kind: BenefitKind; basisPoints: number | null }[] => [
  { kind: 'ACCRUAL_MULTIPLIER', basisPoints: multiplierBasisPoints },
  { kind: 'THRESHOLD_FACTOR', basisPoints: thresholdBasisPoints },
  ...(band === 'TRUSTED' ? [{ kind: 'EXCLUSIVE_ACCESS' as const, basisPoints: null }] : []),
];
