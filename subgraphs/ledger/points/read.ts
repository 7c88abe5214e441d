import type { EntityManager } from '@mikro-orm/postgresql';
import type { Viewer } from '../../../schema/viewer.js';
import { rows } from '../../kernel/sql.js';
import { as } from '../../kernel/union.js';
import { Lot } from './lot.js';
import { Wallet } from './wallet.js';

const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

const everyIssuer = { sql: '', parameters: [] } as const;

/** A partner sees points of its own programmes only; the filter sits in every query, so that no way in leads around it. */
export function issuerFilter({ partner, via }: Viewer): { readonly sql: string; readonly parameters: readonly string[] } {
  return partner === undefined || via !== undefined ? everyIssuer : { sql: ' and p.issuer = ?', parameters: [partner] };
}

interface LotRow {
  member_uid: string;
  id: string;
  issuer: string;
  grantor: string | null;
  points: string;
  free: string;
  held: string;
  earned_at: string;
  usable_from: string;
  expires_at: string | null;
  accrual: string | null;
  transfer: string | null;
  waits_for: string | null;
  now: string;
}

const lotColumns = `l.member_uid, l.id, p.issuer, a.partner as grantor, l.points, l.free, l.held, l.earned_at, l.usable_from, l.expires_at,
  l.accrual, t.transfer, (select w.waits_for from lot w where w.member_uid = l.member_uid and w.id = l.id) as waits_for, clock() as now
  from lot_now l join programme p on p.id = l.programme left join accrual a on a.id = l.accrual
  left join transfer_part t on t.to_uid = l.member_uid and t.to_lot = l.id`;

const lotOf = (row: LotRow): Lot =>
  as(Lot, {
    id: row.id,
    memberUid: row.member_uid,
    issuerId: row.issuer,
    grantorId: row.grantor,
    accrualId: row.accrual,
    transferId: row.transfer,
    points: BigInt(row.points),
    free: BigInt(row.free),
    heldPoints: BigInt(row.held),
    earnedAt: new Date(row.earned_at),
    usableFrom: row.waits_for === null ? new Date(row.usable_from) : null,
    waitsFor: row.waits_for,
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    at: new Date(row.now),
  });

export async function lotsOfAccruals(em: EntityManager, accruals: readonly string[]): Promise<Lot[]> {
  const found = await rows<LotRow>(em, `select ${lotColumns} where l.accrual in (${marks(accruals)}) order by l.id`, accruals);
  return found.map(lotOf);
}

/** Lots by `member lot`. */
export async function lotsByIds(em: EntityManager, keys: readonly string[]): Promise<Lot[]> {
  const pairs = keys.map((key) => key.split(' '));
  const wanted = pairs.map(() => '(?::uuid, ?::uuid)').join(', ');
  const found = await rows<LotRow>(em, `select ${lotColumns} where (l.member_uid, l.id) in (${wanted})`, pairs.flat());
  return found.map(lotOf);
}

const order = `coalesce(expires_at, 'infinity'), earned_at, id`;

/** Lots of a wallet that still have points, in the order in which they are spent; null where `after` is no lot of the member. */
export async function lotsOfWallet(
  em: EntityManager,
  { memberUid, programmeId }: Wallet,
  limit: number,
  after: string | null,
): Promise<Lot[] | null> {
  if (after !== null && (await rows(em, 'select 1 from lot where member_uid = ? and id = ?', [memberUid, after])).length === 0) return null;
  const further =
    after === null
      ? ''
      : `and (coalesce(l.expires_at, 'infinity'), l.earned_at, l.id) > (select ${order} from lot where member_uid = ? and id = ?)`;
  const found = await rows<LotRow>(
    em,
    `select ${lotColumns} where l.member_uid = ? and l.programme = ? and l.open and l.free + l.held > 0 ${further}
     order by coalesce(l.expires_at, 'infinity'), l.earned_at, l.id limit ?`,
    [memberUid, programmeId, ...(after === null ? [] : [memberUid, after]), limit],
  );
  return found.map(lotOf);
}

/** Free points of a wallet by the instant at which they expire, within so many days. */
export async function expiringIn(
  em: EntityManager,
  { memberUid, programmeId }: Wallet,
  days: number,
): Promise<{ points: bigint; at: Date }[]> {
  const found = await rows<{ points: string; at: string }>(
    em,
    `select sum(l.free)::bigint as points, l.expires_at as at from lot_now l
     where l.member_uid = ? and l.programme = ? and l.open and l.free > 0 and l.expires_at <= clock() + make_interval(days => ?)
     group by l.expires_at order by l.expires_at`,
    [memberUid, programmeId, days],
  );
  return found.map(({ points, at }) => ({ points: BigInt(points), at: new Date(at) }));
}

interface WalletRow {
  member_uid: string;
  programme: string;
  issuer: string;
  arrears: string;
  available: string;
  pending: string;
  held: string;
}

/** Wallets of members with their balances at this instant: as far as the viewer issues them, or every issuer's where it is null. */
export async function walletsOf(em: EntityManager, uids: readonly string[], viewer: Viewer | null): Promise<Wallet[]> {
  if (uids.length === 0) return [];
  const filter = viewer === null ? everyIssuer : issuerFilter(viewer);
  const found = await rows<WalletRow>(
    em,
    `select w.member_uid, w.programme, p.issuer, w.arrears,
            coalesce(sum(l.free) filter (where l.usable_from <= clock()), 0)::bigint as available,
            coalesce(sum(l.free) filter (where l.usable_from > clock()), 0)::bigint as pending, coalesce(sum(l.held), 0)::bigint as held
     from wallet w join programme p on p.id = w.programme
     left join lot_now l on l.member_uid = w.member_uid and l.programme = w.programme and l.open
     where w.member_uid in (${marks(uids)})${filter.sql} group by w.member_uid, w.programme, p.issuer, w.arrears order by w.programme`,
    [...uids, ...filter.parameters],
  );
  return found.map((row) =>
    as(Wallet, {
      memberUid: row.member_uid,
      programmeId: row.programme,
      issuerId: row.issuer,
      arrears: BigInt(row.arrears),
      available: BigInt(row.available),
      pending: BigInt(row.pending),
      held: BigInt(row.held),
    }),
  );
}
