import { parse } from 'graphql';
import { readAccess, stripAccess } from '../../schema/access.js';
import { decide, outlook } from '../../schema/decide.js';
import { readSupergraph } from '../../schema/compose.js';
import { viewers } from '../support/viewers.js';

const sdl = `
  type Query { open: Int @policy(policies: [["class:PUBLIC"]]) mine: Int @requiresScopes(scopes: [["a:own"], ["b"]]) any: Int @authenticated inner: Int @policy(policies: [["class:INTERNAL"]]) }
  type Member @policy(policies: [["class:OWN"]]) { uid: ID phone: String @policy(policies: [["class:PII"]]) }
  type Forgotten { a: Int }
`;
const { table, undecided } = readAccess(parse(sdl));

test('a field without a decision is named, not guessed', () => {
  expect(undecided).toEqual(['Forgotten.a']);
});

test('the type and the field are asked together', () => {
  expect(table.get('Member.phone')).toEqual({ authenticated: true, scopes: [], classes: ['OWN', 'PII'] });
});

test('a policy that is no field class is refused', () => {
  expect(() => readAccess(parse('type A @policy(policies: [["class:SECRET"]]) { a: Int }'))).toThrow('not a field class');
});

const mine = { member: 'u1', partners: ['telecom'] };
const clerk = (...scopes: string[]) => ({ ...viewers.partnerStaff('telecom'), scopes });
const consenting = (...classes: string[]) => ({ ...mine, consented: (fieldClass: string) => classes.includes(fieldClass) });
const memberOne = viewers.member('u1', ['me.read']);

test.each`
  field             | viewer                                      | owner        | code
  ${'Query.open'}   | ${viewers.anonymous}                        | ${undefined} | ${null}
  ${'Query.any'}    | ${viewers.anonymous}                        | ${undefined} | ${'UNAUTHENTICATED'}
  ${'Query.any'}    | ${memberOne}                                | ${undefined} | ${null}
  ${'Query.mine'}   | ${viewers.partner('telecom', ['a:own'])}    | ${undefined} | ${null}
  ${'Query.mine'}   | ${viewers.staff('admin')}                   | ${undefined} | ${'FORBIDDEN_FIELD'}
  ${'Query.mine'}   | ${viewers.partner('telecom', ['a:all'])}    | ${undefined} | ${null}
  ${'Query.mine'}   | ${viewers.partner('telecom', ['a'])}        | ${undefined} | ${'FORBIDDEN_FIELD'}
  ${'Query.inner'}  | ${viewers.staff('admin')}                   | ${undefined} | ${'FORBIDDEN_FIELD'}
  ${'Query.inner'}  | ${{ ...viewers.anonymous, via: 'catalog' }} | ${undefined} | ${null}
  ${'Member.uid'}   | ${memberOne}                                | ${mine}      | ${null}
  ${'Member.uid'}   | ${viewers.member('u2')}                     | ${mine}      | ${'FORBIDDEN_FIELD'}
  ${'Member.uid'}   | ${viewers.partner('telecom')}               | ${mine}      | ${null}
  ${'Member.uid'}   | ${viewers.partner('banking')}               | ${mine}      | ${'FORBIDDEN_FIELD'}
  ${'Member.uid'}   | ${viewers.staff('admin')}                   | ${mine}      | ${null}
  ${'Member.uid'}   | ${viewers.partnerStaff('banking')}          | ${mine}      | ${'FORBIDDEN_FIELD'}
  ${'Member.uid'}   | ${viewers.regulator}                        | ${mine}      | ${null}
  ${'Member.phone'} | ${memberOne}                                | ${mine}      | ${null}
  ${'Member.phone'} | ${viewers.partner('telecom')}               | ${mine}      | ${'CONSENT_REQUIRED'}
  ${'Member.phone'} | ${viewers.staff('admin')}                   | ${mine}      | ${null}
  ${'Member.phone'} | ${viewers.staff('finance')}                 | ${mine}      | ${'FORBIDDEN_FIELD'}
  ${'Member.phone'} | ${viewers.regulator}                        | ${mine}      | ${'FORBIDDEN_FIELD'}
`('$field for $viewer.kind $viewer.partner $viewer.sub: $code', ({ field, viewer, owner, code }) => {
  const rule = table.get(field);
  expect(rule).toBeDefined();
  expect(decide(rule as NonNullable<typeof rule>, viewer, owner)).toBe(code);
});

const bounded = viewers.partnerStaff('telecom');
const supervisor = viewers.regulator;

