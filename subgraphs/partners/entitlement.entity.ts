import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { EntityManager } from '@mikro-orm/postgresql';
import type DataLoader from 'dataloader';
import type { Viewer } from '../../schema/viewer.js';
import { loadManyByKey } from '../kernel/loader.js';
import { rows } from '../kernel/sql.js';
import { boundaryOf, within } from './visibility.js';

/** What a member holds after a delivery: a voucher, a ticket, a data pack, a shipment. Each trade publishes its own view of it. */
@Entity({ tableName: 'entitlement' })
export class Entitlement {
  /** Code or number by which it is used; unguessable. */
  @PrimaryKey({ type: 'text' }) reference!: string;
  @Property({ type: 'text' }) redemption!: string;
  @Property({ type: 'integer' }) line!: number;
  @Property({ type: 'text' }) kind!: string;
  /** In the unit of its kind: fen of phone credit, GB of data. */
  @Property({ type: 'integer' }) amount!: number;
  @Property({ type: 'integer' }) quantity!: number;
  /** Id of the catalog's item. */
  @Property({ type: 'text' }) item!: string;
  @Property({ type: 'text', fieldName: 'partner' }) partnerId!: string;
  @Property({ type: 'uuid' }) memberUid!: string;
  @Property({ type: 'text' }) detail!: string;
  @Property({ type: 'datetime' }) deliveredAt!: Date;
  @Property({ type: 'datetime', nullable: true }) usedAt!: Date | null;
  @Property({ type: 'datetime', nullable: true }) withdrawnAt!: Date | null;
}

/** The latest entitlements of each kind shown per member, for lists without pages. */
const mostPerMember = 100;

/** What members hold, latest first, as far as the viewer may be shown it; what was withdrawn is gone. */
export const loadEntitlements = (em: EntityManager, viewer: Viewer): DataLoader<string, Entitlement[]> =>
  loadManyByKey(
    async (uids) => {
      const boundary = boundaryOf(viewer);
      if (!boundary) return [];
      const { condition, parameters } = within(boundary);
      const found = await rows<object>(
        em,
        `select held.* from unnest(?::uuid[]) as member (uid) cross join lateral (
           select * from entitlement where member_uid = member.uid and withdrawn_at is null and ${condition}
           order by delivered_at desc, reference limit ${mostPerMember}) as held`,
        [[...uids], ...parameters],
      );
      return found.map((row) => em.map(Entitlement, row as never));
    },
    (entitlement) => entitlement.memberUid,
  );
