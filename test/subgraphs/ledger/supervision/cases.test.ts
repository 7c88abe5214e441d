import { v7 as uuid } from 'uuid';
import type { Viewer } from '../../../../schema/viewer.js';
import { lookThrough } from '../../../../subgraphs/ledger/supervision/detect.js';
import { testIds } from '../../../support/subgraph.js';
import { viewers } from '../../../support/viewers.js';
import { stepsOf } from '../hold-steps.js';
import { openLedger, type Row, type TestLedger } from '../ledger.js';
import { gift, publishEvents, ringOfTwelve, transfer } from './ring.js';

let ledger: TestLedger;
let steps: ReturnType<typeof stepsOf>;
beforeEach(async () => {
  ledger = await openLedger();
  steps = stepsOf(ledger);
  await ledger.setClock('2026-11-21T04:00:00Z');
  await publishEvents(ledger);
});
afterEach(() => ledger.close());

const admin = viewers.staff('admin');
const second = viewers.staff('admin', 'staff-second');

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly score: number;
  readonly held: boolean;
  readonly signals: readonly { kind: string; value: number; hit: boolean }[];
  readonly members: readonly { member: string; hub: boolean; frozen: boolean }[];
}
const cases = async (viewer: Viewer = admin, state: string | null = null): Promise<Shown[]> => {
  const { data, errors } = await ledger.ask(
    viewer,
    `query ($state: CaseState) { cases(state: $state) { nodes { id kind state score held reason signals { kind value hit } members { member hub frozen } partners { id } steps { step by } } } }`,
    { state },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return (data?.['cases'] as { nodes: Shown[] }).nodes;
};
const look = () => lookThrough(ledger.subgraph.database.em.fork() as never);
const stepIn = (viewer: Viewer, name: string, id: string, more = ''): Promise<Row> =>
  ledger.write(
    viewer,
    `mutation ($case: ID!) { ${name}(case: $case${more}, reason: "A13") { __typename ... on CaseDone { case { state held } replayed } ... on Refusal { code } } }`,
    { case: id },
  );
const redeem = async (member: string): Promise<unknown> =>
  (await steps.place(member, [{ programme: 'COAL-P', points: 1, fen: 1 }]))['__typename'];

test('the ring of twelve is one case, however often and however many at once look', async () => {
  const { hub, members } = await ringOfTwelve(ledger);
  await Promise.all([look(), look(), look()]);
  await look();
  const [found, ...more] = await cases();
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    kind: 'PATTERN',
    state: 'OPEN',
    score: 40,
    held: false,
    reason: 'NO_PURCHASE, FAN_IN',
    partners: [{ id: 'coalition' }],
    steps: [{ step: 'OPENED', by: 'job:look-through' }],
  });
  expect(found?.signals).toEqual([
    { kind: 'NO_PURCHASE', value: 11, hit: true },
    { kind: 'FAN_IN', value: 11, hit: true },
    { kind: 'RECRUIT_REWARD', value: 0, hit: false },
    { kind: 'ENTRY_FEE', value: 0, hit: false },
    { kind: 'CASH_OUT', value: 0, hit: false },
  ]);
  expect(new Set(found?.members.map(({ member }) => testIds.open(member, 'staff')))).toEqual(new Set(members));
  expect(found?.members.filter((each) => each.hub).map(({ member }) => testIds.open(member, 'staff'))).toEqual([hub]);
  // A thirteenth joins the case that there is.
  const late = uuid();
  await gift(ledger, late);
  await transfer(ledger, late, hub, 30);
  await look();
  const [grown, ...others] = await cases();
  expect(others).toEqual([]);
  expect(grown?.members).toHaveLength(13);
  expect(grown?.signals[1]).toEqual({ kind: 'FAN_IN', value: 12, hit: true });
});

