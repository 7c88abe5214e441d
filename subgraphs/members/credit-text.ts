import type { Language } from '../../schema/viewer.js';
import { say } from '../kernel/text.js';
import type { BenefitKind } from './credit-band.js';

/** A benefit in a sentence; amounts are exact to the basis point. */
export function benefitText(language: Language, kind: BenefitKind, basisPoints: number | null): string {
  const times = timesOf(basisPoints ?? 0);
  switch (kind) {
    case 'ACCRUAL_MULTIPLIER':
      return say(language, `累积积分按 ${times} 倍计`, `${times} times the points of a purchase`);
    case 'THRESHOLD_FACTOR':
      return say(language, `兑换门槛按 ${times} 倍计`, `${times} of the points that a benefit asks for`);
    case 'EXCLUSIVE_ACCESS':
      return say(language, '可参与守信会员专属活动', 'Offers for trusted members are open');
  }
}

/** 12500 -> 1.25; at least two decimals. */
const timesOf = (basisPoints: number): string => (basisPoints / 10_000).toFixed(4).replace(/0{1,2}$/, '');
