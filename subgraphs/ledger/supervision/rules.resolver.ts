import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access, Scopes } from '../../kernel/access.js';
import { mustBeOperator } from '../../kernel/acting-for.js';
import { writeKey } from '../../kernel/idempotency.js';
import { FenScalar } from '../../kernel/scalars.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import { ProposedChange } from '../approvals/change.entity.js';
import { changeOf } from '../approvals/change.resolver.js';
import { ChangeProposed } from '../approvals/change.types.js';
import type { Context } from '../context.js';
import { SupervisionTermsInput } from './case.inputs.js';
import { caseOf } from './case.resolver.js';
import {
  CaseCleared,
  CaseDone,
  FinedBefore,
  FineOutsideRule,
  FineResult,
  PenaltyRule,
  PenaltyRuleSet,
  SupervisionTerms,
  WatchedSignal,
} from './case.types.js';
import { penaltyRules, recordFine, setPenaltyRule } from './fine.js';
import { signalKinds } from './signals.js';
import { proposeTerms, supervisionTerms, type SupervisionTerms as StoredTerms, termsAfter } from './terms.js';

/** What supervision goes by, and fines. */
@Resolver()
export class SupervisionRulesResolver {
  @Query(() => SupervisionTerms, { description: 'What the watch looks for now.' })
  @Scopes('compliance.read:all')
  async supervisionTerms(@Ctx() { em }: Context): Promise<SupervisionTerms> {
    return shownTerms(await supervisionTerms(em));
  }

  @Mutation(() => ChangeProposed, {
    description:
      'Proposes what the watch looks for; somebody else approves it. For example, with FAN_IN from 3 members on and a `caseScore` of 40, a member who got points of 3 others in the window scores 20 and is no case by that alone.',
  })
  @Scopes('compliance.write:all')
  async setSupervisionTerms(
    @Arg('input', () => SupervisionTermsInput, { description: 'What is to change.' }) input: SupervisionTermsInput,
    @Arg('reason', () => String, { description: 'Why, 1 to 500 characters.' }) reason: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ChangeProposed> {
    const { viewer } = context;
    mustBeOperator(viewer);
    const { outcome, replayed } = await proposeTerms(context, writeKey(info, viewer), input, reason);
    return as(ChangeProposed, { id: outcome.change, change: await changeOf(context, outcome.change), replayed });
  }

  @Query(() => [PenaltyRule], { description: 'What laws let fines be, in their newest versions.' })
  @Access('PUBLIC')
  async penaltyRules(@Ctx() { em }: Context): Promise<PenaltyRule[]> {
    return (await penaltyRules(em)).map((rule) => as(PenaltyRule, rule));
  }

  @Mutation(() => PenaltyRuleSet, {
    description:
      'Writes a new version of what a law lets fines be. For example, where nothing was gained a fine is 500,000.00 at the most, and of gains of 10,000.00 one to ten times as much.',
  })
  @Scopes('compliance.write:all')
  async setPenaltyRule(
    @Arg('id', () => ID, { description: 'The rule, such as `CONSUMER_RIGHTS_56`.' }) id: string,
    @Arg('reference', () => String, { description: 'Where it stands written; † where counsel has yet to check it.' }) reference: string,
    @Arg('leastMultiple', () => Int, { description: 'At the least so many times the illegal gains.' }) leastMultiple: number,
    @Arg('mostMultiple', () => Int, { description: 'At the most so many times the illegal gains.' }) mostMultiple: number,
    @Arg('mostWithoutGainsFen', () => FenScalar, { description: 'At the most, where there were no illegal gains.' })
    mostWithoutGainsFen: bigint,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PenaltyRuleSet> {
    const { em, viewer } = context;
    mustBeOperator(viewer);
    const rule = { id, reference, leastMultiple, mostMultiple, mostWithoutGainsFen };
    const { outcome, replayed } = await setPenaltyRule(em, writeKey(info, viewer), rule);
    const [set] = await penaltyRules(em, outcome.id);
    return as(PenaltyRuleSet, { rule: as(PenaltyRule, set as PenaltyRule), replayed });
  }

  @Mutation(() => FineResult, { description: 'Writes down a fine that came of a case, as far as the rule lets it be.' })
  @Scopes('compliance.write:all')
  async recordFine(
    @Arg('case', () => ID, { description: 'The case.' }) id: string,
    @Arg('fen', () => FenScalar, { description: 'The fine.' }) fen: bigint,
    @Arg('illegalGainsFen', () => FenScalar, { description: 'The illegal gains that were found; 0 where there were none.' })
    illegalGainsFen: bigint,
    @Arg('rule', () => ID, { defaultValue: 'CONSUMER_RIGHTS_56', description: 'The rule that it goes by.' }) rule: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof FineResult> {
    const { em, viewer } = context;
    mustBeOperator(viewer);
    const wish = { case: id, rule, fen, illegalGainsFen, by: viewer.sub };
    const { outcome, replayed } = await recordFine(em, writeKey(info, viewer), wish);
    if (outcome.kind === 'done') return as(CaseDone, { case: await caseOf(context, outcome.case), replayed });
    const { language } = viewer;
    switch (outcome.code) {
      case 'CASE_CLEARED':
        return as(CaseCleared, { code: outcome.code, message: say(language, '该案件已结案', 'The case is over') });
      case 'FINED_BEFORE':
        return as(FinedBefore, { code: outcome.code, message: say(language, '该案件已记录罚款', 'A fine stands in this case already') });
      case 'FINE_OUTSIDE_RULE': {
        const { code, leastFen, mostFen } = outcome;
        return as(FineOutsideRule, {
          code,
          leastFen,
          mostFen,
          message: say(language, '罚款超出法定幅度', 'The rule lets no fine be this'),
        });
      }
    }
  }
}

/** What a second person agrees to. */
@Resolver(() => ProposedChange)
export class ProposedSupervision {
  @FieldResolver(() => SupervisionTerms, {
    nullable: true,
    description: 'For SUPERVISION_TERMS: the terms that it made; before it is made, those in force with what it changes.',
  })
  async supervisionTerms(@Root() change: ProposedChange, @Ctx() { em }: Context): Promise<SupervisionTerms | null> {
    return change.kind === 'SUPERVISION_TERMS' ? shownTerms(await termsAfter(em, change)) : null;
  }
}

const shownTerms = ({ signals, ...terms }: StoredTerms): SupervisionTerms =>
  as(SupervisionTerms, { ...terms, signals: signalKinds.map((kind) => as(WatchedSignal, { kind, ...signals[kind] })) });