test('one gift and one giver fewer than the threshold is no case; nor is a window that has moved on', async () => {
  const hub = uuid();
  for (let n = 0; n < 9; n += 1) {
    const member = uuid();
    await gift(ledger, member);
    await transfer(ledger, member, hub, 30);
  }
  expect(await look()).toBe(0);
  const tenth = uuid();
  await gift(ledger, tenth);
  await transfer(ledger, tenth, hub, 30);
  await ledger.setClock('2026-12-21T04:00:00Z');
  expect(await look()).toBe(0);
  await ledger.setClock('2026-12-21T03:59:59Z');
  expect(await look()).toBe(1);
});

test('ordinary members raise no alarm: purchases, a few events, a correction, a family that shares', async () => {
  const [mother, father, child] = [uuid(), uuid(), uuid()];
  for (let n = 0; n < 20; n += 1) await ledger.accrue(mother, 'COAL-P', 100_000);
  for (let n = 0; n < 6; n += 1) await gift(ledger, father);
  await gift(ledger, child, 'RECRUIT');
  await transfer(ledger, mother, child, 50_000);
  await transfer(ledger, father, child, 30);
  const held = [uuid(), uuid()];
  await steps.place(mother, [{ programme: 'COAL-P', points: 500_000, fen: 500_000 }], { hold: held[0], redemption: held[1] });
  await steps.capture(held[0] as string);
  expect(await look()).toBe(0);
});

test('rewards, fees and cashing out are seen too, each in its own figure', async () => {
  const hub = uuid();
  for (let n = 0; n < 10; n += 1) await gift(ledger, hub, 'RECRUIT');
  for (let n = 0; n < 10; n += 1) await ledger.accrue(hub, 'COAL-P', 0, { lines: [{ sku: 'kit', category: 'JOINING_FEE', fen: 100 }] });
  const [hold, redemption] = [uuid(), uuid()];
  await steps.place(hub, [{ programme: 'COAL-P', points: 6_000, fen: 6_000 }], { hold, redemption });
  await steps.capture(hold);
  await look();
  const [found] = await cases();
  expect(found).toMatchObject({
    score: 60,
    signals: [
      { kind: 'NO_PURCHASE', value: 10, hit: true },
      { kind: 'FAN_IN', value: 0, hit: false },
      { kind: 'RECRUIT_REWARD', value: 10, hit: true },
      { kind: 'ENTRY_FEE', value: 10, hit: true },
      // 5,000 points of rewards; the other 1,000 were earned with something bought.
      { kind: 'CASH_OUT', value: 5_000, hit: false },
    ],
  });
});

test('cashing out counts at what points were worth when they were spent', async () => {
  const hub = uuid();
  const spend = async (points: number): Promise<void> => {
    const hold = uuid();
    await steps.place(hub, [{ programme: 'COAL-P', points, fen: points }], { hold });
    await steps.capture(hold);
  };
  const revalue = async (fen: number, validFrom: string): Promise<void> => {
    const { id } = await ledger.write(
      admin,
      'mutation ($fen: Fen!, $validFrom: DateTime!) { proposeRate(programme: "COAL-P", value: { fen: $fen, points: 1 }, validFrom: $validFrom, reason: "test") { id } }',
      { fen, validFrom },
    );
    await ledger.write(viewers.staff('approver'), 'mutation ($id: ID!) { approve(id: $id) { __typename } }', { id });
  };
  for (let n = 0; n < 10; n += 1) await gift(ledger, hub, 'RECRUIT');
  await revalue(2, '2026-11-22T00:00:00Z');
  await revalue(3, '2026-11-23T00:00:00Z');
  await spend(100);
  await ledger.setClock('2026-11-22T12:00:00Z');
  await spend(1_000);
  await ledger.setClock('2026-11-23T12:00:00Z');
  await look();
  const [found] = await cases();
  expect(found?.signals.find(({ kind }) => kind === 'CASH_OUT')).toMatchObject({ value: 100 + 2 * 1_000 });
});

