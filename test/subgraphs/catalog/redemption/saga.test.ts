import { actionOf, after, type SagaEvent, type SagaState, type Step, steps } from '../../../../subgraphs/catalog/redemption/saga.js';

const soldOut = { code: 'SOLD_OUT', item: 'x' } as const;
const lost = { code: 'HOLD_LOST' } as const;
const state = (step: Step, over: Partial<SagaState> = {}): SagaState => ({
  step,
  waiting: false,
  timed: false,
  insisting: false,
  failure: null,
  ...over,
});

/** Every state that a redemption can be in, by a short name. */
const states: Record<string, SagaState> = {
  quoted: state('QUOTED'),
  held: state('HELD'),
  reserved: state('RESERVED'),
  waiting: state('RESERVED', { waiting: true, timed: true }),
  asked: state('RESERVED', { timed: true }),
  pinned: state('PINNED', { timed: true }),
  insisting: state('RESERVED', { insisting: true }),
  insistingPinned: state('PINNED', { timed: true, insisting: true }),
  delivered: state('DELIVERED'),
  completed: state('COMPLETED'),
  withdrawing: state('WITHDRAWING', { failure: { code: 'DELIVERY_FAILED', reason: 'late' } }),
  withdrawingTimed: state('WITHDRAWING', { timed: true, failure: { code: 'DELIVERY_FAILED', reason: 'late' } }),
  withdrawingLost: state('WITHDRAWING', { failure: lost }),
  releasing: state('RELEASING', { failure: soldOut }),
  released: state('RELEASED', { failure: soldOut }),
};
const events: SagaEvent[] = [
  { kind: 'HOLD_PLACED' },
  { kind: 'HOLD_REFUSED', failure: { code: 'MEMBER_FROZEN' } },
  { kind: 'STOCK_RESERVED' },
  { kind: 'SOLD_OUT', item: 'x' },
  { kind: 'CAPTURE_ASKED' },
  { kind: 'RELEASE_ASKED' },
  { kind: 'TERM_OVER' },
  { kind: 'HOLD_PINNED' },
  { kind: 'HOLD_GONE' },
  { kind: 'DELIVERED' },
  { kind: 'DELIVERY_REFUSED', reason: 'no' },
  { kind: 'DELIVERY_OVERDUE' },
  { kind: 'CAPTURED' },
  { kind: 'WITHDRAWN' },
  { kind: 'NOT_WITHDRAWN' },
  { kind: 'HOLD_RELEASED' },
];

/** Every pair that means something; every other pair changes nothing. */
const meaningful: Record<string, string> = {
  'quoted HOLD_PLACED': 'HELD',
  'quoted HOLD_REFUSED': 'RELEASED MEMBER_FROZEN',
  'held STOCK_RESERVED': 'RESERVED',
  'held SOLD_OUT': 'RELEASING SOLD_OUT',
  'waiting CAPTURE_ASKED': 'RESERVED',
  'waiting RELEASE_ASKED': 'RELEASING RELEASED',
  'waiting TERM_OVER': 'RELEASING HOLD_EXPIRED',
  'asked HOLD_PINNED': 'PINNED',
  'asked HOLD_GONE': 'RELEASED HOLD_EXPIRED',
  'reserved DELIVERED': 'DELIVERED',
  'reserved DELIVERY_REFUSED': 'RELEASING DELIVERY_FAILED',
  'reserved DELIVERY_OVERDUE': 'WITHDRAWING DELIVERY_FAILED',
  'pinned DELIVERED': 'DELIVERED',
  'pinned DELIVERY_REFUSED': 'RELEASING DELIVERY_FAILED',
  'pinned DELIVERY_OVERDUE': 'WITHDRAWING DELIVERY_FAILED',
  'insisting DELIVERED': 'DELIVERED',
  'insisting DELIVERY_REFUSED': 'RELEASING DELIVERY_FAILED',
  'insistingPinned DELIVERED': 'DELIVERED',
  'insistingPinned DELIVERY_REFUSED': 'RELEASING DELIVERY_FAILED',
  'delivered CAPTURED': 'COMPLETED',
  'delivered HOLD_GONE': 'WITHDRAWING HOLD_LOST',
  'withdrawing WITHDRAWN': 'RELEASING DELIVERY_FAILED',
  'withdrawing NOT_WITHDRAWN': 'RESERVED insisting',
  'withdrawingTimed WITHDRAWN': 'RELEASING DELIVERY_FAILED',
  'withdrawingTimed NOT_WITHDRAWN': 'PINNED insisting',
  'withdrawingLost WITHDRAWN': 'RELEASING HOLD_LOST',
  'withdrawingLost NOT_WITHDRAWN': 'RELEASING HOLD_LOST',
  'releasing HOLD_RELEASED': 'RELEASED SOLD_OUT',
};

const pairs = Object.keys(states).flatMap((name) => events.map((event) => [name, event] as const));
test.each(pairs.map(([name, event]) => ({ name, event, outcome: meaningful[`${name} ${event.kind}`] ?? null })))(
  '$name, $event.kind: $outcome',
  ({ name, event, outcome }) => {
    const from = states[name] as SagaState;
    const next = after(from, event);
    const text = next && [next.step, next.failure?.code, next.insisting && !from.insisting && 'insisting'].filter(Boolean).join(' ');
    expect(text).toBe(outcome);
  },
);

test('every state but the two ends asks for something', () => {
  expect(new Set(Object.values(states).map((each) => each.step))).toEqual(new Set(steps));
  expect(Object.entries(states).map(([name, each]) => `${name} ${actionOf(each)}`)).toEqual([
    'quoted PLACE_HOLD',
    'held RESERVE_STOCK',
    'reserved DELIVER',
    'waiting WAIT',
    'asked PIN_HOLD',
    'pinned DELIVER',
    'insisting DELIVER',
    'insistingPinned DELIVER',
    'delivered CAPTURE_HOLD',
    'completed NONE',
    'withdrawing WITHDRAW_DELIVERY',
    'withdrawingTimed WITHDRAW_DELIVERY',
    'withdrawingLost WITHDRAW_DELIVERY',
    'releasing RELEASE_HOLD',
    'released NONE',
  ]);
});
