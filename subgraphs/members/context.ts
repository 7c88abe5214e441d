import { type FilterQuery, raw } from '@mikro-orm/core';
import type DataLoader from 'dataloader';
import type { Viewer } from '../../schema/viewer.js';
import { now } from '../kernel/clock.js';
import { loadByKey, loadManyByKey } from '../kernel/loader.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import type { Child } from './child.entity.js';
import { Member, MemberLink } from './member.entity.js';
import { childrenOf } from './read-children.js';
import { type CreditFor, creditOf } from './read-credit.js';

/** A member with the partners that know the person: what the ownership rule looks at. */
export interface Loaders {
  readonly member: DataLoader<string, Member | null>;
  /** The member as the viewer may meet it, in one statement; null alike for a stranger and for nobody. */
  readonly visibleMember: DataLoader<string, Member | null>;
  readonly links: DataLoader<string, MemberLink[]>;
  readonly children: DataLoader<string, Child[]>;
  /** A member's standing as the viewer may use it. */
  readonly credit: DataLoader<string, CreditFor | null>;
  /** The database's clock, read once per request. */
  readonly now: () => Promise<Date>;
}

export type Context = SubgraphContext<Loaders>;

export function loaders({ em, viewer }: Pick<Context, 'em' | 'viewer'>): Loaders {
  let instant: Promise<Date> | undefined;
  return {
    member: loadByKey(
      (uids) => em.find(Member, { uid: { $in: [...uids] }, erasedAt: null }),
      (member) => member.uid,
    ),
    visibleMember: loadByKey(
      (uids) => em.find(Member, { $and: [{ uid: { $in: [...uids] }, erasedAt: null }, visibleMembers(viewer)] }),
      (member) => member.uid,
    ),
    links: loadManyByKey(
      (uids) => em.find(MemberLink, { memberUid: { $in: [...uids] } }),
      (link) => link.memberUid,
    ),
    children: loadManyByKey(
      (uids) => childrenOf(em, uids, viewer.partner ?? null),
      (child) => child.memberUid,
    ),
    credit: loadByKey(
      (uids) => creditOf(em, uids, viewer.partner ?? null),
      ({ memberUid }) => memberUid,
    ),
    now: () => (instant ??= now(em)),
  };
}

/** Itself for a member, those linked to it for a partner, any for the operator, nobody without a token. */
function visibleMembers({ kind, via, uid, partner }: Viewer): FilterQuery<Member> {
  if (via !== undefined) return {};
  if (kind === 'member' || kind === 'anonymous') return { uid: uid === undefined ? [] : [uid] };
  if (partner === undefined) return {};
  return { [raw('uid in (select member_uid from member_link where partner = ?)', [partner])]: [] };
}
