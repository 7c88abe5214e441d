import { type FilterQuery, raw } from '@mikro-orm/core';
import type DataLoader from 'dataloader';
import type { Viewer } from '../../schema/viewer.js';
import { loadByKey, loadManyByKey } from '../kernel/loader.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import { Accrual } from './accrual/accrual.entity.js';
import { AccrualRule } from './accrual/rule.entity.js';
import { type ClearingLoaders, loaders as clearingLoaders } from './clearing/context.js';
import { Partner } from './partners/partner.entity.js';
import { Programme } from './partners/programme.entity.js';
import type { Lot } from './points/lot.js';
import type { Wallet } from './points/wallet.js';
import { lotsOfAccruals, lotsByIds, walletsOf } from './points/read.js';
import { type LotOfEntry, lotsOfEntries } from './points/read-entries.js';
import { type ProgrammeSteps, readSteps } from './reminders/read-steps.js';
import { type ProgrammePolicy, readPolicies } from './transfers/read-policies.js';

export interface Loaders extends ClearingLoaders {
  readonly partner: DataLoader<string, Partner | null>;
  readonly programme: DataLoader<string, Programme | null>;
  /** Where the programme was given one. */
  readonly transferPolicy: DataLoader<string, ProgrammePolicy | null>;
  readonly reminderDays: DataLoader<string, ProgrammeSteps | null>;
  readonly programmesOf: DataLoader<string, Programme[]>;
  readonly rulesOf: DataLoader<string, AccrualRule[]>;
  readonly rule: DataLoader<string, AccrualRule | null>;
  readonly accrual: DataLoader<string, Accrual | null>;
  readonly lotsOfAccrual: DataLoader<string, Lot[]>;
  /** By `member number`. */
  readonly lotsOfEntry: DataLoader<string, LotOfEntry[]>;
  /** By `member lot`. */
  readonly lot: DataLoader<string, Lot | null>;
  /** A member's wallets, of a partner's own programmes only where a partner asks. */
  readonly wallets: DataLoader<string, Wallet[]>;
  /** Wallets of every issuer, of those members only who agreed that the viewer's partner sees them. */
  readonly sharedWallets: DataLoader<string, Wallet[]>;
}

export type Context = SubgraphContext<Loaders>;

export const loaders = ({ em, viewer, consents }: Pick<Context, 'em' | 'viewer' | 'consents'>): Loaders => ({
  partner: loadByKey(
    (ids) => em.find(Partner, { id: { $in: [...ids] } }),
    ({ id }) => id,
  ),
  programme: loadByKey(
    (ids) => em.find(Programme, { id: { $in: [...ids] } }),
    ({ id }) => id,
  ),
  transferPolicy: loadByKey(
    (ids) => readPolicies(em, ids),
    ({ programme }) => programme,
  ),
  reminderDays: loadByKey(
    (ids) => readSteps(em, ids),
    ({ programme }) => programme,
  ),
  programmesOf: loadManyByKey(
    (issuers) => em.find(Programme, { issuerId: { $in: [...issuers] } }, { orderBy: { id: 'asc' } }),
    ({ issuerId }) => issuerId,
  ),
  rulesOf: loadManyByKey(
    (programmes) =>
      em.find(
        AccrualRule,
        { programmeId: { $in: [...programmes] }, publishedAt: { $ne: null } },
        { orderBy: { name: 'asc', version: 'asc' } },
      ),
    ({ programmeId }) => programmeId,
  ),
  rule: loadByKey(
    (ids) => em.find(AccrualRule, { id: { $in: [...ids] } }),
    ({ id }) => id,
  ),
  accrual: loadByKey(
    (ids) => em.find(Accrual, { $and: [{ id: { $in: [...ids] } }, visibleAccruals(viewer)] }),
    ({ id }) => id,
  ),
  lotsOfAccrual: loadManyByKey(
    (accruals) => lotsOfAccruals(em, accruals),
    ({ accrualId }) => accrualId ?? '',
  ),
  lotsOfEntry: loadManyByKey(
    (keys) => lotsOfEntries(em, keys),
    ({ entry }) => entry,
  ),
  lot: loadByKey(
    (keys) => lotsByIds(em, keys),
    ({ memberUid, id }) => `${memberUid} ${id}`,
  ),
  wallets: loadManyByKey(
    (uids) => walletsOf(em, uids, viewer),
    ({ memberUid }) => memberUid,
  ),
  sharedWallets: loadManyByKey(
    async (uids) => {
      const agreed = await Promise.all(uids.map(async (uid) => (await consents.load(uid)).open.includes('SHARED')));
      return walletsOf(
        em,
        uids.filter((_uid, n) => agreed[n]),
        null,
      );
    },
    ({ memberUid }) => memberUid,
  ),
  ...clearingLoaders(em, viewer),
});

/** The accruals that the viewer has a part in, so that a key tells nobody else whether there is one: a member's own, and those that a partner reported or issued. */
function visibleAccruals({ kind, via, uid, partner }: Viewer): FilterQuery<Accrual> {
  if (via !== undefined) return {};
  if (kind === 'member' || kind === 'anonymous') return uid === undefined ? { id: [] } : { memberUid: uid };
  if (partner === undefined) return {};
  return { $or: [{ partnerId: partner }, { [raw('programme in (select id from programme where issuer = ?)', [partner])]: [] }] };
}
