import { standings } from '../../gateway/standing.js';
import type { SubgraphRequest, Transport } from '../../schema/transport.js';
import { Unavailable } from '../../schema/transport.js';
import type { Viewer } from '../../schema/viewer.js';
import { viewers } from '../support/viewers.js';

/** A ledger that can be told what to say, and a clock that moves when told. */
function world() {
  const state = {
    nowMs: 0,
    asked: [] as { partners: string[]; subjects: string[] }[],
    mode: 'up' as 'up' | 'down' | 'silent',
    callers: [] as Viewer[],
    partners: {} as Record<
      string,
      { suspended?: boolean; extraScopes?: string[]; withdrawnScopes?: string[]; nextChangeMs?: number | null }
    >,
    subjects: {} as Record<string, string[]>,
  };
  const transport: Transport = {
    send(_subgraph: string, { variables }: SubgraphRequest, viewer: Viewer) {
      const { partners, subjects } = variables as { partners: string[]; subjects: string[] };
      state.asked.push({ partners, subjects });
      state.callers.push(viewer);
      if (state.mode === 'silent') return new Promise(() => {});
      if (state.mode === 'down') return Promise.reject(new Unavailable('ledger', 'down'));
      return Promise.resolve({
        data: {
          partnerStanding: partners.flatMap((partner) => {
            const known = state.partners[partner];
            return known ? [{ partner, suspended: false, extraScopes: [], withdrawnScopes: [], nextChangeMs: null, ...known }] : [];
          }),
          subjectStanding: subjects.flatMap((subject) => {
            const withdrawnScopes = state.subjects[subject];
            return withdrawnScopes ? [{ subject, withdrawnScopes }] : [];
          }),
        },
      });
    },
    ready: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
  const of = standings(transport, { now: () => state.nowMs, timeoutMs: 20, maxEntries: 3 });
  return { state, of };
}

const telecom = viewers.partner('telecom', ['ledger.accrue:own', 'redeem.reverse:own']);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test.each`
  ageMs    | questions | suspended
  ${0}     | ${1}      | ${undefined}
  ${1_499} | ${1}      | ${undefined}
  ${1_500} | ${2}      | ${undefined}
  ${2_999} | ${2}      | ${undefined}
  ${3_000} | ${2}      | ${true}
`('an answer of $ageMs ms: $questions questions in all, suspended $suspended', async ({ ageMs, questions, suspended }) => {
  const { state, of } = world();
  state.partners['telecom'] = {};
  expect(await of(telecom)).toEqual({ viewer: telecom, known: true });
  state.partners['telecom'] = { suspended: true };
  state.nowMs = ageMs;
  expect((await of(telecom)).viewer.suspended).toBe(suspended);
  // What was renewed in passing holds from the next request on.
  await settled();
  expect(state.asked).toHaveLength(questions);
  if (questions === 2) expect((await of(telecom)).viewer.suspended).toBe(true);
});

test('a hundred requests of many callers at once are one question, in the name of the gateway', async () => {
  const { state, of } = world();
  await Promise.all([...Array.from({ length: 100 }, () => of(telecom)), of(viewers.staff('admin')), of(viewers.partnerStaff('banking'))]);
  expect(state.asked).toEqual([{ partners: ['telecom', 'banking'], subjects: ['staff-admin', 'staff-banking'] }]);
  expect(state.callers[0]).toMatchObject({ kind: 'service', sub: 'gateway', via: 'gateway' });
});

test('members and callers without a token are asked of nobody', async () => {
  const { state, of } = world();
  state.mode = 'down';
  for (const viewer of [viewers.anonymous, viewers.member('01999999-0000-7000-8000-000000000000')])
    expect(await of(viewer)).toEqual({ viewer, known: true });
  expect(state.asked).toEqual([]);
});

test.each`
  mode        | ageMs     | suspended    | known
  ${'down'}   | ${5_000}  | ${true}      | ${true}
  ${'silent'} | ${5_000}  | ${true}      | ${true}
  ${'down'}   | ${60_000} | ${true}      | ${true}
  ${'down'}   | ${60_001} | ${undefined} | ${false}
  ${'silent'} | ${60_001} | ${undefined} | ${false}
`(
  'while the ledger is $mode, the last answer of $ageMs ms: suspended $suspended, known $known',
  async ({ mode, ageMs, suspended, known }) => {
    const { state, of } = world();
    state.partners['telecom'] = { suspended: true };
    await of(telecom);
    state.mode = mode;
    state.nowMs = ageMs;
    const now = await of(telecom);
    expect(now.known).toBe(known);
    expect(now.viewer.suspended).toBe(suspended);
  },
);

test('nothing was ever known: not known, and the ledger is left alone for a while', async () => {
  const { state, of } = world();
  state.mode = 'down';
  for (let n = 0; n < 10; n += 1) expect(await of(telecom)).toEqual({ viewer: telecom, known: false });
  expect(state.asked).toHaveLength(1);
  state.mode = 'up';
  state.nowMs = 500;
  expect(await of(telecom)).toEqual({ viewer: telecom, known: true });
});

test('a grant that runs out is over to the millisecond, also while the ledger is down', async () => {
  const { state, of } = world();
  state.partners['telecom'] = { extraScopes: ['finance.read:own'], nextChangeMs: 700 };
  const has = async (): Promise<boolean> => (await of(telecom)).viewer.scopes.includes('finance.read:own');
  expect(await has()).toBe(true);
  state.mode = 'down';
  state.nowMs = 699;
  expect(await has()).toBe(true);
  state.nowMs = 700;
  expect(await has()).toBe(false);
  expect((await of(telecom)).known).toBe(true);
});

test('staff of a partner answer for the partner and for themselves', async () => {
  const { state, of } = world();
  const viewer = { ...viewers.partnerStaff('telecom'), scopes: ['rules.write:own', 'rules.publish:own', 'catalog.write:own'] };
  state.partners['telecom'] = { withdrawnScopes: ['rules.write:own'], extraScopes: ['finance.read:own'] };
  state.subjects[viewer.sub] = ['rules.publish:own'];
  expect((await of(viewer)).viewer.scopes).toEqual(['catalog.write:own']);
});

test('however many callers come, only so many are kept', async () => {
  const { state, of } = world();
  for (const name of ['a', 'b', 'c', 'd']) await of(viewers.partner(name));
  await of(viewers.partner('d'));
  expect(state.asked).toHaveLength(4);
  await of(viewers.partner('a'));
  expect(state.asked).toHaveLength(5);
});
