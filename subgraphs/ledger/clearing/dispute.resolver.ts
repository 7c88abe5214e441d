import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { validate } from 'uuid';
import { Scopes } from '../../kernel/access.js';
import { actingFor, readingFor } from '../../kernel/acting-for.js';
import { badInput, DomainError } from '../../kernel/errors.js';
import { writeKey } from '../../kernel/idempotency.js';
import { decodeIdCursor, encodeCursor, type Page, PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { SelfApproval } from '../../kernel/refusal.js';
import { FenScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { Partner } from '../partners/partner.entity.js';
import type { Context } from './context.js';
import { disputeById, disputesOf, type StoredDispute } from './dispute-store.js';
import { Dispute, DisputeConnection, DisputeOver, DisputeResolved, OverLine, ResolveDisputeResult } from './dispute.types.js';
import { lineId, lineOfId } from './line-id.js';
import { Obligation } from './obligation.entity.js';
import { objectTo, resolveDispute } from './resolve-dispute.js';

const disputeOf = ({ obligation, side, partner, adjustment, ...rest }: StoredDispute, replayed: boolean): Dispute =>
  as(Dispute, { ...rest, line: lineId({ id: obligation, side }), partnerId: partner, adjustmentId: adjustment, replayed });

@Resolver(() => Dispute)
export class DisputeResolver {
  @Mutation(() => Dispute, {
    description: "Objects to a line of the caller's statement, in a closed period or an open one; a line in dispute stays in that one.",
  })
  @Scopes('settlement.dispute:own')
  async dispute(
    @Arg('line', () => ID, {
      description: 'The line, as the statement names it; not a line of fees, which belong to the line that bears them.',
    })
    line: string,
    @Arg('evidence', () => String, { description: 'What is wrong and what shows it, 1 to 2000 characters.' }) evidence: string,
    @Arg('partner', () => ID, { nullable: true, description: 'Whose line; the caller itself where absent.' }) named: string | undefined,
    @Ctx() { em, viewer }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Dispute> {
    const partner = actingFor(viewer, 'settlement.dispute', named);
    const { id: obligation, side } = lineOfId(line);
    if (side === 'FEE') throw badInput('A fee is disputed with the line that bears it', { argument: 'line' });
    if (evidence.trim().length === 0 || evidence.length > 2_000)
      throw badInput('`evidence` is 1 to 2000 characters', { argument: 'evidence' });
    const { outcome, replayed } = await objectTo(em, writeKey(info, viewer), viewer.sub, { partner, obligation, side, evidence });
    return disputeOf((await disputeById(em, outcome.dispute)) as StoredDispute, replayed || outcome.before);
  }

  @Mutation(() => ResolveDisputeResult, { description: 'Decides a dispute, by somebody else than who opened it.' })
  @Scopes('settlement.close')
  async resolveDispute(
    @Arg('dispute', () => ID, { description: 'The dispute.' }) id: string,
    @Arg('fen', () => FenScalar, {
      nullable: true,
      description: 'Upheld: what the partner gets of the other side, at least 1 fen. Absent: rejected.',
    })
    fen: bigint | null | undefined,
    @Arg('note', () => String, { description: 'Why, 1 to 2000 characters.' }) note: string,
    @Ctx() { em, viewer }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DisputeResolved | DisputeOver | OverLine | SelfApproval> {
    // The scope has no boundary of its own, and whoever belongs to a partner is a party.
    if (viewer.partner !== undefined) throw new DomainError('FORBIDDEN_OPERATION');
    if (!validate(id)) throw badInput('There is no such dispute', { argument: 'dispute' });
    if (fen !== undefined && fen !== null && fen < 1n) throw badInput('`fen` is at least 1', { argument: 'fen' });
    if (note.trim().length === 0 || note.length > 2_000) throw badInput('`note` is 1 to 2000 characters', { argument: 'note' });
    const { outcome, replayed } = await resolveDispute(em, writeKey(info, viewer), viewer.sub, { dispute: id, fen: fen ?? null, note });
    const { language } = viewer;
    if (outcome.kind === 'resolved')
      return as(DisputeResolved, { dispute: disputeOf((await disputeById(em, id)) as StoredDispute, replayed), replayed });
    switch (outcome.code) {
      case 'SELF_APPROVAL':
        return as(SelfApproval, {
          ...outcome,
          message: say(language, '不能裁定自己提出的争议', 'Nobody decides a dispute that they opened'),
        });
      case 'DISPUTE_OVER':
        return as(DisputeOver, { ...outcome, message: say(language, '该争议已裁定', 'The dispute was decided before') });
      case 'OVER_LINE':
        return as(OverLine, { ...outcome, message: say(language, '金额超过该明细的余额', 'This is more than is left of the line') });
    }
  }

  @Query(() => DisputeConnection, { description: "A partner's disputes, oldest first; the operator's staff read those of all." })
  @Scopes('settlement.read:own')
  async disputes(@Args() page: PageArgs, @Ctx() { em, viewer }: Context): Promise<Page<Dispute>> {
    const partner = readingFor(viewer, 'settlement.read');
    const after = decodeIdCursor(page.after);
    const found = await disputesOf(em, partner, after ?? null, pageLimit(page));
    return pageOf(
      found.map((dispute) => disputeOf(dispute, false)),
      page,
      ({ id }) => encodeCursor(id),
    );
  }

  @FieldResolver(() => Partner, { description: 'Who objects.' })
  partner(@Root() { partnerId }: Dispute, @Ctx() { loaders }: Context): Promise<Partner | null> {
    return loaders.partner.load(partnerId);
  }

  @FieldResolver(() => Obligation, { nullable: true, description: 'What put the line right, if it was upheld.' })
  adjustment(@Root() { adjustmentId }: Dispute, @Ctx() { loaders }: Context): Promise<Obligation | null> {
    return adjustmentId === null ? Promise.resolve(null) : loaders.obligation.load(adjustmentId);
  }
}
