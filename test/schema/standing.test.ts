import { type Standing, unchanged, underStandings, without } from '../../schema/standing.js';
import { suspendedScopes } from '../../schema/scopes.js';
import { viewers } from '../support/viewers.js';

test.each`
  held                                    | withdrawn                  | left
  ${'ledger.read:own catalog.read'}       | ${''}                      | ${'ledger.read:own catalog.read'}
  ${'ledger.read:own catalog.read'}       | ${'ledger.read:own'}       | ${'catalog.read'}
  ${'ledger.read:all'}                    | ${'ledger.read:own'}       | ${''}
  ${'ledger.read:all ledger.read:own'}    | ${'ledger.read:all'}       | ${'ledger.read:own'}
  ${'settlement.close settlement.reader'} | ${'settlement.close'}      | ${'settlement.reader'}
  ${'ledger.read:own'}                    | ${'ledger.read something'} | ${'ledger.read:own'}
`('$held less $withdrawn is "$left"', ({ held, withdrawn, left }: Record<string, string>) => {
  const words = (text = ''): string[] => text.split(' ').filter(Boolean);
  expect(without(words(held), words(withdrawn))).toEqual(words(left));
});

const standing = (more: Partial<Standing>): Standing => ({ ...unchanged, ...more });
const partner = viewers.partner('telecom', ['ledger.accrue:own', 'redeem.reverse:own', 'settlement.read:own']);
const staff = { ...viewers.partnerStaff('telecom'), scopes: ['catalog.write:own', 'settlement.read:own'] };

test.each`
  what                                          | viewer     | standings                                                                                                         | scopes                                                                         | suspended
  ${'nothing changed'}                          | ${partner} | ${[standing({})]}                                                                                                 | ${'ledger.accrue:own redeem.reverse:own settlement.read:own'}                  | ${undefined}
  ${'a grant to the system'}                    | ${partner} | ${[standing({ extraScopes: ['finance.read:own', 'ledger.accrue:own'] })]}                                         | ${'ledger.accrue:own redeem.reverse:own settlement.read:own finance.read:own'} | ${undefined}
  ${'a grant is none to the staff'}             | ${staff}   | ${[standing({ extraScopes: ['finance.read:own'] })]}                                                              | ${'catalog.write:own settlement.read:own'}                                     | ${undefined}
  ${'a withdrawal beats a grant'}               | ${partner} | ${[standing({ extraScopes: ['finance.read:own'], withdrawnScopes: ['finance.read:own'] })]}                       | ${'ledger.accrue:own redeem.reverse:own settlement.read:own'}                  | ${undefined}
  ${'withdrawn from the partner and the staff'} | ${staff}   | ${[standing({ withdrawnScopes: ['catalog.write:own'] }), standing({ withdrawnScopes: ['settlement.read:own'] })]} | ${''}                                                                          | ${undefined}
  ${'suspended: the system'}                    | ${partner} | ${[standing({ suspended: true, extraScopes: ['ledger.read:own'] })]}                                              | ${'redeem.reverse:own settlement.read:own'}                                    | ${true}
  ${'suspended: the staff'}                     | ${staff}   | ${[standing({ suspended: true }), standing({})]}                                                                  | ${'settlement.read:own'}                                                       | ${true}
`('$what', ({ viewer, standings, scopes, suspended }) => {
  const now = underStandings(viewer, standings);
  expect(now.scopes.join(' ')).toBe(scopes);
  expect(now.suspended).toBe(suspended);
});

test('a viewer of whom nothing changed is the very same value', () => {
  expect(underStandings(partner, [unchanged, unchanged])).toBe(partner);
});

test('what a suspended partner keeps is bounded to its own', () => {
  expect(suspendedScopes.filter((scope) => scope.endsWith(':all'))).toEqual([]);
});
