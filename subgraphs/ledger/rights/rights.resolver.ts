import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Mutation, Resolver } from 'type-graphql';
import { Scopes } from '../../kernel/access.js';
import { mustBeOperator } from '../../kernel/acting-for.js';
import { enumOf } from '../../kernel/enum.js';
import { writeKey } from '../../kernel/idempotency.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { changeOf } from '../approvals/change.resolver.js';
import {
  ChangeProposed,
  NotSuspended,
  NotWithdrawn,
  PartnerSuspended,
  ReinstateResult,
  RestoreRoleResult,
  RoleWithdrawn,
} from '../approvals/change.types.js';
import type { Context } from '../context.js';
import type { Partner } from '../partners/partner.entity.js';
import type { Boundary } from './classes.js';
import { proposeGrant } from './grant.js';
import { proposeReinstatement, suspend } from './suspend.js';
import { proposeRestoration, type Role, withdrawRole } from './withdraw-role.js';

const GrantBoundary = enumOf<Boundary>('GrantBoundary', 'How far a granted scope reaches.', {
  OWN: "The partner's own programmes, shop and records.",
  ALL: 'Those of every partner.',
});

/** Absent and null are alike. */
const whom = (partner: string | null | undefined, subject: string | null | undefined): Omit<Role, 'scope'> => ({
  partner: partner ?? null,
  subject: subject ?? null,
});

const why = 'Why, 1 to 500 characters.';

/** Rights of partners and people beside their tokens. Only the operator's own staff change them. */
@Resolver()
export class RightsResolver {
  @Mutation(() => ChangeProposed, {
    description: "Proposes scopes for a partner's system beyond its token, never wider than the caller's own; somebody else approves it.",
  })
  @Scopes('grants.admin')
  async grant(
    @Arg('partner', () => ID, { description: 'Who is to have them.' }) partner: string,
    @Arg('classes', () => [String], { description: 'Field classes such as `FINANCE`, or scopes such as `finance.read`.' })
    classes: string[],
    @Arg('boundary', () => GrantBoundary, {
      defaultValue: GrantBoundary.OWN,
      description: 'How far they reach where a scope does not say so itself.',
    })
    boundary: Boundary,
    @Arg('until', () => Date, { nullable: true, description: 'Until before this instant; without end where absent.' })
    until: Date | null | undefined,
    @Arg('reason', () => String, { defaultValue: 'granted', description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposed> {
    mustBeOperator(context.viewer);
    const { outcome, replayed } = await proposeGrant(context, writeKey(info, context.viewer), {
      partner,
      classes,
      boundary,
      until: until ?? null,
      reason,
    });
    return as(ChangeProposed, { id: outcome.change, change: await changeOf(context, outcome.change), replayed });
  }

  @Mutation(() => PartnerSuspended, {
    description: 'Suspends a partner: within five seconds its tokens are good for returns and statements alone. Takes one person.',
  })
  @Scopes('compliance.write:all')
  async suspend(
    @Arg('partner', () => ID, { description: 'The partner.' }) partner: string,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PartnerSuspended> {
    mustBeOperator(context.viewer);
    const { outcome, replayed } = await suspend(context, writeKey(info, context.viewer), { partner, reason });
    return as(PartnerSuspended, {
      partner: (await context.loaders.partner.load(outcome.partner)) as Partner,
      replayed: replayed || outcome.before,
    });
  }

  @Mutation(() => ReinstateResult, { description: 'Proposes that a suspension ends; somebody else approves it.' })
  @Scopes('compliance.write:all')
  async reinstate(
    @Arg('partner', () => ID, { description: 'The partner.' }) partner: string,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposed | NotSuspended> {
    const { viewer } = context;
    mustBeOperator(viewer);
    const { outcome, replayed } = await proposeReinstatement(context, writeKey(info, viewer), { partner, reason });
    if (outcome.kind === 'refused')
      return as(NotSuspended, { code: outcome.code, message: say(viewer.language, '该伙伴未被暂停', 'The partner is not suspended') });
    return as(ChangeProposed, { id: outcome.change, change: await changeOf(context, outcome.change), replayed });
  }

  @Mutation(() => RoleWithdrawn, {
    description: 'Takes a scope from a person or from everyone of a partner, within five seconds and although tokens still carry it.',
  })
  @Scopes('grants.admin', 'compliance.write:all')
  async withdrawRole(
    @Arg('scope', () => String, { description: 'The scope; `:all` goes with `:own`.' }) scope: string,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Arg('partner', () => ID, { nullable: true, description: 'From everyone of this partner.' }) partner: string | null | undefined,
    @Arg('subject', () => String, { nullable: true, description: 'From this person: the subject of the tokens.' }) subject:
      | string
      | null
      | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RoleWithdrawn> {
    const { viewer } = context;
    mustBeOperator(viewer);
    const { outcome, replayed } = await withdrawRole(context, writeKey(info, viewer), { ...whom(partner, subject), scope, reason });
    return as(RoleWithdrawn, { scope, replayed: replayed || outcome.before });
  }

  @Mutation(() => RestoreRoleResult, { description: 'Proposes that a withdrawn scope is given back; somebody else approves it.' })
  @Scopes('grants.admin', 'compliance.write:all')
  async restoreRole(
    @Arg('scope', () => String, { description: 'The scope.' }) scope: string,
    @Arg('reason', () => String, { description: why }) reason: string,
    @Arg('partner', () => ID, { nullable: true, description: 'To everyone of this partner.' }) partner: string | null | undefined,
    @Arg('subject', () => String, { nullable: true, description: 'To this person.' }) subject: string | null | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposed | NotWithdrawn> {
    const { viewer } = context;
    mustBeOperator(viewer);
    const { outcome, replayed } = await proposeRestoration(context, writeKey(info, viewer), { ...whom(partner, subject), scope, reason });
    if (outcome.kind === 'refused')
      return as(NotWithdrawn, { code: outcome.code, message: say(viewer.language, '该权限未被收回', 'This scope is not withdrawn there') });
    return as(ChangeProposed, { id: outcome.change, change: await changeOf(context, outcome.change), replayed });
  }
}
