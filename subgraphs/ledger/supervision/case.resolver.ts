import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { recipientOf } from '../../../schema/viewer.js';
import { Scopes } from '../../kernel/access.js';
import { mustBeOperator } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { once, type Once, writeKey } from '../../kernel/idempotency.js';
import { memberUidOf } from '../../kernel/member-ref.js';
import { decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { SelfApproval } from '../../kernel/refusal.js';
import { rows } from '../../kernel/sql.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { Partner } from '../partners/partner.entity.js';
import { OpenCaseInput } from './case.inputs.js';
import { type CaseStateName, type CaseStepName, readCase, readCases, type StoredCase } from './case-store.js';
import {
  Case,
  CaseCleared,
  CaseConnection,
  CaseDone,
  CaseFine,
  CaseMember,
  CaseResult,
  CaseSignal,
  CaseState,
  CaseStep,
  LookedThrough,
  CaseMeasure,
} from './case.types.js';
import { lookThrough } from './detect.js';
import type { CaseMeasureName } from './case-store.js';
import { fineOf } from './fine.js';
import { type CaseOutcome, clearCase, escalateCase, holdCase, reportCase, recordMeasure } from './work-case.js';

const why = 'Why, 1 to 500 characters.';
const which = 'The case.';

/** A stored case as the graph shows it. */
export const shownCase = ({ signals, heldBy, ...stored }: StoredCase): Case =>
  as(Case, { ...stored, held: heldBy !== null, signals: signals.map((signal) => as(CaseSignal, signal)) });

/** The case as it stands now; only ever asked with the id of one that there is. */
export const caseOf = async ({ em }: Pick<Context, 'em'>, id: string): Promise<Case> => shownCase((await readCase(em, id)) as StoredCase);

/** Cases of supervision. The operator's own staff work them; regulators read them and write nothing. */
@Resolver(() => Case)
export class CaseResolver {
  @Query(() => CaseConnection, { description: 'Cases, newest first.' })
  @Scopes('compliance.read:all')
  async cases(
    @Args() page: PageArgs,
    @Arg('state', () => CaseState, { nullable: true, description: 'Only those that stand so.' }) state: CaseStateName | null,
    @Ctx() { em }: Context,
  ): Promise<Page<Case>> {
    const before = decodeIdCursor(page.after) ?? null;
    const found = await readCases(em, state ?? null, pageLimit(page), before);
    return pageOf(found.map(shownCase), page, ({ id }) => encodeCursor(id));
  }

  @Query(() => Case, { nullable: true, description: 'One case; absent where there is none of that id.' })
  @Scopes('compliance.read:all')
  async case(@Arg('id', () => ID, { description: which }) id: string, @Ctx() { em }: Context): Promise<Case | null> {
    const found = await readCase(em, id);
    return found && shownCase(found);
  }

  @Mutation(() => LookedThrough, {
    description: 'Looks through the journal now, as the watch does every minute, and opens what cases there are.',
  })
  @Scopes('compliance.write:all')
  async lookThrough(@Ctx() { em, viewer }: Context, @Info() info: GraphQLResolveInfo): Promise<LookedThrough> {
    mustBeOperator(viewer);
    const { outcome, replayed } = await once(em, writeKey(info, viewer), {}, async (tx) => ({
      kind: 'looked',
      opened: await lookThrough(tx, true),
    }));
    return as(LookedThrough, { opened: outcome.opened, replayed });
  }

  @Mutation(() => CaseDone, { description: 'Opens a case about members, partners or a campaign.' })
  @Scopes('compliance.write:all')
  async openCase(
    @Arg('input', () => OpenCaseInput, { description: 'What was seen.' }) input: OpenCaseInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CaseDone> {
    const { viewer } = context;
    mustBeOperator(viewer);
    const key = writeKey(info, viewer);
    const members = await Promise.all(
      input.members.map(async (ref) => {
        const uid = await memberUidOf(context, ref);
        if (uid === null) throw badInput('There is no such member', { argument: 'input.members', member: ref });
        return uid;
      }),
    );
    const campaign = input.campaign ?? null;
    const wish = {
      kind: campaign === null ? ('REPORT' as const) : ('CAMPAIGN' as const),
      members,
      partners: input.partners,
      campaign,
      reason: input.reason,
    };
    return (await answer(context, await reportCase(context, key, { ...input }, wish))) as CaseDone;
  }

  @Mutation(() => CaseResult, {
    description: 'Freezes the points of everybody in the case: nothing of them is spent or moved until it is cleared.',
  })
  @Scopes('compliance.write:all')
  async holdCase(
    @Arg('case', () => ID, { description: which }) id: string,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof CaseResult> {
    mustBeOperator(context.viewer);
    return answer(context, await holdCase(context, writeKey(info, context.viewer), id, reason));
  }

  @Mutation(() => CaseResult, { description: 'Hands the case to an authority; it stays open, and held where it was.' })
  @Scopes('compliance.write:all')
  async escalateCase(
    @Arg('case', () => ID, { description: which }) id: string,
    @Arg('to', () => String, { description: 'The authority, 1 to 100 characters.' }) to: string,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof CaseResult> {
    mustBeOperator(context.viewer);
    return answer(context, await escalateCase(context, writeKey(info, context.viewer), id, to, reason));
  }

  @Mutation(() => CaseResult, { description: 'Writes down what an authority did beside a fine; a step like any other.' })
  @Scopes('compliance.write:all')
  async recordMeasure(
    @Arg('case', () => ID, { description: which }) id: string,
    @Arg('measure', () => CaseMeasure, { description: 'What it did.' }) measure: CaseMeasureName,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof CaseResult> {
    mustBeOperator(context.viewer);
    return answer(context, await recordMeasure(context, writeKey(info, context.viewer), id, measure, reason));
  }

  @Mutation(() => CaseResult, {
    description: 'Ends the case and gives its members free; a held one takes another person than who held it.',
  })
  @Scopes('compliance.write:all')
  async clearCase(
    @Arg('case', () => ID, { description: which }) id: string,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof CaseResult> {
    mustBeOperator(context.viewer);
    return answer(context, await clearCase(context, writeKey(info, context.viewer), id, reason));
  }

  @FieldResolver(() => [CaseMember], { description: 'Whom it is about.' })
  async members(@Root() { id }: Case, @Ctx() { em, ids, viewer }: Context): Promise<CaseMember[]> {
    const found = await rows<{ uid: string; hub: boolean; frozen: boolean }>(
      em,
      `select m.member_uid as uid, c.hub is not distinct from m.member_uid as hub, coalesce(a.frozen, false) as frozen
       from case_member m join look_through_case c on c.id = m.case_id left join account a on a.member_uid = m.member_uid
       where m.case_id = ? order by m.member_uid`,
      [id],
    );
    const shown = found.map(({ uid, hub, frozen }) => as(CaseMember, { member: ids.seal(uid, recipientOf(viewer)), hub, frozen }));
    // In the order of what shows, for the order of uids tells who joined first.
    return shown.toSorted((a, b) => (a.member < b.member ? -1 : 1));
  }

  @FieldResolver(() => [Partner], { description: 'Partners that gave, took or were paid in it.' })
  async partners(@Root() { id }: Case, @Ctx() { em, loaders }: Context): Promise<Partner[]> {
    const found = await rows<{ partner: string }>(em, 'select partner from case_partner where case_id = ? order by partner', [id]);
    const partners = await Promise.all(found.map(({ partner }) => loaders.partner.load(partner)));
    return partners.filter((partner) => partner !== null);
  }

  @FieldResolver(() => [CaseStep], { description: 'What was done, in order.' })
  async steps(@Root() { id }: Case, @Ctx() { em }: Context): Promise<CaseStep[]> {
    const found = await rows<{ step: CaseStepName; by: string; at: string; reason: string }>(
      em,
      'select step, by, at, reason from case_step where case_id = ? order by id',
      [id],
    );
    return found.map(({ at, ...step }) => as(CaseStep, { ...step, at: new Date(at) }));
  }

  @FieldResolver(() => CaseFine, { nullable: true, description: 'The fine that came of it.' })
  async fine(@Root() { id }: Case, @Ctx() { em }: Context): Promise<CaseFine | null> {
    const found = await fineOf(em, id);
    return found && as(CaseFine, found);
  }
}

/** What a step answers. */
async function answer(context: Context, { outcome, replayed }: Once<CaseOutcome>): Promise<CaseDone | CaseCleared | SelfApproval> {
  if (outcome.kind === 'done') return as(CaseDone, { case: await caseOf(context, outcome.case), replayed });
  const { code } = outcome;
  const { language } = context.viewer;
  return code === 'CASE_CLEARED'
    ? as(CaseCleared, { code, message: say(language, '该案件已结案', 'The case is over') })
    : as(SelfApproval, { code, message: say(language, '冻结人不能自行解除', 'Who held a case does not clear it') });
}
