import DataLoader from 'dataloader';
import type { Viewer } from '../../schema/viewer.js';
import { now } from '../kernel/clock.js';
import { loadByKey, loadManyByKey } from '../kernel/loader.js';
import type { Rational } from '../kernel/rational.js';
import { rows } from '../kernel/sql.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import { type Complaint, complaintsOf } from './complaints/complaint-store.js';
import { type SupplierFacts, suppliersOf } from './complaints/read-suppliers.js';
import { Coupon } from './coupons/coupon.entity.js';
import { Drop } from './drops/drop.entity.js';
import { blockedIssuers } from './items/read-blocks.js';
import { inForce } from './items/in-force.js';
import { Item } from './items/item.entity.js';
import { programmeValues } from './ledger-port.js';
import type { Policy } from './policies/policy.js';
import { policiesOf } from './policies/read-policy.js';
import { type PriceHistory, priceHistories } from './pricing/price-history.js';
import { roomAhead, type Slot, slotsById } from './slots/slot-store.js';
import { Quote } from './quotes/quote.entity.js';
import { Redemption, RedemptionLine } from './redemption/redemption.entity.js';

export interface Loaders {
  /** The item as it is on offer now. */
  readonly item: DataLoader<string, Item | null>;
  /** One version of an item, by `versionKey`. */
  readonly itemVersion: DataLoader<string, Item | null>;
  /** Pieces left: null without limit. */
  readonly shelf: DataLoader<string, { item: string; remaining: number | null } | null>;
  /** Everything that an item ever cost or is going to cost. */
  readonly prices: DataLoader<string, PriceHistory | null>;
  /** Issuers whose points may not pay for a category. */
  readonly blockedIssuers: DataLoader<string, readonly string[]>;
  readonly slot: DataLoader<string, Slot | null>;
  /** Most pieces that one slot ahead has left; null where an item is not had in slots. */
  readonly room: DataLoader<string, { item: string; room: number } | null>;
  readonly supplier: DataLoader<string, SupplierFacts | null>;
  /** Complaints about a redemption's lines. */
  readonly complaints: DataLoader<string, Complaint[]>;
  /** What admins decided for a partner's catalog. */
  readonly policy: DataLoader<string, Policy>;
  /** What a point of a programme is worth, in fen; null where there is no such programme. */
  readonly programmeValue: DataLoader<string, Rational | null>;
  /** The drop by which alone an item is to be had now, or will be. */
  readonly dropOf: DataLoader<string, Drop | null>;
  /** A coupon that the viewer has to do with. */
  readonly coupon: DataLoader<string, Coupon | null>;
  readonly quote: DataLoader<string, Quote | null>;
  readonly redemption: DataLoader<string, Redemption | null>;
  readonly redemptionLines: DataLoader<string, RedemptionLine[]>;
  /** The request's instant, asked once. */
  readonly clock: () => Promise<Date>;
}

export type Context = SubgraphContext<Loaders>;

export const versionKey = (item: string, version: number): string => `${version}@${item}`;

const nobody = '00000000-0000-0000-0000-000000000000';

/** Whose records the viewer can meet at all: a member its own, a partner those at its own shop; the operator and other subgraphs any; who has no token none. */
export const visibleTo = (viewer: Viewer): { memberUid?: string; acceptorId?: string } =>
  viewer.via !== undefined
    ? {}
    : viewer.kind === 'member' || viewer.kind === 'anonymous'
      ? { memberUid: viewer.uid ?? nobody }
      : viewer.partner === undefined
        ? {}
        : { acceptorId: viewer.partner };

/** A member's own coupons; for a partner those that it offers or takes. */
const couponsOf = (viewer: Viewer): object => {
  if (viewer.via === undefined && viewer.kind !== 'member' && viewer.partner !== undefined)
    return { $or: [{ issuerId: viewer.partner }, { acceptors: { $contains: [viewer.partner] } }, { scope: 'ALL' }] };
  return viewer.kind === 'member' ? { memberUid: viewer.uid ?? nobody } : {};
};

// Rows change under the reader by plain statements, so nothing read here may come out of the unit of work's own memory.
const fresh = { disableIdentityMap: true } as const;

export const loaders = ({ em, viewer, peers }: Pick<Context, 'em' | 'viewer' | 'peers'>): Loaders => {
  let instant: Promise<Date> | undefined;
  return {
    item: loadByKey(
      async (ids) => inForce(em, await em.find(Item, { id: { $in: [...ids] }, current: true }, fresh)),
      (item) => item.id,
    ),
    itemVersion: loadByKey(
      (keys) =>
        em.find(Item, { $or: keys.map((key) => ({ version: Number.parseInt(key, 10), id: key.slice(key.indexOf('@') + 1) })) }, fresh),
      (item) => versionKey(item.id, item.version),
    ),
    shelf: loadByKey(
      (ids) => rows<{ item: string; remaining: number | null }>(em, 'select item, remaining from shelf where item = any(?::text[])', [ids]),
      (shelf) => shelf.item,
    ),
    prices: loadByKey(
      (ids) => priceHistories(em, ids),
      (history) => history.item,
    ),
    blockedIssuers: new DataLoader<string, readonly string[]>((categories) => blockedIssuers(em, categories)),
    slot: loadByKey(
      (ids) => slotsById(em, ids),
      (slot) => slot.id,
    ),
    room: loadByKey(
      (items) => roomAhead(em, items),
      (found) => found.item,
    ),
    supplier: loadByKey(
      (ids) => suppliersOf(em, ids),
      (supplier) => supplier.id,
    ),
    complaints: loadManyByKey(
      (ids) => complaintsOf(em, ids),
      (complaint) => complaint.redemptionId,
    ),
    policy: new DataLoader<string, Policy>((owners) => policiesOf(em, owners)),
    programmeValue: new DataLoader<string, Rational | null>(async (ids) => {
      const values = await programmeValues({ peers, viewer }, ids);
      return ids.map((id) => values.get(id)?.value ?? null);
    }),
    dropOf: loadByKey(
      async (items) => {
        const open = await rows<{ id: string }>(em, 'select id from item_drop where item = any(?::text[]) and closes_at > clock()', [
          items,
        ]);
        return em.find(Drop, { id: { $in: open.map(({ id }) => id) } }, fresh);
      },
      (drop) => drop.itemId,
    ),
    coupon: loadByKey(
      (ids) => em.find(Coupon, { id: { $in: [...ids] }, ...couponsOf(viewer) }, fresh),
      (coupon) => coupon.id,
    ),
    quote: loadByKey(
      (ids) => em.find(Quote, { id: { $in: [...ids] }, ...visibleTo(viewer) }, fresh),
      (quote) => quote.id,
    ),
    redemption: loadByKey(
      (ids) => em.find(Redemption, { id: { $in: [...ids] }, ...visibleTo(viewer) }, fresh),
      (redemption) => redemption.id,
    ),
    redemptionLines: loadManyByKey(
      (ids) => em.find(RedemptionLine, { redemptionId: { $in: [...ids] } }, { ...fresh, orderBy: { line: 'asc' } }),
      (line) => line.redemptionId,
    ),
    clock: () => (instant ??= now(em)),
  };
};
