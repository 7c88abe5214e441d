import { changeAsText, changelogLines, changesBetween, unnamedGains } from '../../schema/access-changes.js';
import { type Cell, type ReportLine, roles } from '../../schema/access-report.js';

const line = (coordinate: string, cells: Readonly<Record<string, Cell>>): ReportLine => ({
  coordinate,
  cells: new Map(Object.entries(cells)),
  needs: '',
});

test.each`
  from        | to          | said
  ${'closed'} | ${'open'}   | ${['GAINS member Member.phone (closed -> open)']}
  ${'closed'} | ${'record'} | ${['GAINS member Member.phone (closed -> record)']}
  ${'record'} | ${'open'}   | ${['GAINS member Member.phone (record -> open)']}
  ${'open'}   | ${'record'} | ${['LOSES member Member.phone (open -> record)']}
  ${'record'} | ${'closed'} | ${['LOSES member Member.phone (record -> closed)']}
  ${'open'}   | ${'open'}   | ${[]}
`('from $from to $to: $said', ({ from, to, said }) => {
  const at = (cell: Cell): ReportLine[] => [line('Member.phone', { member: cell })];
  expect(changesBetween(at(from), at(to)).map(changeAsText)).toEqual(said);
});

test('a field that is new was closed before, and one that is gone is closed now', () => {
  const member = [line('Member.balance', { anonymous: 'open', member: 'closed' })];
  expect(changesBetween([], member).map(changeAsText)).toEqual(['GAINS anonymous Member.balance (closed -> open)']);
  expect(changesBetween(member, []).map(changeAsText)).toEqual(['LOSES anonymous Member.balance (open -> closed)']);
});

const gains = changesBetween([], [line('Member.phone', { member: 'record', 'staff:partner-admin': 'record' })]);

test.each`
  changelog                                                                      | unnamed
  ${''}                                                                          | ${['member', 'staff:partner-admin']}
  ${'- Access: member may read Member.phone.'}                                   | ${['staff:partner-admin']}
  ${'- Access: member, staff:partner-admin may read Member.phone, Member.name.'} | ${[]}
  ${'- everyone: Member.*'}                                                      | ${[]}
  ${'- member may read Member.phoneCredit'}                                      | ${['member', 'staff:partner-admin']}
  ${'- members may read Member.phone'}                                           | ${['member', 'staff:partner-admin']}
  ${'- partner may read Member.phone'}                                           | ${['member', 'staff:partner-admin']}
  ${'- member may read\n- Member.phone'}                                         | ${['member', 'staff:partner-admin']}
`('$changelog leaves $unnamed unnamed', ({ changelog, unnamed }) => {
  expect(unnamedGains(gains, changelog).map(({ role }) => role)).toEqual(unnamed);
});

test('a loss needs no line', () => {
  expect(unnamedGains(changesBetween([line('A.b', { member: 'open' })], []), '')).toEqual([]);
});

test('the lines that are proposed name every gain', () => {
  const all = Object.fromEntries([...roles.keys()].map((role) => [role, 'open' as const]));
  const many = changesBetween([], [line('A.b', all), line('A.c', all), line('D.e', { member: 'record', partner: 'open' })]);
  const lines = changelogLines(many);
  expect(lines).toEqual(['- Access: everyone may read A.b, A.c.', '- Access: member, partner may read D.e.']);
  expect(unnamedGains(many, lines.join('\n'))).toEqual([]);
});
