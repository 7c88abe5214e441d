/**
 * A redemption as a machine: what is done next, and what an answer makes of it. Pure, so that every state can be met with every event.
 * QUOTED → HELD → RESERVED (→ PINNED, where the hold has a term) → DELIVERED → COMPLETED; on the way back (WITHDRAWING →) RELEASING → RELEASED.
 */
export const steps = ['QUOTED', 'HELD', 'RESERVED', 'PINNED', 'DELIVERED', 'COMPLETED', 'WITHDRAWING', 'RELEASING', 'RELEASED'] as const;
export type Step = (typeof steps)[number];

/** Why nothing came of a redemption. */
export type Failure =
  | {
      readonly code: 'INSUFFICIENT_POINTS';
      readonly programme: string;
      readonly missing: bigint;
      readonly missingFen: bigint;
    }
  | { readonly code: 'MEMBER_FROZEN' | 'SUSPENDED_PARTNER' }
  | { readonly code: 'SOLD_OUT'; readonly item: string }
  | { readonly code: 'DELIVERY_FAILED'; readonly reason: string }
  | { readonly code: 'HOLD_EXPIRED' }
  | { readonly code: 'HOLD_LOST' }
  | { readonly code: 'REFUSED'; readonly reason: string }
  | { readonly code: 'RELEASED' };

export interface SagaState {
  readonly step: Step;
  /** The hold waits for its capture; nobody has asked to complete it. */
  readonly waiting: boolean;
  /** The hold has a term at the ledger, so it is pinned before anything is delivered. */
  readonly timed: boolean;
  /** The delivery cannot be taken back any more, so it is asked for until it is there. */
  readonly insisting: boolean;
  readonly failure: Failure | null;
}

export type Action =
  | 'PLACE_HOLD'
  | 'RESERVE_STOCK'
  | 'WAIT'
  | 'PIN_HOLD'
  | 'DELIVER'
  | 'CAPTURE_HOLD'
  | 'WITHDRAW_DELIVERY'
  | 'RELEASE_HOLD'
  | 'NONE';

/** What a state asks for. */
export function actionOf({ step, waiting, timed }: SagaState): Action {
  switch (step) {
    case 'QUOTED':
      return 'PLACE_HOLD';
    case 'HELD':
      return 'RESERVE_STOCK';
    case 'RESERVED':
      return waiting ? 'WAIT' : timed ? 'PIN_HOLD' : 'DELIVER';
    case 'PINNED':
      return 'DELIVER';
    case 'DELIVERED':
      return 'CAPTURE_HOLD';
    case 'WITHDRAWING':
      return 'WITHDRAW_DELIVERY';
    case 'RELEASING':
      return 'RELEASE_HOLD';
    case 'COMPLETED':
    case 'RELEASED':
      return 'NONE';
  }
}

export type SagaEvent =
  | { readonly kind: 'HOLD_PLACED' }
  | { readonly kind: 'HOLD_REFUSED'; readonly failure: Failure }
  | { readonly kind: 'STOCK_RESERVED' }
  | { readonly kind: 'SOLD_OUT'; readonly item: string }
  | { readonly kind: 'CAPTURE_ASKED' }
  | { readonly kind: 'RELEASE_ASKED' }
  | { readonly kind: 'TERM_OVER' }
  | { readonly kind: 'HOLD_PINNED' }
  | { readonly kind: 'HOLD_GONE' }
  | { readonly kind: 'DELIVERED' }
  | { readonly kind: 'DELIVERY_REFUSED'; readonly reason: string }
  | { readonly kind: 'DELIVERY_OVERDUE' }
  | { readonly kind: 'CAPTURED' }
  | { readonly kind: 'WITHDRAWN' }
  | { readonly kind: 'NOT_WITHDRAWN' }
  | { readonly kind: 'HOLD_RELEASED' };

/** The state after an event, or null where the event does not belong to the state: then somebody else was faster, and nothing changes. */
export function after(state: SagaState, event: SagaEvent): SagaState | null {
  const action = actionOf(state);
  const to = (step: Step, failure: Failure | null = state.failure): SagaState => ({ ...state, step, failure });
  switch (event.kind) {
    case 'HOLD_PLACED':
      return action === 'PLACE_HOLD' ? to('HELD') : null;
    case 'HOLD_REFUSED':
      return action === 'PLACE_HOLD' ? to('RELEASED', event.failure) : null;
    case 'STOCK_RESERVED':
      return action === 'RESERVE_STOCK' ? to('RESERVED') : null;
    case 'SOLD_OUT':
      return action === 'RESERVE_STOCK' ? to('RELEASING', { code: 'SOLD_OUT', item: event.item }) : null;
    case 'CAPTURE_ASKED':
      return action === 'WAIT' ? { ...state, waiting: false } : null;
    case 'RELEASE_ASKED':
      return action === 'WAIT' ? to('RELEASING', { code: 'RELEASED' }) : null;
    case 'TERM_OVER':
      return action === 'WAIT' ? to('RELEASING', { code: 'HOLD_EXPIRED' }) : null;
    case 'HOLD_PINNED':
      return action === 'PIN_HOLD' ? to('PINNED') : null;
    case 'HOLD_GONE':
      // Before the delivery the points are back already; after it, what was delivered for them is taken back first.
      if (action === 'PIN_HOLD') return to('RELEASED', { code: 'HOLD_EXPIRED' });
      return action === 'CAPTURE_HOLD' ? to('WITHDRAWING', { code: 'HOLD_LOST' }) : null;
    case 'DELIVERED':
      return action === 'DELIVER' ? to('DELIVERED') : null;
    case 'DELIVERY_REFUSED':
      // After a withdrawal that failed, a refusal is the partner's last word: there is nothing to pay for.
      return action === 'DELIVER' ? to('RELEASING', { code: 'DELIVERY_FAILED', reason: event.reason }) : null;
    case 'DELIVERY_OVERDUE':
      return action === 'DELIVER' && !state.insisting ? to('WITHDRAWING', { code: 'DELIVERY_FAILED', reason: 'no answer in time' }) : null;
    case 'CAPTURED':
      return action === 'CAPTURE_HOLD' ? to('COMPLETED') : null;
    case 'WITHDRAWN':
      return action === 'WITHDRAW_DELIVERY' ? to('RELEASING') : null;
    case 'NOT_WITHDRAWN':
      if (action !== 'WITHDRAW_DELIVERY') return null;
      // What was delivered and stays delivered is paid for, as long as the points are held.
      if (state.failure?.code === 'HOLD_LOST') return to('RELEASING');
      return { ...state, step: state.timed ? 'PINNED' : 'RESERVED', insisting: true, failure: null };
    case 'HOLD_RELEASED':
      return action === 'RELEASE_HOLD' ? to('RELEASED') : null;
  }
}

export const isEnded = (step: Step): boolean => step === 'COMPLETED' || step === 'RELEASED';

/** Why it came to nothing, once that is certain: a delivery that is being withdrawn may still turn out to stand. */
export const failureOf = ({ step, failure }: SagaState): Failure | null => (step === 'RELEASING' || step === 'RELEASED' ? failure : null);
