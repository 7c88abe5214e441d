import { type Boundary, exceeding, scopesOf, ungrantable } from '../../../../subgraphs/ledger/rights/classes.js';

const scopes = (names: string, boundary: string) => scopesOf(names.split(' '), boundary as Boundary);
const text = (list: readonly string[]): string => list.join(' ');

test.each`
  classes               | boundary | granted
  ${'FINANCE'}          | ${'OWN'} | ${'finance.read:own'}
  ${'FINANCE PII'}      | ${'ALL'} | ${'finance.read:all member.pii:all'}
  ${'finance.read'}     | ${'OWN'} | ${'finance.read:own'}
  ${'finance.read:own'} | ${'ALL'} | ${'finance.read:own'}
  ${'FINANCE FINANCE'}  | ${'OWN'} | ${'finance.read:own'}
`('$classes within $boundary are $granted', ({ classes, boundary, granted }) => {
  expect(text(scopes(classes, boundary).map(({ scope }) => scope))).toBe(granted);
});

test.each`
  held                    | classes                                 | boundary | beyond
  ${['finance.read:all']} | ${'FINANCE'}                            | ${'ALL'} | ${''}
  ${['finance.read:all']} | ${'FINANCE'}                            | ${'OWN'} | ${''}
  ${['finance.read:own']} | ${'FINANCE'}                            | ${'OWN'} | ${''}
  ${['finance.read:own']} | ${'FINANCE'}                            | ${'ALL'} | ${'finance.read:all'}
  ${['finance.read:all']} | ${'FINANCE credit.read regulator.read'} | ${'OWN'} | ${'credit.read:own regulator.read:own'}
  ${[]}                   | ${'ledger.accrue:own'}                  | ${'OWN'} | ${'ledger.accrue:own'}
`('who has $held and grants $classes $boundary goes too far by "$beyond"', ({ held, classes, boundary, beyond }) => {
  expect(text(exceeding(held, scopes(classes, boundary)))).toBe(beyond);
});

test.each`
  classes                                                                               | personal
  ${'FINANCE ledger.accrue purchase.report:all'}                                        | ${''}
  ${'ledger.approve ledger.adjust:own rules.publish compliance.write:all grants.admin'} | ${'ledger.approve:own ledger.adjust:own rules.publish:own compliance.write:all grants.admin:own'}
`('no system can have "$personal" of $classes', ({ classes, personal }) => {
  expect(text(ungrantable(scopes(classes, 'OWN')))).toBe(personal);
});
