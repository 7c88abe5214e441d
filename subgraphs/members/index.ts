import type { Owner } from '../../schema/decide.js';
import { auditOwners, auditTrail } from '../kernel/audit.resolver.js';
import { eventsResolver } from '../kernel/events/events.resolver.js';
import { forgetEvents } from '../kernel/events/kept.js';
import type { SubgraphDefinition } from '../kernel/subgraph.js';
import { BirthdaysResolver } from './birthdays.resolver.js';
import { Child } from './child.entity.js';
import { ChildResolver, MemberChildren, ownerOfChildren } from './child.resolver.js';
import { Consent } from './consent.entity.js';
import { ConsentResolver, MemberConsents, MyConsents } from './consent.resolver.js';
import { type Context, type Loaders, loaders } from './context.js';
import { CreditRecord, CreditTerms } from './credit-record.entity.js';
import { type Credit, CreditResolver, MemberCredit, MyCredit } from './credit.resolver.js';
import { Member, MemberLink } from './member.entity.js';
import { Me, MeResolver, ownerOfMe, references as meReferences } from './me.resolver.js';
import { MemberResolver, references } from './member.resolver.js';
import { Members20261121Consents } from './migrations/consents.js';
import { Members20261121Initial } from './migrations/initial.js';
import { Members20261124ErasedEvents } from './migrations/erased-events.js';
import { Members20261122Erasures } from './migrations/erasures.js';
import { Members20261123Events } from './migrations/events.js';
import { Members20261130TierReasons } from './migrations/tier-reasons.js';
import { Members20261122Tiers } from './migrations/tiers.js';
import { finishErasures } from './privacy/job.js';
import { PrivacyResolver } from './privacy/privacy.resolver.js';
import { consentsFromTable } from './read-consents.js';
import { forgetChildren } from './forget-children.js';
import { proposeTiersJob } from './tiers/job.js';
import { MyTierProposals } from './tiers/my-proposals.resolver.js';
import { MemberTier, TierLadder, TierProposal } from './tiers/tier.entity.js';
import { MemberTierOf, MyTiers, TierResolver } from './tiers/tier.resolver.js';
import type { HighPotential, TierProposalView, TierStanding } from './tiers/tier.types.js';

const ownerOfMember = async (uid: string, context: Context): Promise<Owner> => ({
  member: uid,
  partners: (await context.loaders.links.load(uid)).map((link) => link.partner),
});

/** Members: who they are, who knows them, what they agreed to, and what a good credit record gives them. */
export const subgraph: SubgraphDefinition<Loaders> = {
  name: 'members',
  entities: [Member, MemberLink, Consent, CreditRecord, CreditTerms, Child, TierLadder, MemberTier, TierProposal],
  migrations: [
    Members20261121Initial,
    Members20261121Consents,
    Members20261122Tiers,
    Members20261122Erasures,
    Members20261123Events,
    Members20261124ErasedEvents,
    Members20261130TierReasons,
  ],
  resolvers: [
    MemberResolver,
    MeResolver,
    ConsentResolver,
    MyConsents,
    MemberConsents,
    CreditResolver,
    MyCredit,
    MemberCredit,
    ChildResolver,
    MemberChildren,
    auditTrail('memberAudit', 'members'),
    BirthdaysResolver,
    TierResolver,
    MyTiers,
    MyTierProposals,
    MemberTierOf,
    PrivacyResolver,
    eventsResolver(),
  ],
  orphanedTypes: [Member, Me],
  references: { ...references, ...meReferences },
  owners: {
    ...auditOwners,
    Me: ownerOfMe,
    Member: ({ uid }: Member, context: Context) => ownerOfMember(uid, context),
    'Member.children': ({ uid }: Member, context: Context) => ownerOfChildren(uid, context),
    Child: ({ memberUid }: Child, context: Context) => ownerOfChildren(memberUid, context),
    Consent: ({ memberUid, recipient }: Consent): Owner => ({ member: memberUid, partners: [recipient] }),
    TierStanding: ({ memberUid, partner }: TierStanding): Owner => ({ member: memberUid, partners: [partner.id] }),
    TierProposal: ({ memberUid, partnerId }: TierProposalView): Owner => ({ member: memberUid, partners: [partnerId] }),
    HighPotential: ({ partnerId }: HighPotential): Owner => ({ partners: [partnerId] }),
    Credit: ({ memberUid }: Credit, context: Context) => ownerOfMember(memberUid, context),
  },
  loaders,
  jobs: [proposeTiersJob, finishErasures, forgetEvents, forgetChildren],
  consents: ({ em }) => consentsFromTable(em),
};