test('a held case: nothing is redeemed until another person clears it; then it is over and raises no second alarm', async () => {
  const { hub } = await ringOfTwelve(ledger);
  await look();
  const id = (await cases())[0]?.id as string;
  expect(await redeem(hub)).toBe('HoldPlaced');
  const waiting = uuid();
  await steps.place(hub, [{ programme: 'COAL-P', points: 1, fen: 1 }], { hold: waiting, expiresAt: '2026-11-21T04:15:00Z' });
  expect(await stepIn(admin, 'holdCase', id)).toMatchObject({ case: { state: 'OPEN', held: true }, replayed: false });
  expect(await redeem(hub)).toBe('MemberFrozen');
  expect(await steps.capture(waiting)).toMatchObject({ __typename: 'HoldEnded', state: 'RELEASED' });
  expect(await stepIn(admin, 'escalateCase', id, ', to: "SAMR"')).toMatchObject({ case: { state: 'ESCALATED', held: true } });
  expect(await stepIn(admin, 'clearCase', id)).toEqual({ __typename: 'SelfApproval', code: 'SELF_APPROVAL' });
  expect(await redeem(hub)).toBe('MemberFrozen');
  expect(await stepIn(second, 'clearCase', id)).toMatchObject({ case: { state: 'CLEARED', held: false } });
  expect(await redeem(hub)).toBe('HoldPlaced');
  expect(await stepIn(admin, 'holdCase', id)).toEqual({ __typename: 'CaseCleared', code: 'CASE_CLEARED' });
  expect(await look()).toBe(0);
  expect(await cases(admin, 'OPEN')).toEqual([]);
  expect(await cases(admin, 'CLEARED')).toHaveLength(1);
});

test('who is in two held cases is free after the second, and nobody else lifts what a case holds', async () => {
  const [one, both] = [uuid(), uuid()];
  await ledger.accrue(one, 'COAL-P', 100);
  await ledger.accrue(both, 'COAL-P', 100);
  const open = async (members: string[]): Promise<string> =>
    (
      (await ledger.write(admin, 'mutation ($input: OpenCaseInput!) { openCase(input: $input) { case { id kind } replayed } }', {
        input: { members: members.map((uid) => testIds.seal(uid, 'staff')), reason: 'a tip' },
      })) as { case: { id: string } }
    ).case.id;
  const [first, later] = [await open([one, both]), await open([both])];
  for (const id of [first, later]) await stepIn(admin, 'holdCase', id);
  await ledger.sql(`update account set frozen = false`);
  expect(await Promise.all([one, both].map(redeem))).toEqual(['MemberFrozen', 'MemberFrozen']);
  await stepIn(second, 'clearCase', first);
  expect(await Promise.all([one, both].map(redeem))).toEqual(['HoldPlaced', 'MemberFrozen']);
  await stepIn(second, 'clearCase', later);
  expect(await redeem(both)).toBe('HoldPlaced');
});

test('who a person froze stays frozen when the case is cleared, and who a case holds when the person gives free', async () => {
  const member = uuid();
  await ledger.accrue(member, 'COAL-P', 100);
  const ref = testIds.seal(member, 'staff');
  const byHand = (viewer: Viewer, name: string): Promise<Row> =>
    ledger.write(viewer, `mutation ($member: String!) { ${name}(member: $member, reason: "a tip") { __typename } }`, { member: ref });
  const hold = async (): Promise<string> => {
    const opened = (await ledger.write(admin, 'mutation ($input: OpenCaseInput!) { openCase(input: $input) { case { id } } }', {
      input: { members: [ref], reason: 'a tip' },
    })) as { case: { id: string } };
    await stepIn(admin, 'holdCase', opened.case.id);
    return opened.case.id;
  };
  await byHand(admin, 'freeze');
  await stepIn(second, 'clearCase', await hold());
  expect(await redeem(member)).toBe('MemberFrozen');
  const id = await hold();
  expect(await byHand(second, 'unfreeze')).toEqual({ __typename: 'PointsUnfrozen' });
  expect(await redeem(member)).toBe('MemberFrozen');
  await stepIn(second, 'clearCase', id);
  expect(await redeem(member)).toBe('HoldPlaced');
});

