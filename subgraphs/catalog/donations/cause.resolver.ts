import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { connectionOf, decodeCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { say, Text } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { PartnerStub } from '../partner.stub.js';
import { Cause } from './cause.entity.js';
import { CauseExists, CauseResult, CauseSaved, ChangeCauseInput, CreateCauseInput } from './donation.types.js';
import { type CauseTerms, changeCause, createCause } from './save-cause.js';

const CauseConnection = connectionOf(Cause, 'Cause');
const fresh = { disableIdentityMap: true } as const;

@Resolver(() => Cause)
export class CauseResolver {
  @Query(() => Cause, { nullable: true, description: 'A cause as it is said now; absent where there is none of that id.' })
  @Access('PUBLIC')
  cause(@Arg('id', () => ID, { description: 'The cause.' }) id: string, @Ctx() { em }: Context): Promise<Cause | null> {
    return em.findOne(Cause, { id, current: true }, fresh);
  }

  @Query(() => CauseConnection, { description: 'Everything that points can be given for.' })
  @Access('PUBLIC')
  async causes(@Args(() => PageArgs) page: PageArgs, @Ctx() { em }: Context): Promise<Page<Cause>> {
    const [after = ''] = decodeCursor(page.after, 1) ?? [];
    const found = await em.find(Cause, { current: true, id: { $gt: after } }, { ...fresh, orderBy: { id: 'asc' }, limit: pageLimit(page) });
    return pageOf(found, page, ({ id }) => encodeCursor(id));
  }

  @Mutation(() => CauseResult, {
    description:
      'Lets points be given to a charity for something. For example, with `minimumFen: 100` the fewest points worth 1 fen that can be given are 100, and with `cancelHours: 24` they come back until 24 hours later.',
  })
  @Scopes('catalog.write:own')
  async createCause(
    @Arg('input', () => CreateCauseInput, { description: 'What for.' }) { name, ...input }: CreateCauseInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof CauseResult> {
    const { viewer, em } = context;
    const { id, minimumFen, cancelHours } = input;
    const wish = {
      id,
      minimumFen,
      cancelHours,
      name: { zh: name.zh, en: name.en },
      charity: input.charity ?? null,
      opensAt: input.opensAt ?? null,
      closesAt: input.closesAt ?? null,
    };
    const { outcome, replayed } = await createCause(context, writeKey(info, viewer), wish);
    if (outcome.kind === 'refused')
      return as(CauseExists, {
        code: outcome.code,
        message: say(viewer.language, '该公益项目已存在', 'There is a cause of this id already'),
      });
    return as(CauseSaved, { cause: await em.findOneOrFail(Cause, { id, current: true }, fresh), replayed });
  }

  @Mutation(() => CauseSaved, {
    description:
      'Says something else of a cause from now on; what was given before keeps what was said then. For example, a cause whose minimum rises to 200 refuses 199 points from then on.',
  })
  @Scopes('catalog.write:own')
  async changeCause(
    @Arg('id', () => ID, { description: 'The cause.' }) id: string,
    @Arg('input', () => ChangeCauseInput, { description: 'What is to be said otherwise.' }) input: ChangeCauseInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CauseSaved> {
    const given = Object.entries({ ...input, name: input.name && { zh: input.name.zh, en: input.name.en } });
    const wish = Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== null)) as Partial<CauseTerms>;
    const { replayed } = await changeCause(context, writeKey(info, context.viewer), id, wish);
    return as(CauseSaved, { cause: await context.em.findOneOrFail(Cause, { id, current: true }, fresh), replayed });
  }

  @FieldResolver(() => PartnerStub, { description: 'The charity.' })
  charity(@Root() { charityId }: Cause): PartnerStub {
    return { id: charityId };
  }

  @FieldResolver(() => Text, { description: 'Name.' })
  name(@Root() { nameZh: zh, nameEn: en }: Cause): Text {
    return as(Text, { zh, en });
  }
}
