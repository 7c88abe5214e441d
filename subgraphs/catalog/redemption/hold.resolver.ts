import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Int, Mutation, Resolver } from 'type-graphql';
import { Scopes } from '../../kernel/access.js';
import { writeKey } from '../../kernel/idempotency.js';
import { say } from '../../kernel/text.js';
import { as } from '../../kernel/union.js';
import type { Context } from '../context.js';
import { capture, release } from './end-hold.js';
import { hold } from './hold.js';
import type { Quote } from '../quotes/quote.entity.js';
import { usableQuote } from '../quotes/quote.js';
import { Redemption } from './redemption.entity.js';
import { deliveryFailed, holdExpired, shownFailure } from './refusals.js';
import { FenScalar } from '../../kernel/scalars.js';
import {
  AlreadyCaptured,
  Captured,
  CaptureResult,
  Held,
  HoldResult,
  MoreThanHeld,
  QuoteExpired,
  QuoteHold,
  Released,
  ReleaseResult,
} from './results.js';
import { failureOf } from './saga.js';

/** A hold is gone for these reasons only after it was there. */
const afterHeld: ReadonlySet<string> = new Set(['HOLD_EXPIRED', 'RELEASED', 'DELIVERY_FAILED', 'HOLD_LOST']);

@Resolver()
export class HoldResolver {
  @Mutation(() => HoldResult, { description: 'Sets the points and pieces of a quote aside for a time.' })
  @Scopes('me.redeem', 'redeem.write:own')
  async hold(
    @Arg('quoteId', () => ID, { description: 'The quote.' }) quoteId: string,
    @Arg('ttl', () => Int, { defaultValue: 900, description: 'For how many seconds, 1 to 86400.' }) ttl: number,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof HoldResult> {
    const { viewer, loaders } = context;
    const { outcome, replayed } = await hold(context, writeKey(info, viewer), quoteId, ttl);
    if (outcome.kind === 'refused')
      return quoteExpired(context, outcome.newQuote === null ? null : await loaders.quote.load(outcome.newQuote));
    const { row } = outcome;
    const failure = failureOf(row);
    if (failure && !afterHeld.has(failure.code)) return shownFailure(failure, viewer.language) as typeof HoldResult;
    const quote = await usableQuote(context, quoteId);
    return as(Held, { hold: as(QuoteHold, { id: row.holdId, expiresAt: row.expiresAt as Date, quote }), replayed });
  }

  @Mutation(() => CaptureResult, {
    description:
      'Delivers what is held and burns its points. A shop may charge less than it held; the rest of the points goes back to its lots.',
  })
  @Scopes('me.redeem', 'redeem.write:own')
  async capture(
    @Arg('holdId', () => ID, { description: 'The hold.' }) holdId: string,
    @Arg('fen', () => FenScalar, {
      nullable: true,
      description: 'How much of the price, points and cash in proportion; all of it where absent. Only the shop says so.',
    })
    fen: bigint | null | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof CaptureResult> {
    const { viewer } = context;
    const { outcome, replayed } = await capture(context, writeKey(info, viewer), holdId, fen);
    if (outcome.kind === 'run') {
      const failure = failureOf(outcome.row);
      if (failure) return shownFailure(failure, viewer.language) as typeof CaptureResult;
      return as(Captured, { redemption: await redemptionOf(context, outcome.row.id), replayed });
    }
    switch (outcome.code) {
      case 'HOLD_EXPIRED':
        return holdExpired(viewer.language);
      case 'DELIVERY_FAILED':
        return deliveryFailed(outcome.reason, viewer.language);
      case 'ALREADY_CAPTURED':
        return alreadyCaptured(context, outcome.id);
      case 'MORE_THAN_HELD':
        return as(MoreThanHeld, { ...outcome, message: say(viewer.language, '超过预占金额', 'That is more than was held') });
    }
  }

  @Mutation(() => ReleaseResult, { description: 'Gives held points and pieces back.' })
  @Scopes('me.redeem', 'redeem.write:own')
  async release(
    @Arg('holdId', () => ID, { description: 'The hold.' }) holdId: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<typeof ReleaseResult> {
    const { outcome, replayed } = await release(context, writeKey(info, context.viewer), holdId);
    if (outcome.kind === 'refused') return alreadyCaptured(context, outcome.id);
    return as(Released, { released: outcome.released, replayed });
  }
}

/** Read anew, for the saga has just changed it. */
export const redemptionOf = async ({ loaders }: Context, id: string): Promise<Redemption> =>
  (await loaders.redemption.clear(id).load(id)) as Redemption;

const alreadyCaptured = async (context: Context, id: string): Promise<AlreadyCaptured> =>
  as(AlreadyCaptured, {
    code: 'ALREADY_CAPTURED',
    message: say(context.viewer.language, '该冻结已确认扣减', 'The hold has been captured already'),
    redemption: await redemptionOf(context, id),
  });

export const quoteExpired = ({ viewer }: Context, newQuote: Quote | null): QuoteExpired =>
  as(QuoteExpired, { code: 'QUOTE_EXPIRED', message: say(viewer.language, '报价已失效', 'The quote no longer holds'), newQuote });