test('a step twice at once is one step', async () => {
  await ringOfTwelve(ledger);
  await look();
  const id = (await cases())[0]?.id as string;
  const document = 'mutation ($case: ID!) { holdCase(case: $case, reason: "A13") { ... on CaseDone { replayed } } }';
  const answers = await Promise.all([1, 2].map(() => ledger.write(admin, document, { case: id }, 'same-key')));
  expect(answers.map(({ replayed }) => Number(replayed)).toSorted((a, b) => a - b)).toEqual([0, 1]);
  expect(await ledger.sql(`select step from case_step where step = 'HELD'`)).toHaveLength(1);
});

test('what an authority did is a step like any other, and none of a cleared case; another authority under the same key is another request', async () => {
  await ringOfTwelve(ledger);
  await look();
  const id = (await cases())[0]?.id as string;
  const escalate = (to: string) =>
    ledger.ask(
      admin,
      'mutation ($case: ID!, $to: String!) { escalateCase(case: $case, to: $to, reason: "A13") { __typename } }',
      { case: id, to },
      'escalate',
    );
  expect((await escalate('SAMR')).data).toEqual({ escalateCase: { __typename: 'CaseDone' } });
  expect((await escalate('TOUR')).errors?.[0]?.extensions?.['code']).toBe('IDEMPOTENCY_CONFLICT');
  const measure = (name: string) => stepIn(admin, 'recordMeasure', id, `, measure: ${name}`);
  expect(await measure('WARNED')).toMatchObject({ case: { state: 'ESCALATED' } });
  await stepIn(second, 'clearCase', id);
  expect(await measure('ORDERED_TO_CORRECT')).toEqual({ __typename: 'CaseCleared', code: 'CASE_CLEARED' });
  expect((await ledger.sql<{ step: string }>('select step from case_step order by id')).map(({ step }) => step)).toEqual([
    'OPENED',
    'ESCALATED',
    'WARNED',
    'CLEARED',
  ]);
});

test('thresholds are settings: two people change them, and the next look goes by them', async () => {
  await ringOfTwelve(ledger);
  const set = (await ledger.write(
    admin,
    'mutation ($input: SupervisionTermsInput!) { setSupervisionTerms(input: $input, reason: "quiet season") { id change { kind state } } }',
    { input: { signals: [{ kind: 'FAN_IN', threshold: 12, weight: 20 }] } },
  )) as { id: string };
  expect(set).toMatchObject({ change: { kind: 'SUPERVISION_TERMS', state: 'PROPOSED' } });
  await ledger.write(viewers.staff('approver'), 'mutation ($id: ID!) { approve(id: $id) { __typename } }', { id: set.id });
  const { data } = await ledger.ask(admin, '{ supervisionTerms { windowDays caseScore signals { kind threshold weight } } }');
  expect(data?.['supervisionTerms']).toMatchObject({ windowDays: 30, caseScore: 40 });
  expect((data?.['supervisionTerms'] as { signals: object[] }).signals[1]).toEqual({ kind: 'FAN_IN', threshold: 12, weight: 20 });
  expect(await look()).toBe(0);
});

test('what a change of the terms leaves out stays as it is when the change is made; the same request asked again is the same', async () => {
  const set = (input: Row, key?: string) =>
    ledger.write(
      admin,
      'mutation ($input: SupervisionTermsInput!) { setSupervisionTerms(input: $input, reason: "A13") { replayed change { id supervisionTerms { caseScore windowDays } } } }',
      { input },
      key,
    ) as Promise<{ replayed: boolean; change: { id: string; supervisionTerms: Row } }>;
  const agree = ({ change }: { change: { id: string } }) =>
    ledger.write(viewers.staff('approver'), 'mutation ($id: ID!) { approve(id: $id) { __typename } }', { id: change.id });
  const [score, window] = [await set({ caseScore: 30 }, 'score'), await set({ windowDays: 60 })];
  expect(window.change.supervisionTerms).toEqual({ caseScore: 40, windowDays: 60 });
  await Promise.all([agree(score), agree(window)]);
  const { data } = await ledger.ask(admin, '{ supervisionTerms { caseScore windowDays } }');
  expect(data?.['supervisionTerms']).toEqual({ caseScore: 30, windowDays: 60 });
  await agree(await set({ caseScore: 50 }));
  const again = await set({ caseScore: 30 }, 'score');
  expect(again).toMatchObject({ replayed: true, change: { id: score.change.id, supervisionTerms: { caseScore: 30 } } });
  // Who is to agree sees what would be in force.
  expect((await set({ windowDays: 90 })).change.supervisionTerms).toEqual({ caseScore: 50, windowDays: 90 });
});

