import type { AnyEntity, Constructor, EntityClass } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';
import type { ClassType } from 'type-graphql';
import type { Owner } from '../../schema/decide.js';
import type { SubgraphDefinition } from '../kernel/subgraph.js';
import { type Context, type Loaders, loaders, type OwnLoaders } from './context.js';
import type { DeliveryDesk } from './deliver.js';
import { deliveryResolver } from './delivery-mutations.js';
import { Entitlement } from './entitlement.entity.js';
import { finishReports } from './finish-reports.js';
import { type MemberKey, ownerOfMember } from './member.stub.js';
import type { Report } from './report.entity.js';
import type { ReportTable } from './report-pages.js';
import { Partners20261121Delivery, Partners20261130DeliveryReturns } from './shared.migration.js';

/** What a trade says of itself; everything else is alike for all. */
export interface Trade<R extends Report, Own> {
  /** Name on the roster. */
  readonly name: string;
  readonly reports: ReportTable<R>;
  readonly desk: DeliveryDesk;
  readonly migration: Constructor<Migration>;
  readonly resolvers: readonly (abstract new (...args: never[]) => unknown)[];
  readonly member: ClassType<MemberKey>;
  /** GraphQL types that show a member's entitlements. */
  readonly holdings?: readonly string[];
  /** What this trade alone loads in one request. */
  readonly loaders?: OwnLoaders<Own>;
  /** What this trade has beside its reports and deliveries. */
  readonly more?: Partial<Pick<SubgraphDefinition, 'entities' | 'migrations' | 'jobs' | 'personal'>> & {
    /** GraphQL types of records that belong to a member and a partner. */
    readonly owned?: readonly string[];
  };
}

interface Held {
  readonly memberUid: string;
  readonly partnerId: string;
}

const ownerOf = ({ memberUid, partnerId }: Held): Owner => ({ member: memberUid, partners: [partnerId] });

/** A trade as a subgraph. */
export function tradeSubgraph<R extends Report, Own = undefined>(trade: Trade<R, Own>): SubgraphDefinition<Loaders<R, Own>> {
  const { kind, table } = trade.reports;
  const { entities = [], migrations = [], jobs = [], owned = [], personal } = trade.more ?? {};
  const report = kind.entity.name;
  return {
    name: trade.name,
    entities: [kind.entity as EntityClass<AnyEntity>, Entitlement, ...entities],
    migrations: [Partners20261121Delivery, trade.migration, ...migrations, Partners20261130DeliveryReturns],
    resolvers: [deliveryResolver(trade.desk), ...trade.resolvers],
    orphanedTypes: [trade.member],
    references: {
      Member: ({ uid }: MemberKey) => ({ uid }),
      [report]: ({ id }: { id: string }, context: Context<R, Own>) => context.loaders.report.load(id),
    },
    owners: {
      Member: ownerOfMember,
      ...Object.fromEntries([report, 'Accrual', ...(trade.holdings ?? []), ...owned].map((type) => [type, ownerOf])),
    },
    loaders: (context) => loaders(context, trade.reports, trade.loaders ?? (() => undefined as Own)),
    jobs: [finishReports(kind, table), ...jobs],
    ...(personal ? { personal } : {}),
  };
}