test.each`
  fieldClass      | viewer                       | before
  ${'PUBLIC'}     | ${viewers.anonymous}         | ${'always'}
  ${'OWN'}        | ${viewers.anonymous}         | ${'never'}
  ${'COMPLIANCE'} | ${memberOne}                 | ${'never'}
  ${'PII'}        | ${memberOne}                 | ${'record'}
  ${'OWN'}        | ${viewers.partner('bank')}   | ${'record'}
  ${'PII'}        | ${viewers.partner('bank')}   | ${'record'}
  ${'COMPLIANCE'} | ${viewers.partner('bank')}   | ${'never'}
  ${'FINANCE'}    | ${bounded}                   | ${'record'}
  ${'CREDIT'}     | ${bounded}                   | ${'never'}
  ${'PII'}        | ${clerk('member.pii:own')}   | ${'record'}
  ${'OWN'}        | ${viewers.staff('finance')}  | ${'always'}
  ${'PII'}        | ${viewers.staff('finance')}  | ${'never'}
  ${'PII'}        | ${viewers.staff('admin')}    | ${'always'}
  ${'CREDIT'}     | ${viewers.staff('approver')} | ${'never'}
  ${'COMPLIANCE'} | ${viewers.staff('finance')}  | ${'never'}
  ${'COMPLIANCE'} | ${viewers.staff('admin')}    | ${'always'}
  ${'COMPLIANCE'} | ${supervisor}                | ${'always'}
  ${'PII'}        | ${supervisor}                | ${'never'}
  ${'CREDIT'}     | ${supervisor}                | ${'never'}
  ${'INTERNAL'}   | ${viewers.staff('admin')}    | ${'never'}
`('before any record is known, $fieldClass is $before open to $viewer.kind $viewer.sub', ({ fieldClass, viewer, before }) => {
  expect(outlook(fieldClass, viewer)).toBe(before);
  const rule = { authenticated: fieldClass !== 'PUBLIC', scopes: [], classes: [fieldClass] };
  expect(decide(rule, viewer) === null).toBe(before !== 'never');
  // What is said before never disagrees with what is said of a record.
  for (const owner of [mine, {}, { partners: ['bank'] }, consenting(fieldClass)]) {
    if (before === 'never') expect(decide(rule, viewer, owner)).not.toBeNull();
    if (before === 'always') expect(decide(rule, viewer, owner)).toBeNull();
  }
});

test('what the gateway loads carries no access directive, and an undecided supergraph is refused', () => {
  const supergraph = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY) { query: Query }
    directive @policy(policies: [[policy__Policy!]!]!) on OBJECT | FIELD_DEFINITION
    scalar policy__Policy
    type Query { a: Int @policy(policies: [["class:PUBLIC"]]) }`;
  expect(stripAccess(supergraph)).not.toMatch(/policy/);
  expect(() => readSupergraph('type Query { a: Int }')).toThrow('No access decision for Query.a');
});

test.each`
  classes               | viewer                        | owner                        | code
  ${['SHARED']}         | ${viewers.partner('telecom')} | ${mine}                      | ${'CONSENT_REQUIRED'}
  ${['SHARED']}         | ${viewers.partner('telecom')} | ${consenting('SHARED')}      | ${null}
  ${['PII']}            | ${viewers.partner('telecom')} | ${consenting('SHARED')}      | ${'CONSENT_REQUIRED'}
  ${['CREDIT']}         | ${viewers.partner('telecom')} | ${consenting('CREDIT')}      | ${null}
  ${['OWN', 'PII']}     | ${viewers.partner('telecom')} | ${consenting('PII')}         | ${null}
  ${['PII', 'CREDIT']}  | ${viewers.partner('telecom')} | ${consenting('PII')}         | ${'CONSENT_REQUIRED'}
  ${['PII', 'FINANCE']} | ${viewers.partner('telecom')} | ${mine}                      | ${'CONSENT_REQUIRED'}
  ${['SHARED']}         | ${viewers.partner('banking')} | ${consenting('SHARED')}      | ${'FORBIDDEN_FIELD'}
  ${['PII']}            | ${viewers.partner('banking')} | ${mine}                      | ${'FORBIDDEN_FIELD'}
  ${['COMPLIANCE']}     | ${viewers.partner('telecom')} | ${consenting('COMPLIANCE')}  | ${'FORBIDDEN_FIELD'}
  ${['PII']}            | ${viewers.partner('telecom')} | ${{ partners: ['telecom'] }} | ${'FORBIDDEN_FIELD'}
  ${['PII']}            | ${clerk()}                    | ${consenting('PII')}         | ${'FORBIDDEN_FIELD'}
  ${['PII']}            | ${clerk('member.pii:own')}    | ${mine}                      | ${'CONSENT_REQUIRED'}
  ${['PII']}            | ${clerk('member.pii:own')}    | ${consenting('PII')}         | ${null}
  ${['CREDIT']}         | ${clerk('member.pii:own')}    | ${consenting('CREDIT')}      | ${'FORBIDDEN_FIELD'}
  ${['CREDIT']}         | ${clerk('credit.read:own')}   | ${consenting('CREDIT')}      | ${null}
  ${['SHARED']}         | ${viewers.regulator}          | ${mine}                      | ${null}
  ${['PII']}            | ${viewers.regulator}          | ${mine}                      | ${'FORBIDDEN_FIELD'}
  ${['CREDIT']}         | ${memberOne}                  | ${mine}                      | ${null}
`('$classes for $viewer.sub with $owner: $code', ({ classes, viewer, owner, code }) => {
  expect(decide({ authenticated: true, scopes: [], classes }, viewer, owner)).toBe(code);
});
