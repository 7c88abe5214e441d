import type DataLoader from 'dataloader';
import { loadByKey, loadManyByKey } from '../kernel/loader.js';
import type { SubgraphContext } from '../kernel/subgraph.js';
import { Member, MemberLink } from './member.entity.js';

/** A member with the partners that know the person: what the ownership rule looks at. */
export interface Loaders {
  readonly member: DataLoader<string, Member | null>;
  readonly links: DataLoader<string, MemberLink[]>;
}

export type Context = SubgraphContext<Loaders>;

export const loaders = ({ em }: Pick<Context, 'em'>): Loaders => ({
  member: loadByKey(
    (uids) => em.find(Member, { uid: { $in: [...uids] } }),
    (member) => member.uid,
  ),
  links: loadManyByKey(
    (uids) => em.find(MemberLink, { memberUid: { $in: [...uids] } }),
    (link) => link.memberUid,
  ),
});
