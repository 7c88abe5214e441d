import type { SubgraphDefinition } from '../kernel/subgraph.js';
import { type Context, type Loaders, loaders } from './context.js';
import { Member, MemberLink } from './member.entity.js';
import { Me, MeResolver, ownerOfMe, references as meReferences } from './me.resolver.js';
import { MemberResolver, references } from './member.resolver.js';
import { Members20261121Initial } from './migrations/initial.js';

/** Members: who they are, who knows them. */
export const subgraph: SubgraphDefinition<Loaders> = {
  name: 'members',
  entities: [Member, MemberLink],
  migrations: [Members20261121Initial],
  resolvers: [MemberResolver, MeResolver],
  orphanedTypes: [Member, Me],
  references: { ...references, ...meReferences },
  owners: {
    Me: ownerOfMe,
    Member: async ({ uid }: Member, context: Context) => ({
      member: uid,
      partners: (await context.loaders.links.load(uid)).map((link) => link.partner),
    }),
  },
  loaders,
};
