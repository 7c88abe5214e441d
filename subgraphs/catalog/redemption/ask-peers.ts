import { DomainError } from '../../kernel/errors.js';
import type { JobContext } from '../../kernel/subgraph.js';
import { withdrawDelivery } from './delivery-port.js';
import { captureHold, type EndHoldAnswer, type HoldLeg, pinHold, placeHold, releaseHold } from '../ledger-writes.js';
import type { Action, Failure, SagaEvent } from './saga.js';
import type { SagaRow } from './saga-row.js';

/** What a saga works with: no viewer, for whoever asked first has no part in it. */
export type SagaContext = Pick<JobContext, 'em' | 'peers' | 'faults' | 'log'>;

const refOf = ({ holdId: hold, memberUid }: SagaRow) => ({ hold, memberUid });

/** What the ledger is asked to take. */
const legsOf = ({ paid }: SagaRow): HoldLeg[] => paid.map(({ programme, points, owedFen }) => ({ programme, points, fen: owedFen }));

/** The remote actions. Every key is made of the redemption and the action, so that asking again is harmless. */
export async function ask(context: SagaContext, row: SagaRow, action: Action): Promise<SagaEvent | 'unknown'> {
  const { peers } = context;
  switch (action) {
    case 'PLACE_HOLD': {
      const legs = legsOf(row);
      const { id: redemption, holdId: hold, memberUid, acceptorId: acceptor, expiresAt } = row;
      const order = { hold, redemption, memberUid, acceptor, legs, expiresAt };
      const answer = await answerOf(context, row, action, () => placeHold(peers, order, `${row.id}:hold`));
      if (answer === 'unknown') return answer;
      if (answer instanceof DomainError) return { kind: 'HOLD_REFUSED', failure: { code: 'REFUSED', reason: answer.message } };
      switch (answer.__typename) {
        case 'HoldPlaced':
          return { kind: 'HOLD_PLACED' };
        case 'MemberFrozen':
          return { kind: 'HOLD_REFUSED', failure: { code: 'MEMBER_FROZEN' } };
        case 'SuspendedPartner':
          return { kind: 'HOLD_REFUSED', failure: { code: 'SUSPENDED_PARTNER' } };
        case 'CreditLimitReached':
          return { kind: 'HOLD_REFUSED', failure: { code: 'REFUSED', reason: 'These points cannot be spent at other partners for now' } };
        case 'PointsMissing':
          return { kind: 'HOLD_REFUSED', failure: missingOf(row, answer.programme, BigInt(answer.missing)) };
      }
    }
    case 'PIN_HOLD':
      return holdEvent(await answerOf(context, row, action, () => pinHold(peers, refOf(row), `${row.id}:pin`)), 'HOLD_PINNED', 'HOLD_GONE');
    case 'CAPTURE_HOLD':
      return holdEvent(
        await answerOf(context, row, action, () => captureHold(peers, refOf(row), row.narrowed ? legsOf(row) : null, `${row.id}:capture`)),
        'CAPTURED',
        'HOLD_GONE',
      );
    case 'RELEASE_HOLD':
      return holdEvent(
        await answerOf(context, row, action, () => releaseHold(peers, refOf(row), `${row.id}:release`)),
        'HOLD_RELEASED',
        'HOLD_RELEASED',
      );
    case 'WITHDRAW_DELIVERY': {
      const withdrawn = await answerOf(context, row, action, () => withdrawDelivery(peers, row.deliveredBy, row.id, `${row.id}:withdraw`));
      if (withdrawn === 'unknown' || withdrawn instanceof DomainError) return 'unknown';
      if (!withdrawn && row.failure?.code === 'HOLD_LOST') context.log.error({ redemption: row.id }, 'delivered, but the hold was lost');
      return { kind: withdrawn ? 'WITHDRAWN' : 'NOT_WITHDRAWN' };
    }
    case 'RESERVE_STOCK':
    case 'WAIT':
    case 'DELIVER':
    case 'NONE':
      throw new Error(`${action} asks nobody`);
  }
}

/** What the ledger's answer about a hold means; a refusal of the call itself is nobody's answer, and is tried again. */
function holdEvent(
  answer: EndHoldAnswer | DomainError | 'unknown',
  done: 'HOLD_PINNED' | 'CAPTURED' | 'HOLD_RELEASED',
  gone: 'HOLD_GONE' | 'HOLD_RELEASED',
): SagaEvent | 'unknown' {
  if (answer === 'unknown' || answer instanceof DomainError) return 'unknown';
  switch (answer.__typename) {
    case 'HoldPinned':
    case 'HoldCaptured':
    case 'HoldReleased':
      return { kind: done };
    case 'HoldEnded':
      return { kind: answer.state === 'CAPTURED' && done === 'CAPTURED' ? done : gone };
    case 'HoldExpired':
      return { kind: gone };
  }
}

/** The missing points of a leg, with the fen that they would have covered. */
function missingOf(row: SagaRow, programme: string, missing: bigint): Failure {
  const leg = row.paid.find((candidate) => candidate.programme === programme);
  const missingFen = leg ? (missing * leg.fen + leg.points - 1n) / leg.points : 0n;
  return { code: 'INSUFFICIENT_POINTS', programme, missing, missingFen };
}

/** Only a refusal in so many words is an answer. Silence and faults on the other side leave open whether the effect happened. */
const definite = new Set<unknown>(['BAD_INPUT', 'FORBIDDEN_OPERATION', 'FORBIDDEN_FIELD', 'PARTNER_SUSPENDED']);

export async function answerOf<T>(
  context: SagaContext,
  row: SagaRow,
  action: Action,
  call: () => Promise<T>,
): Promise<T | DomainError | 'unknown'> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DomainError && definite.has(error.extensions['code'])) return error;
    context.log.warn({ err: error, redemption: row.id, action }, 'no answer; the redemption is carried on later');
    return 'unknown';
  }
}
