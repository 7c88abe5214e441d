import { type ClassType, Field, ID, ObjectType } from 'type-graphql';
import type { Owner } from '../../schema/decide.js';
import type { Viewer } from '../../schema/viewer.js';
import { Access, Inaccessible, Key } from '../kernel/access.js';

/** A member as a trade knows one: by key. */
export interface MemberKey {
  uid: string;
}

/** The member of one trade's subgraph, to which that trade adds fields. A class per trade: fields that one adds must not show in another. */
export function memberStub(): ClassType<MemberKey> {
  @ObjectType('Member', { description: 'A person enrolled in the coalition.' })
  @Key('uid')
  @Access('OWN')
  class Member {
    @Field(() => ID, { description: 'Internal id, the key between subgraphs.' })
    @Inaccessible()
    uid!: string;
  }
  return Member;
}

/** Of a member a partner is shown its own records only (the loaders filter), so the stub belongs to the partner that asks. */
export const ownerOfMember = ({ uid }: MemberKey, { viewer }: { viewer: Viewer }): Owner => ({
  member: uid,
  partners: viewer.partner === undefined ? [] : [viewer.partner],
});
