import type { EntityManager } from '@mikro-orm/postgresql';
import { now } from '../../kernel/clock.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { timesDown } from '../../kernel/rational.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { type CouponTerms, termsProblem } from '../coupons/coupon-terms.js';
import { itemIdOf } from '../donations/cause.entity.js';
import { firstTime } from '../first-time.js';
import { brokenClaims, type ClaimRefusal, savedAt } from '../campaigns/kept-claims.js';
import { sound, type Variants } from '../campaigns/parity.js';
import { boundOf, boundsNow } from '../pricing/price-bounds.js';
import { type BoundRefusal, boundRefusal } from '../pricing/set-pricing.js';
import { policyOf } from '../policies/read-policy.js';
import { blockedIssuers } from './read-blocks.js';
import { type Check, checksOf, gateOf, type GateRefusal, type Measure } from './item-checks.js';
import type { DeliveryKind, ItemDisclosure } from './item.entity.js';
import { Item } from './item.entity.js';
import { acceptorTerms } from '../ledger-port.js';
import { endWithdrawal } from './withdraw-item.js';
import { renewOverrides } from '../pricing/override-version.js';

/** An item as its owner wants it. `stock`: pieces left from now on, null without limit, undefined as it was. */
export interface ItemSpec {
  readonly id: string;
  readonly owner: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly category: string;
  readonly faceFen: bigint | null;
  readonly price: { readonly programme: string; readonly points: bigint };
  readonly delivery: { readonly kind: DeliveryKind; readonly amount: number; readonly unit: string };
  readonly stock: number | null | undefined;
  readonly maxPointsShareBasisPoints: number;
  readonly acceptsOtherProgrammes: boolean;
  readonly creditThreshold: boolean;
  readonly tags: readonly string[];
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  readonly disclosure: ItemDisclosure | null;
  readonly variants: Variants | null;
  readonly specification: readonly { readonly name: string; readonly value: string }[];
  readonly supplier: string | null;
  /** For an item that delivers coupons; what the sender left out is null. */
  readonly coupon:
    | (Omit<CouponTerms, 'thresholdFen' | 'faceFen'> & { readonly thresholdFen: bigint | null; readonly faceFen: bigint | null })
    | null;
}

export type UpsertOutcome =
  | { readonly kind: 'saved'; readonly id: string; readonly version: number; readonly checks: readonly Check[] }
  | { readonly kind: 'refused'; readonly code: 'ITEM_TAKEN' | 'ITEM_DELISTED' }
  | GateRefusal
  | BoundRefusal
  | ClaimRefusal;

