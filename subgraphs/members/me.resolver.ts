import { Ctx, Field, FieldResolver, ID, ObjectType, Query, registerEnumType, Resolver, Root } from 'type-graphql';
import { principalOf, type Viewer, type ViewerKind } from '../../schema/viewer.js';
import { Access, Authenticated, Inaccessible, Key } from '../kernel/access.js';
import type { Context } from './context.js';
import { Member } from './member.entity.js';
import { PartnerStub } from './partner.stub.js';

const ViewerKindEnum = { MEMBER: 'member', PARTNER: 'partner', STAFF: 'staff', REGULATOR: 'regulator' } as const satisfies Record<
  string,
  ViewerKind
>;
registerEnumType(ViewerKindEnum, {
  name: 'ViewerKind',
  description: 'Who a token stands for.',
  valuesConfig: {
    MEMBER: { description: 'A member, with an own session.' },
    PARTNER: { description: "A partner's system." },
    STAFF: { description: 'Staff of the operator, or of one partner.' },
    REGULATOR: { description: 'A supervisor, who reads and never writes.' },
  },
});

/** The caller, to whom other subgraphs add what is the caller's own. */
@ObjectType({ description: 'The caller: who the token stands for and what belongs to that person or partner.' })
@Key('principal')
@Access('OWN')
export class Me {
  @Field(() => ID, { description: 'Key between subgraphs.' }) @Inaccessible() principal!: string;
  viewer!: Viewer;
}

@Resolver(() => Me)
export class MeResolver {
  @Query(() => Me, { description: 'The caller.' })
  @Authenticated()
  me(@Ctx() { viewer }: Context): Me {
    return meOf(viewer);
  }

  @FieldResolver(() => ViewerKindEnum, { description: 'Who the token stands for.' })
  kind(@Root() { viewer }: Me): ViewerKind {
    return viewer.kind;
  }

  @FieldResolver(() => [String], { description: 'The scopes of the token.' })
  scopes(@Root() { viewer }: Me): readonly string[] {
    return viewer.scopes;
  }

  @FieldResolver(() => PartnerStub, {
    nullable: true,
    description: 'The partner that the token belongs to or is bounded to; absent for members and the operator.',
  })
  partner(@Root() { viewer }: Me): PartnerStub | null {
    return viewer.partner === undefined ? null : { id: viewer.partner };
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The member, where the caller is one.' })
  member(@Root() { viewer }: Me, @Ctx() { loaders }: Context): Promise<Member | null> | null {
    return viewer.uid === undefined ? null : loaders.member.load(viewer.uid);
  }
}

const meOf = (viewer: Viewer): Me => Object.assign(new Me(), { principal: principalOf(viewer), viewer });

export const references = {
  /** Only the caller itself is ever `Me`; somebody else's key is nothing. */
  Me: ({ principal }: { principal: string }, { viewer }: Context) => (principal === principalOf(viewer) ? meOf(viewer) : null),
};

/** A record that is by construction the caller's own. */
export const ownerOfMe = (_me: Me, { viewer }: Context): { member: string | undefined; partners: string[] } => ({
  member: viewer.uid,
  partners: viewer.partner === undefined ? [] : [viewer.partner],
});
