import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { validate } from 'uuid';
import { recipientOf } from '../../../schema/viewer.js';
import { Access, Scopes } from '../../kernel/access.js';
import { badInput } from '../../kernel/errors.js';
import { decodeCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { as } from '../../kernel/union.js';
import { Accrual } from '../accrual/accrual.entity.js';
import type { Context } from '../context.js';
import { Partner } from '../partners/partner.entity.js';
import { Programme } from '../partners/programme.entity.js';
import { rootsAfter, type StoredRoot } from '../proof/root-store.js';
import { chainOf, traceOf } from './read-trace.js';
import { ChainState, JournalRoot, JournalRootConnection, LotOrigin, SourcePurchase, Trace, TracedLeg } from './trace.types.js';

const rootFrom = ({ id, from, to, merkleRoot, previousRoot, signature, sealedAt }: StoredRoot): JournalRoot =>
  as(JournalRoot, { id: String(id), from, to, merkleRoot, previousRoot, signature, sealedAt });

@Resolver(() => Trace)
export class TraceResolver {
  @Query(() => Trace, {
    nullable: true,
    description: 'A redemption down to the purchases that earned its points; absent where no points were spent under the id.',
  })
  @Scopes('regulator.read', 'finance.read:all')
  trace(
    @Arg('redemption', () => ID, { description: 'The redemption.' }) redemption: string,
    @Ctx() { em, ids, viewer }: Context,
  ): Promise<Trace | null> {
    if (!validate(redemption)) throw badInput('`redemption` is not an id', { argument: 'redemption' });
    return traceOf(em, redemption, (uid) => ids.seal(uid, recipientOf(viewer)));
  }

  @FieldResolver(() => Partner, { description: 'Where the points were spent.' })
  acceptor(@Root() { acceptorId }: Trace, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(acceptorId);
  }

  @FieldResolver(() => ChainState, { description: "Whether the member's journal is as it was written." })
  chain(@Root() trace: Trace, @Ctx() { em }: Context): Promise<ChainState> {
    return chainOf(em, trace);
  }

  @Query(() => JournalRootConnection, { description: 'Roots over all journals, oldest first; to be kept by whoever wants to check later.' })
  @Access('PUBLIC')
  async journalRoots(@Args() page: PageArgs, @Ctx() { em }: Context): Promise<Page<JournalRoot>> {
    const [after = '0'] = decodeCursor(page.after, 1) ?? [];
    if (!/^\d{1,18}$/.test(after)) throw badInput('`after` is not a cursor of this list', { argument: 'after' });
    const roots = await rootsAfter(em, BigInt(after), pageLimit(page));
    return pageOf(roots.map(rootFrom), page, ({ id }) => encodeCursor(id));
  }
}

@Resolver(() => TracedLeg)
export class TracedLegResolver {
  @FieldResolver(() => Programme, { description: 'Whose points.' })
  programme(@Root() { programmeId }: TracedLeg, @Ctx() { loaders }: Context): Promise<Programme | null> {
    return loaders.programme.load(programmeId);
  }
}

@Resolver(() => LotOrigin)
export class LotOriginResolver {
  @FieldResolver(() => Accrual, { nullable: true, description: 'The accrual, unless they were given in a correction.' })
  accrual(@Root() { accrualId }: LotOrigin, @Ctx() { loaders }: Context): Promise<Accrual | null> {
    return accrualId === null ? Promise.resolve(null) : loaders.accrual.load(accrualId);
  }
}

@Resolver(() => SourcePurchase)
export class SourcePurchaseResolver {
  @FieldResolver(() => Partner, { description: 'Where it was made.' })
  partner(@Root() { partnerId }: SourcePurchase, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(partnerId);
  }
}
