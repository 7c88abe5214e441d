import { parse } from 'graphql';
import { readAccess } from '../../schema/access.js';
import { parseReport, printReport, reportOf, roles } from '../../schema/access-report.js';
import type { Viewer } from '../../schema/viewer.js';
import { viewers } from '../support/viewers.js';

const { table } = readAccess(
  parse(`
  type Query {
    open: Int @policy(policies: [["class:PUBLIC"]])
    any: Int @authenticated
    bills: Int @requiresScopes(scopes: [["ledger.read:own"], ["me.read"]])
    books: Int @requiresScopes(scopes: [["finance.read:all"]])
    inner: Int @policy(policies: [["class:INTERNAL"]])
  }
  type Member @policy(policies: [["class:OWN"]]) { uid: ID phone: String @policy(policies: [["class:PII"]]) }`),
);
const report = reportOf(table);

test.each`
  coordinate       | open                                                                         | record                                          | needs
  ${'Query.open'}  | ${[...roles.keys()]}                                                         | ${[]}                                           | ${'class PUBLIC'}
  ${'Query.any'}   | ${[...roles.keys()].slice(1)}                                                | ${[]}                                           | ${'any token'}
  ${'Query.bills'} | ${['member', 'staff:admin', 'staff:approver', 'staff:finance', 'regulator']} | ${['partner', 'staff:partner-admin']}           | ${'ledger.read:own or me.read'}
  ${'Query.books'} | ${['staff:admin', 'staff:approver', 'staff:finance', 'regulator']}           | ${[]}                                           | ${'finance.read:all'}
  ${'Query.inner'} | ${[]}                                                                        | ${[]}                                           | ${'class INTERNAL'}
  ${'Member.uid'}  | ${['staff:admin', 'staff:approver', 'staff:finance', 'regulator']}           | ${['member', 'partner', 'staff:partner-admin']} | ${'class OWN'}
`('$coordinate is open to $open, by record to $record', ({ coordinate, open, record, needs }) => {
  const line = report.find((candidate) => candidate.coordinate === coordinate);
  const having = (cell: string): string[] => [...(line?.cells ?? [])].filter(([, value]) => value === cell).map(([role]) => role);
  expect({ open: having('open'), record: having('record'), needs: line?.needs }).toEqual({ open, record, needs });
});

test("a person's telephone is read by the person and by the operator's named staff alone", () => {
  const cells = report.find(({ coordinate }) => coordinate === 'Member.phone')?.cells;
  expect(['anonymous', 'member', 'staff:admin', 'staff:finance', 'regulator'].map((role) => cells?.get(role))).toEqual([
    'closed',
    'record',
    'open',
    'closed',
    'closed',
  ]);
});

test('the text reads back as it was written, and every line is under its column', () => {
  const text = printReport(report);
  expect(parseReport(text)).toEqual(report);
});

test("the report's roles are the tests' viewers", () => {
  const scopesOf = ({ kind, scopes, partner, uid }: Viewer): object => ({ kind, scopes, partner, uid });
  expect([...roles.values()].map(scopesOf)).toEqual(
    [
      viewers.anonymous,
      viewers.member('own'),
      viewers.partner('own'),
      viewers.staff('admin'),
      viewers.staff('approver'),
      viewers.staff('finance'),
      viewers.partnerStaff('own'),
      viewers.regulator,
    ].map(scopesOf),
  );
});
