import { LedgerParticipation20261122 } from './migrations/participation.js';
import { MyParticipation, ParticipationResolver, ProposedParticipation } from './participation.resolver.js';

/** Units of participation in what an issuer is licensed for, off by default. A part of the ledger, merged into it by the ledger's `index.ts`. */
export const participation = {
  migrations: [LedgerParticipation20261122],
  resolvers: [ParticipationResolver, MyParticipation, ProposedParticipation] as const,
};
