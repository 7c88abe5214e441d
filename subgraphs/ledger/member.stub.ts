import { Arg, Args, Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root, type ClassType } from 'type-graphql';
import type { Owner } from '../../schema/decide.js';
import { principalOf } from '../../schema/viewer.js';
import { Access, Inaccessible, Key } from '../kernel/access.js';
import { connectionOf, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../kernel/page.js';
import { FenScalar } from '../kernel/scalars.js';
import { as } from '../kernel/union.js';
import type { Context } from './context.js';
import { Entry } from './points/entry.js';
import { entriesOf } from './points/read-entries.js';
import { usableAt, visibleWallet, visibleWallets } from './points/visible-wallets.js';
import { Balance, Wallet } from './points/wallet.js';
import { idOfCursor, staleCursor } from './points/wallet.resolver.js';

/** The ledger's part of a member, who is owned by the members subgraph. */
@ObjectType()
@Key('uid')
@Access('OWN')
export class Member {
  @Field(() => ID, { description: 'Internal id, the key between subgraphs.' }) @Inaccessible() uid!: string;
}

/** The ledger's part of the caller. */
@ObjectType()
@Key('principal')
@Access('OWN')
export class Me {
  @Field(() => ID, { description: 'Key between subgraphs.' }) @Inaccessible() principal!: string;
  /** Absent where the caller is no member, and so has no points. */
  uid?: string | undefined;
}

const EntryConnection = connectionOf(Entry, 'Entry');

const ofOneProgramme = (what: string): string =>
  `${what} of one programme; absent where there never were any points. A partner reads another issuer's where the member agreed (SHARED).`;

/** The same fields on `Member` and on `Me`. Nullable in the graph: when the ledger is away, the rest of the member is still there. */
function pointsOf(type: ClassType<{ uid?: string | undefined }>, ...scopes: readonly string[]): ClassType<object> {
  @Resolver(() => type)
  class PointsResolver {
    @FieldResolver(() => [Wallet], {
      nullable: true,
      description: "Points by programme; a partner sees the programmes that it issues, and others' where the member agreed (SHARED).",
    })
    @Access('OWN', ...scopes)
    wallets(@Root() { uid }: { uid?: string }, @Ctx() context: Context): Promise<Wallet[]> | null {
      return uid === undefined ? null : visibleWallets(context, uid);
    }

    @FieldResolver(() => Wallet, { nullable: true, description: ofOneProgramme('Points') })
    @Access('OWN', ...scopes)
    wallet(
      @Root() { uid }: { uid?: string },
      @Arg('programme', () => ID, { description: 'The programme.' }) programme: string,
      @Ctx() context: Context,
    ): Promise<Wallet | null> | null {
      return uid === undefined ? null : visibleWallet(context, uid, programme, `${type.name}.wallet`);
    }

    @FieldResolver(() => Balance, { nullable: true, description: ofOneProgramme('Balance') })
    @Access('OWN', ...scopes)
    async balance(
      @Root() { uid }: { uid?: string },
      @Arg('programme', () => ID, { description: 'The programme.' }) programme: string,
      @Ctx() context: Context,
    ): Promise<Balance | null> {
      const wallet = uid === undefined ? null : await visibleWallet(context, uid, programme, `${type.name}.balance`);
      return wallet && as(Balance, wallet);
    }

    @FieldResolver(() => EntryConnection, { nullable: true, description: 'What happened to the points, newest first.' })
    @Access('OWN', ...scopes)
    async entries(@Root() { uid }: { uid?: string }, @Args() page: PageArgs, @Ctx() { em, viewer }: Context): Promise<Page<Entry> | null> {
      if (uid === undefined) return null;
      const found = await entriesOf(em, uid, viewer, pageLimit(page), idOfCursor(page.after));
      if (!found) throw staleCursor();
      return pageOf(found, page, ({ id }) => encodeCursor(id));
    }
  }
  return PointsResolver;
}

@ObjectType({ description: 'What a member could pay with in points at one partner.' })
@Access('PUBLIC')
class UsableHere {
  @Field(() => FenScalar, { description: 'At the most, in fen, of the points that the caller may see.' }) maxFen!: bigint;
}

/** What the caller's shop can ask of a member; nobody but a partner stands anywhere. */
@Resolver(() => Member)
export class MemberUsable {
  @FieldResolver(() => UsableHere, {
    nullable: true,
    description: "What the member could pay with in points at the calling partner; others' points count where the member agreed (SHARED).",
  })
  @Access('OWN', 'ledger.read:own')
  async usableHere(@Root() { uid }: Member, @Ctx() context: Context): Promise<UsableHere | null> {
    const { partner } = context.viewer;
    return partner === undefined ? null : { maxFen: await usableAt(context, uid, partner) };
  }
}

export const MemberPoints = pointsOf(Member as ClassType<Member>, 'ledger.read:own', 'me.read');
export const MyPoints = pointsOf(Me as ClassType<Me>, 'me.read', 'ledger.read:own');

export const stubReferences = {
  Member: ({ uid }: { uid: string }): Member => as(Member, { uid }),
  /** Only the caller itself is ever `Me`; somebody else's key is nothing. */
  Me: ({ principal }: { principal: string }, { viewer }: Context): Me | null =>
    principal === principalOf(viewer) ? as(Me, { principal, uid: viewer.uid }) : null,
};

/**
 * Which members a partner may reach is the members subgraph's question, which handed out the key; here its programmes bound what it
 * sees, and that filter is in the queries.
 */
const asFarAsIssued = (member: string | undefined, { viewer }: Context): Owner => ({
  member,
  partners: viewer.partner === undefined ? [] : [viewer.partner],
});
export const stubOwners = {
  Member: ({ uid }: Member, context: Context): Owner => asFarAsIssued(uid, context),
  Me: (_me: Me, context: Context): Owner => asFarAsIssued(context.viewer.uid, context),
};
