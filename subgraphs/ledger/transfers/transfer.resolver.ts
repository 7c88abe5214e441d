import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Mutation, Resolver, Root } from 'type-graphql';
import { serviceViewer } from '../../../schema/viewer.js';
import { Access, Scopes } from '../../kernel/access.js';
import { mustActFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { memberUidOf } from '../../kernel/member-ref.js';
import { MemberFrozen, NotEnrolled, SuspendedPartner } from '../../kernel/refusal.js';
import { PointsScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { InsufficientPoints } from '../approvals/change.types.js';
import type { Context } from '../context.js';
import { Me } from '../member.stub.js';
import { Programme } from '../partners/programme.entity.js';
import { setTransferPolicy } from './set-policy.js';
import { transfer, type TransferOutcome } from './transfer.js';
import { defaultPolicy } from './transfer-policy.js';
import {
  InArrears,
  RecipientUnavailable,
  Transfer,
  Transferred,
  TransferLimit,
  TransferNotAllowed,
  TransferPolicyInput,
  TransferPolicySet,
  TransferPolicyType,
  TransferResult,
} from './transfer.types.js';

/** For whom a member's transfer address is sealed: for nobody in particular, so that whoever is shown it can use it and read nothing. */
const address = 'transfer';

@Resolver()
export class TransferResolver {
  @Mutation(() => TransferResult, {
    description:
      "Sends points to another member, where the programme lets that. A member sends its own; the issuer's system or staff send in a member's name.",
  })
  @Scopes('me.redeem', 'redeem.write:own')
  async transfer(
    @Arg('to', () => String, {
      description: 'Who gets them: the `transferAddress` that the recipient showed; a partner may name its member as it always does.',
    })
    to: string,
    @Arg('programme', () => ID, { description: 'Points of which programme.' }) id: string,
    @Arg('points', () => PointsScalar, { description: 'How many.' }) points: bigint,
    @Arg('from', () => String, { nullable: true, description: 'Whose they are; a member leaves it out.' }) from: string | null | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof TransferResult> {
    const { viewer } = context;
    const programme = await programmeOf(context, id);
    if (viewer.kind !== 'member') mustActFor(viewer, 'redeem.write', programme.issuerId);
    const key = writeKey(info, viewer);
    const sender = await memberUidOf(context, from);
    if (sender === null)
      return as(NotEnrolled, { code: 'NOT_ENROLLED', message: say(viewer.language, '没有这位会员', 'There is no such member') });
    const request = { from: sender, to: await recipientUid(context, to), programme, points };
    const { outcome, replayed } = await transfer(context, key, { to, programme: id, points, from: from ?? null }, request);
    if (outcome.kind === 'refused') return refusalOf(context, programme, outcome);
    return as(Transferred, { transfer: as(Transfer, { id: outcome.id, programme, points: outcome.points, at: outcome.at }), replayed });
  }

  @Mutation(() => TransferPolicySet, {
    description:
      'Says whether and how far points of a programme may go from member to member. For example, where 100 points may be sent in 30 days, 1 more is refused.',
  })
  @Scopes('programmes.write:own')
  async setTransferPolicy(
    @Arg('programme', () => ID, { description: 'The programme.' }) id: string,
    @Arg('policy', () => TransferPolicyInput, { description: 'The policy.' }) policy: TransferPolicyInput,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TransferPolicySet> {
    const programme = await programmeOf(context, id);
    mustActFor(context.viewer, 'programmes.write', programme.issuerId);
    const key = writeKey(info, context.viewer);
    const { replayed } = await setTransferPolicy(context, key, { ...policy, programme: id }, programme.issuerId);
    return as(TransferPolicySet, { programme, replayed });
  }
}

@Resolver(() => Programme)
export class ProgrammeTransfers {
  @FieldResolver(() => TransferPolicyType, {
    description: 'How far points may go from member to member; not at all unless the issuer says so.',
  })
  async transferPolicy(@Root() { id }: Programme, @Ctx() { loaders }: Context): Promise<TransferPolicyType> {
    return as(TransferPolicyType, (await loaders.transferPolicy.load(id)) ?? defaultPolicy);
  }
}

@Resolver(() => Me)
export class MyTransferAddress {
  @FieldResolver(() => String, {
    nullable: true,
    description: 'What the caller shows others who want to send it points. It leads to nobody: only a transfer can use it.',
  })
  @Access('OWN', 'me.read')
  transferAddress(@Root() { uid }: Me, @Ctx() { ids }: Context): string | null {
    return uid === undefined ? null : ids.seal(uid, address);
  }
}

async function programmeOf({ loaders }: Context, id: string): Promise<Programme> {
  const programme = await loaders.programme.load(id);
  if (!programme) throw badInput('There is no such programme', { argument: 'programme' });
  return programme;
}

/** The recipient, if there still is one: an address outlives the member who showed it, so the members subgraph is asked. */
async function recipientUid(context: Context, to: string): Promise<string | null> {
  const { ids, peers, viewer } = context;
  const uid = ids.open(to, address) ?? (viewer.kind === 'member' ? null : await memberUidOf(context, to));
  if (uid === null) return null;
  const asked = serviceViewer('ledger', viewer.traceId);
  const query = 'query ($ref: String!) { findMemberUid(ref: $ref) }';
  const found = await peers.ask<{ findMemberUid: string | null }>('members', query, { ref: ids.seal(uid, asked.kind) }, asked);
  return found.findMemberUid;
}

function refusalOf(
  { viewer: { language } }: Context,
  programme: Programme,
  outcome: Extract<TransferOutcome, { kind: 'refused' }>,
): Exclude<typeof TransferResult, Transferred> {
  const { code } = outcome;
  switch (code) {
    case 'TRANSFER_NOT_ALLOWED':
      return as(TransferNotAllowed, {
        code,
        message: say(language, '该计划的积分不可转赠', 'Points of this programme do not go from member to member'),
      });
    case 'TRANSFER_LIMIT':
      return as(TransferLimit, {
        code,
        left: outcome.left,
        message: say(language, '超过本期可转赠的积分', 'That is more than may still be sent in this period'),
      });
    case 'RECIPIENT_UNAVAILABLE':
      return as(RecipientUnavailable, {
        code,
        message: say(language, '对方无法接收这些积分', 'This recipient cannot receive these points'),
      });
    case 'IN_ARREARS':
      return as(InArrears, {
        code,
        arrears: outcome.arrears,
        message: say(language, '尚欠该计划的积分', 'Points of this programme are still owed'),
      });
    case 'MEMBER_FROZEN':
      return as(MemberFrozen, { code, message: say(language, '该会员的积分已被冻结', "The member's points are frozen") });
    case 'SUSPENDED_PARTNER':
      return as(SuspendedPartner, { code, message: say(language, '该伙伴已被暂停', 'The partner is suspended') });
    case 'INSUFFICIENT_POINTS':
      return as(InsufficientPoints, {
        code,
        programme,
        missing: outcome.missing,
        missingFen: outcome.missingFen,
        message: say(language, '积分不足', 'There are not enough points'),
      });
  }
}