test('a campaign’s case: the fine goes by the rule, a new version of which changes no fine that stands', async () => {
  const opened = (await ledger.write(
    admin,
    'mutation { openCase(input: { campaign: "phone-for-points", partners: ["fashion"], reason: "threshold not shown" }) { case { id kind campaign score } } }',
  )) as { case: { id: string } };
  expect(opened).toMatchObject({ case: { kind: 'CAMPAIGN', campaign: 'phone-for-points', score: 0 } });
  const fine = (fen: number, illegalGainsFen = 0): Promise<Row> =>
    ledger.write(
      admin,
      `mutation ($case: ID!, $fen: Fen!, $illegalGainsFen: Fen!) { recordFine(case: $case, fen: $fen, illegalGainsFen: $illegalGainsFen) {
        __typename ... on CaseDone { case { fine { rule ruleVersion fen leastFen mostFen } } } ... on FineOutsideRule { leastFen mostFen } ... on Refusal { code } } }`,
      { case: opened.case.id, fen, illegalGainsFen },
    );
  expect(await fine(50_000_001)).toMatchObject({ __typename: 'FineOutsideRule', leastFen: 0, mostFen: 50_000_000 });
  expect(await fine(20_000_000, 1_000_000)).toMatchObject({ __typename: 'FineOutsideRule', leastFen: 1_000_000, mostFen: 10_000_000 });
  expect(await fine(20_000_000)).toMatchObject({
    case: { fine: { rule: 'CONSUMER_RIGHTS_56', ruleVersion: 1, fen: 20_000_000, leastFen: 0, mostFen: 50_000_000 } },
  });
  expect(await fine(1)).toMatchObject({ code: 'FINED_BEFORE' });
  const set = await ledger.write(
    admin,
    `mutation { setPenaltyRule(id: "CONSUMER_RIGHTS_56", reference: "amended †", leastMultiple: 1, mostMultiple: 5, mostWithoutGainsFen: 10) { rule { version mostMultiple } } }`,
  );
  expect(set).toEqual({ rule: { version: 2, mostMultiple: 5 } });
  const { data } = await ledger.ask(admin, `{ case(id: "${opened.case.id}") { fine { ruleVersion fen } } }`);
  expect(data?.['case']).toEqual({ fine: { ruleVersion: 1, fen: 20_000_000 } });
});

test('regulators read cases under their own ids and write nothing; partners and members read nothing', async () => {
  const { hub } = await ringOfTwelve(ledger);
  await look();
  const [found] = await cases(viewers.regulator);
  expect(found?.members.map(({ member }) => testIds.open(member, 'staff'))).toEqual(Array.from({ length: 12 }, () => null));
  expect(JSON.stringify(found)).not.toContain(hub);
  const code = async (viewer: Viewer, document: string) =>
    (await ledger.ask(viewer, document, {}, uuid())).errors?.[0]?.extensions?.['code'];
  const hold = `mutation { holdCase(case: "${found?.id}", reason: "x") { __typename } }`;
  for (const viewer of [viewers.regulator, viewers.staff('finance'), viewers.partner('coalition'), viewers.partnerStaff('coalition')])
    expect(await code(viewer, hold)).toMatch(/^FORBIDDEN_/);
  for (const viewer of [viewers.partner('coalition'), viewers.partnerStaff('coalition'), viewers.member(hub), viewers.staff('finance')])
    expect(await code(viewer, '{ cases { nodes { id } } }')).toBe('FORBIDDEN_FIELD');
  expect((await cases())[0]?.held).toBe(false);
});