/** Saves an item as a new version; quotes that were given keep theirs. An id belongs to the partner that used it first. */
export async function upsertItem(context: Context, key: WriteKey, spec: ItemSpec): Promise<Once<UpsertOutcome>> {
  demand(spec);
  const asked = await firstTime(context.em, key, () => acceptorTerms(context, spec.owner, [spec.price.programme]));
  const body = { ...spec, stock: spec.stock === undefined ? 'as it was' : (spec.stock ?? 'no limit') };
  return once<UpsertOutcome>(context.em, key, body, async (tx) => {
    const { terms, programmes } = await asked();
    const coupon = couponOf(spec);
    if (coupon === 'threshold missing') return { kind: 'refused', code: 'DISCLOSURE_MISSING', missing: ['threshold'] };
    if (!terms) throw badInput('There is no such partner', { argument: 'owner' });
    const programme = programmes.get(spec.price.programme);
    if (!programme) throw badInput('There is no such programme', { argument: 'price.programme' });
    const faceFen = spec.faceFen ?? timesDown(spec.price.points, programme.value);
    if (faceFen < 1n) throw badInput('An item is worth at least 1 fen', { argument: 'faceFen' });
    const fresh = await change(tx, 'insert into shelf (item, owner, remaining) values (?, ?, ?) on conflict (item) do nothing', [
      spec.id,
      spec.owner,
      spec.stock ?? null,
    ]);
    const [shelf] = await rows<{ owner: string; withdrawn_for: string | null }>(
      tx,
      'select owner, withdrawn_for from shelf where item = ? for update',
      [spec.id],
    );
    if (shelf?.owner !== spec.owner) return { kind: 'refused', code: 'ITEM_TAKEN' };
    if (shelf.withdrawn_for === 'COMPLAINTS') return { kind: 'refused', code: 'ITEM_DELISTED' };
    const last = await lastSaved(tx, spec.id);
    const item = { ...spec, faceFen, pricePoints: spec.price.points };
    const measure: Measure = {
      ...programme,
      blockedIssuers: (await blockedIssuers(tx, [spec.category]))[0] ?? [],
      disclosureRequired: (await policyOf(tx, spec.owner)).disclosureRequired,
      promised: await promisedBefore(tx, spec.id),
      at: await now(tx),
    };
    const refusal =
      gateOf(item, measure) ?? (await beyondBound(tx, last, spec)) ?? (await brokenClaims(tx, spec.id, savedAt(spec.price.points, spec)));
    if (refusal) {
      // A refused save leaves no id taken.
      if (fresh === 1) await change(tx, 'delete from shelf where item = ?', [spec.id]);
      return refusal;
    }
    if (spec.supplier !== null) await mustSupply(tx, spec.supplier, spec.owner);
    if (spec.stock !== undefined) await change(tx, 'update shelf set remaining = ? where item = ?', [spec.stock, spec.id]);
    await endWithdrawal(tx, spec.id);
    await change(tx, 'update item_version set current = false where id = ? and current', [spec.id]);
    const [highest] = await rows<{ version: number | null }>(tx, 'select max(version) as version from item_version where id = ?', [
      spec.id,
    ]);
    const version = (highest?.version ?? 0) + 1;
    tx.create(Item, {
      id: spec.id,
      version,
      ownerId: spec.owner,
      nameZh: spec.name.zh,
      nameEn: spec.name.en,
      category: spec.category,
      faceFen,
      programme: spec.price.programme,
      pricePoints: spec.price.points,
      deliveryKind: spec.delivery.kind,
      deliveryAmount: spec.delivery.amount,
      deliveryUnit: spec.delivery.unit,
      maxPointsShareBasisPoints: spec.maxPointsShareBasisPoints,
      acceptsOtherProgrammes: spec.acceptsOtherProgrammes,
      creditThreshold: spec.creditThreshold,
      tags: [...spec.tags],
      opensAt: spec.opensAt,
      closesAt: spec.closesAt,
      disclosure: spec.disclosure,
      variants: spec.variants,
      specification: spec.specification,
      supplier: spec.supplier,
      coupon,
      current: true,
      savedAt: await now(tx),
      cause: 'SAVED',
      author: key.principal,
      reason: null,
    });
    await tx.flush();
    await renewOverrides(tx, spec.id);
    const checks = checksOf(item, measure);
    await auditChange(tx, key, { partner: spec.owner, before: last && termsOf(last), after: { ...body, faceFen, version } });
    return { kind: 'saved', id: spec.id, version, checks };
  });
}

/** The regular version that is on offer, or was before the item was withdrawn. */
const lastSaved = async (tx: EntityManager, id: string): Promise<Item | null> => {
  const where = { id, cause: { $ne: 'OVERRIDE' as const } };
  return (await tx.find(Item, where, { orderBy: { version: 'desc' }, limit: 1, disableIdentityMap: true }))[0] ?? null;
};

/** The last conditions of use that a version of the item promised: one that says nothing of them takes none back. */
async function promisedBefore(tx: EntityManager, id: string): Promise<Variants | null> {
  const where = { id, variants: { $ne: null } };
  const [last] = await tx.find(Item, where, { orderBy: { version: 'desc' }, limit: 1, disableIdentityMap: true });
  return last?.variants ?? null;
}

/** A price that was once made of cost and demand keeps its bound, whoever saves the item. */
async function beyondBound(tx: EntityManager, last: Item | null, { id, owner, price }: ItemSpec): Promise<BoundRefusal | null> {
  const percent = last ? await boundOf(tx, id) : null;
  if (percent === null || !last) return null;
  if (price.programme !== last.programme)
    throw badInput('An item whose price is bounded keeps its programme', { argument: 'price.programme' });
  const bounds = await boundsNow(tx, { id, ownerId: owner }, percent);
  return price.points === last.pricePoints || (price.points >= bounds.least && price.points <= bounds.most)
    ? null
    : boundRefusal(bounds, price.points);
}

async function mustSupply(tx: EntityManager, supplier: string, owner: string): Promise<void> {
  const [known] = await rows(tx, 'select 1 as known from supplier where id = ? and owner_id = ?', [supplier, owner]);
  if (!known) throw badInput('There is no such supplier', { argument: 'supplier' });
}

