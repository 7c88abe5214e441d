import { defaultSteps, stepDue } from '../../../../subgraphs/ledger/reminders/steps.js';

const expiry = new Date('2026-12-31T16:00:00Z');

test.each`
  at                            | steps           | due     | why
  ${'2026-12-01T15:59:59.999Z'} | ${defaultSteps} | ${null} | ${'a millisecond before the first step'}
  ${'2026-12-01T16:00:00Z'}     | ${defaultSteps} | ${30}   | ${'at it'}
  ${'2026-12-24T15:59:59.999Z'} | ${defaultSteps} | ${30}   | ${'before the second'}
  ${'2026-12-24T16:00:00Z'}     | ${defaultSteps} | ${7}    | ${'at the second'}
  ${'2026-12-30T16:00:00Z'}     | ${defaultSteps} | ${1}    | ${'at the last, whatever was said before'}
  ${'2026-12-31T15:59:59.999Z'} | ${defaultSteps} | ${1}    | ${'just before the expiry'}
  ${'2026-12-31T16:00:00Z'}     | ${defaultSteps} | ${null} | ${'expired'}
  ${'2026-12-30T16:00:00Z'}     | ${[]}           | ${null} | ${'nobody is reminded'}
  ${'2026-12-30T16:00:00Z'}     | ${[90]}         | ${90}   | ${'one step of the issuer'}
`('$at, steps $steps: $due ($why)', ({ at, steps, due }: { at: string; steps: number[]; due: number | null }) =>
  expect(stepDue(expiry, new Date(at), steps)).toBe(due),
);
