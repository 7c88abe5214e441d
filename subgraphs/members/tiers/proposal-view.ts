import type { Language } from '../../../schema/viewer.js';
import { as } from '../../kernel/union.js';
import { reasonText } from './tier-text.js';
import type { StoredReason, TierLadder, TierProposal } from './tier.entity.js';
import { TierProposalView, type TierReason } from './tier.types.js';

export const reasonsIn = (language: Language, reasons: readonly StoredReason[]): TierReason[] =>
  reasons.map((reason) => ({ code: reason.code, text: reasonText(language, reason) }));

/** A proposal as its member and its partner read it, with the step as the ladder has it now. */
export const viewOf = (
  { id, memberUid, partner, toTier, state, at, reasons }: TierProposal,
  ladder: TierLadder | null,
  language: Language,
): TierProposalView =>
  as(TierProposalView, {
    id,
    memberUid,
    partnerId: partner,
    partner: { id: partner },
    state,
    at,
    toTier: ladder?.tiers.find((tier) => tier.id === toTier) ?? null,
    reasons: reasonsIn(language, reasons),
  });