/** A saved version in the words of a wish, so that before and after read alike. */
const termsOf = (item: Item): Omit<ItemSpec, 'stock'> & { version: number } => ({
  id: item.id,
  owner: item.ownerId,
  name: { zh: item.nameZh, en: item.nameEn },
  category: item.category,
  price: { programme: item.programme, points: item.pricePoints },
  delivery: { kind: item.deliveryKind, amount: item.deliveryAmount, unit: item.deliveryUnit },
  maxPointsShareBasisPoints: item.maxPointsShareBasisPoints,
  acceptsOtherProgrammes: item.acceptsOtherProgrammes,
  creditThreshold: item.creditThreshold,
  tags: item.tags,
  opensAt: item.opensAt,
  closesAt: item.closesAt,
  disclosure: item.disclosure,
  variants: item.variants,
  specification: item.specification ?? [],
  supplier: item.supplier,
  coupon: item.coupon,
  faceFen: item.faceFen,
  version: item.version,
});

/** The terms of the coupons that an item delivers: never without the threshold from which they count. */
function couponOf({ delivery, coupon, owner }: ItemSpec): CouponTerms | null | 'threshold missing' {
  if (delivery.kind !== 'COUPON') {
    if (coupon) throw badInput('Only an item that delivers coupons has coupon terms', { argument: 'coupon' });
    return null;
  }
  if (!coupon || coupon.thresholdFen === null) return 'threshold missing';
  const faceFen = coupon.faceFen ?? (delivery.unit === 'fen' ? BigInt(delivery.amount) : null);
  if (faceFen === null) throw badInput('Say how much the coupon takes off', { argument: 'coupon.faceFen' });
  const acceptors = coupon.scope === 'ONE' && coupon.acceptors.length === 0 ? [owner] : coupon.acceptors;
  const terms = { ...coupon, thresholdFen: coupon.thresholdFen, faceFen, acceptors };
  const problem = termsProblem(terms);
  if (problem !== null) throw badInput(problem, { argument: 'coupon' });
  return terms;
}

const slug = /^[a-z0-9][a-z0-9-]{0,62}$/;
const maxInt = 2_147_483_647;

function demand(spec: ItemSpec): void {
  const rules: readonly (readonly [boolean, string, string])[] = [
    [slug.test(spec.id), 'id', 'An item id is 1 to 63 lower-case letters, digits and hyphens'],
    // Donations are lines of redemptions too, under ids of the causes, and no return takes one back: goods are never sold as one.
    [!spec.id.startsWith(itemIdOf('')), 'id', `Ids that begin with \`${itemIdOf('')}\` are kept for causes; see \`createCause\``],
    [spec.delivery.kind !== 'DONATION', 'delivery.kind', 'A donation is given to a cause, and no item delivers one'],
    [spec.name.zh.length > 0 && spec.name.en.length > 0, 'name', 'An item has a name in Chinese and in English'],
    [spec.category.length > 0, 'category', 'An item has a category'],
    [spec.price.points >= 1n, 'price.points', 'A price is at least 1 point'],
    [spec.delivery.amount >= 1 && spec.delivery.amount <= maxInt, 'delivery.amount', 'At least 1 is delivered'],
    [spec.stock === undefined || spec.stock === null || spec.stock >= 0, 'stock', 'Stock is 0 or more'],
    [
      spec.maxPointsShareBasisPoints >= 0 && spec.maxPointsShareBasisPoints <= 10_000,
      'maxPointsShareBasisPoints',
      'A share is 0 to 10000 basis points',
    ],
    [
      !spec.variants || (sound(spec.variants.cash) && sound(spec.variants.points)),
      'windows',
      'Days are 1 to 7, and hours and windows begin before they end',
    ],
    [
      spec.specification.length <= 50 &&
        spec.specification.every(({ name, value }) => name.trim() !== '' && value.trim() !== '') &&
        new Set(spec.specification.map(({ name }) => name)).size === spec.specification.length,
      'features',
      'At most 50 features, each with a name of its own and a value',
    ],
    [!spec.opensAt || !spec.closesAt || spec.opensAt < spec.closesAt, 'closesAt', 'An offer opens before it closes'],
  ];
  for (const [holds, argument, message] of rules) if (!holds) throw badInput(message, { argument });
}
