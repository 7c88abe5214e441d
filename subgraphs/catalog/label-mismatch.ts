import type { Language } from '../../schema/viewer.js';
import { LabelDifference, LabelMismatch } from '../kernel/gate-refusals.js';
import { say } from '../kernel/text.js';
import { as } from '../kernel/union.js';
import type { ClaimRefusal } from './campaigns/kept-claims.js';
import type { Mismatch } from './campaigns/labels.js';

export { LabelMismatch } from '../kernel/gate-refusals.js';

export const labelMismatch = (mismatches: readonly Mismatch[], language: Language): LabelMismatch =>
  shown(mismatches, say(language, '宣传用语与计算结果不符', 'The campaign claims what its numbers do not say'));

/** A price that would make untrue what a campaign says. */
export const claimBroken = ({ campaign, mismatches }: ClaimRefusal, language: Language): LabelMismatch =>
  shown(
    mismatches,
    say(
      language,
      `该积分价与已发布活动“${campaign}”的宣传不符`,
      `At that price, what the published campaign ${campaign} says would not be true`,
    ),
  );

const shown = (mismatches: readonly Mismatch[], message: string): LabelMismatch =>
  as(LabelMismatch, {
    code: 'LABEL_MISMATCH',
    message,
    claimed: mismatches[0]?.claimed ?? '',
    computed: mismatches[0]?.computed ?? '',
    mismatches: mismatches.map((mismatch) => as(LabelDifference, mismatch)),
  });
