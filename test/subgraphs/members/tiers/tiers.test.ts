import type { Transport } from '../../../../schema/transport.js';
import { subgraph } from '../../../../subgraphs/members/index.js';
import { openTestSubgraph, testIds, type TestSubgraph } from '../../../support/subgraph.js';
import { unreachable } from '../../../support/transport.js';
import { viewers } from '../../../support/viewers.js';
import { recipientOf } from '../../../../schema/viewer.js';
import { codeOf, freshKey } from '../members.js';

interface Window {
  memberUid: string;
  beforeFen: number;
  beforeCount: number;
  recentFen: number;
  recentCount: number;
}

let windows: Window[] = [];
/** A ledger whose purchases the test says. */
const ledger: Transport = {
  ...unreachable,
  send: async (name, request, viewer) => {
    if (name !== 'ledger' || !request.query.includes('spendWindows')) return unreachable.send(name, request, viewer);
    const after = request.variables?.['after'] as string | null;
    const from = windows
      .toSorted((a, b) => (a.memberUid < b.memberUid ? -1 : 1))
      .filter(({ memberUid }) => after === null || memberUid > after);
    return { data: { spendWindows: from.slice(0, 2) } };
  },
};

let members: TestSubgraph;
const staff = viewers.partnerStaff('fashion');
const admin = viewers.staff();
beforeAll(async () => {
  members = await openTestSubgraph(subgraph as never, ledger);
});
afterAll(() => members.close());
beforeEach(() => {
  windows = [];
});

async function enrol(ref: string): Promise<string> {
  const answer = await members.ask(
    admin,
    'mutation ($ref: String!) { enrolMember(input: { partner: "fashion", ref: $ref, name: "x" }) { ... on MemberEnrolled { member { id } } } }',
    { ref },
    freshKey(),
  );
  return testIds.open((answer.data?.['enrolMember'] as { member: { id: string } }).member.id, recipientOf(admin)) as string;
}
const grown = async (ref: string, beforeFen = 300_000, recentFen = 750_000): Promise<string> => {
  const memberUid = await enrol(ref);
  windows.push({ memberUid, beforeFen, beforeCount: 2, recentFen, recentCount: 5 });
  return memberUid;
};
const steps = ['base', 'silver', 'gold'].map((id, rank) => ({ id, rank, name: { zh: id, en: id } }));
const set = (input: object, key = freshKey(), viewer = staff) =>
  members.ask(
    viewer,
    'mutation ($input: SetTiersInput!) { setTiers(input: $input) { replayed ladder { version windowDays ratioBasisPoints upgrade tiers { id rank } } } }',
    { input: { tiers: steps, ...input } },
    key,
  );
const propose = async (key = freshKey()) =>
  (await members.ask(staff, 'mutation { proposeTiers { proposed raised replayed } }', {}, key)).data?.['proposeTiers'];
const none = { proposed: 0, raised: 0, replayed: false };
const list =
  '{ highPotential { nodes { pid ratioBasisPoints reasons { code text } proposal { id state toTier { id } } member { ref } } } }';
const found = async () =>
  (await members.ask(staff, list)).data?.['highPotential'] as { nodes: { proposal: { id: string } | null; member: { ref: string } }[] };
const standing = async (uid: string) =>
  (
    await members.ask(
      viewers.member(uid),
      '{ me { tiers { partner { id } tier { id } since automated automatedDecisions reasons { code text } } } }',
    )
  ).data?.['me'];
const decide = (proposal: string, accept: boolean, key = freshKey(), viewer = staff) =>
  members.ask(
    viewer,
    'mutation ($proposal: ID!, $accept: Boolean!) { decideTier(proposal: $proposal, accept: $accept) { __typename ... on TierDecided { replayed proposal { state } } ... on TierAlreadyDecided { code state } } }',
    { proposal, accept },
    key,
  );

test('a ladder has versions, and its shape is checked', async () => {
  expect((await set({}, 'ladder-1')).data?.['setTiers']).toEqual({
    replayed: false,
    ladder: {
      version: 1,
      windowDays: 90,
      ratioBasisPoints: 20_000,
      upgrade: 'PROPOSE',
      tiers: steps.map(({ id, rank }) => ({ id, rank })),
    },
  });
  expect((await set({}, 'ladder-1')).data?.['setTiers']).toMatchObject({ replayed: true, ladder: { version: 1 } });
  for (const wrong of [
    { tiers: steps.slice(0, 1) },
    { tiers: [...steps, steps[0]] },
    { tiers: steps.map((step) => ({ ...step, rank: step.rank + 1 })) },
    { windowDays: 0 },
    { ratioBasisPoints: 9_999 },
  ])
    expect(codeOf(await set(wrong))).toBe('BAD_INPUT');
  expect(codeOf(await set({ partner: 'telecom' }))).toBe('FORBIDDEN_OPERATION');
});

test('M-Cao: 3,000 then 7,500 yuan is two and a half times: proposed once, decided once, and the reasons are the member’s to read', async () => {
  const cao = await grown('M-Cao');
  await grown('M-Calm', 300_000, 599_999);
  expect(await found()).toEqual({
    nodes: [
      {
        pid: testIds.seal(cao, recipientOf(staff)),
        ratioBasisPoints: 25_000,
        reasons: [
          { code: 'SPEND', text: '7500.00 yuan spent in the last 90 days, 3000.00 in the 90 days before' },
          { code: 'FREQUENCY', text: '5 purchases in the last 90 days, 2 in the 90 days before' },
        ],
        proposal: null,
        member: { ref: 'M-Cao' },
      },
    ],
  });
  expect(await propose('p-1')).toEqual({ proposed: 1, raised: 0, replayed: false });
  expect(await propose('p-1')).toEqual({ proposed: 1, raised: 0, replayed: true });
  expect(await Promise.all([propose(), propose()])).toEqual([none, none]);
  await grown('late', 300_000, 900_000);
  expect(await propose('p-1')).toEqual({ proposed: 1, raised: 0, replayed: true });
  expect(await propose()).toEqual({ proposed: 1, raised: 0, replayed: false }); // What grew since is there to be proposed under another key.
  const proposal = (await found()).nodes.find(({ member }) => member.ref === 'M-Cao')?.proposal?.id as string;
  expect(codeOf(await decide(proposal, true, freshKey(), viewers.partnerStaff('telecom')))).toBe('BAD_INPUT');
  const answers = await Promise.all([decide(proposal, true), decide(proposal, false)]);
  expect(answers.map(({ data }) => (data?.['decideTier'] as { __typename: string }).__typename).toSorted()).toEqual([
    'TierAlreadyDecided',
    'TierDecided',
  ]);
  await decide(proposal, true);
  const mine = (await standing(cao)) as { tiers: { tier: { id: string } }[] };
  expect(['base', 'silver']).toContain(mine.tiers[0]?.tier.id);
  expect(await propose()).toEqual({ proposed: 0, raised: 0, replayed: false }); // decided within the window
});

test('pages of growing members: their cursors name nobody, and are of no use to another reader', async () => {
  const uids = [await grown('page-1'), await grown('page-2'), await grown('page-3')];
  const page = (after: string | null, viewer = staff, partner: string | null = null) =>
    members.ask(
      viewer,
      `query ($after: String, $partner: ID) { highPotential(first: 1, after: $after, partner: $partner) {
        edges { cursor } nodes { pid } pageInfo { hasNextPage endCursor } } }`,
      { after, partner },
    );
  const pids: string[] = [];
  let cursor: string | null = null;
  for (const more of [true, true, false]) {
    const answer = await page(cursor);
    const found = answer.data?.['highPotential'] as {
      nodes: { pid: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    pids.push(...found.nodes.map(({ pid }) => pid));
    expect(found.pageInfo.hasNextPage).toBe(more);
    cursor = found.pageInfo.endCursor;
    for (const uid of uids) for (const form of [cursor, Buffer.from(cursor, 'base64url').toString()]) expect(form).not.toContain(uid);
  }
  expect(pids).toEqual(uids.toSorted().map((uid) => testIds.seal(uid, recipientOf(staff))));
  const [first = ''] = uids;
  for (const wrong of [`${cursor}A`, '', Buffer.from(JSON.stringify([first])).toString('base64url'), first])
    expect(codeOf(await page(wrong))).toBe('BAD_INPUT');
  expect(codeOf(await page(cursor, viewers.partnerStaff('telecom')))).toBe('BAD_INPUT');
  expect(codeOf(await page(cursor, admin, 'fashion'))).toBe('BAD_INPUT');
});

test('automatic: one step at once, but a member who objects is only proposed', async () => {
  await set({ upgrade: 'AUTOMATIC' });
  const quick = await grown('quick');
  const objector = await grown('objector');
  const wish = (allowed: boolean) =>
    members.ask(
      viewers.member(objector),
      'mutation ($allowed: Boolean!) { setAutomatedDecisions(partner: "fashion", allowed: $allowed) { allowed } }',
      { allowed },
      freshKey(),
    );
  await wish(false);
  expect(await propose()).toEqual({ proposed: 1, raised: 1, replayed: false });
  expect(await standing(quick)).toMatchObject({
    tiers: [{ partner: { id: 'fashion' }, tier: { id: 'silver' }, automated: true, reasons: [{ code: 'SPEND' }, { code: 'FREQUENCY' }] }],
  });
  expect(await standing(objector)).toMatchObject({
    tiers: [{ tier: { id: 'base' }, since: null, automated: false, automatedDecisions: false }],
  });
});

test('by hand with a reason; a step that somebody is on cannot go', async () => {
  const uid = await enrol('by-hand');
  const assign = (tier: string, viewer = staff, ref = 'by-hand') =>
    members.ask(
      viewer,
      'mutation ($ref: String!, $tier: ID!) { assignTier(member: $ref, tier: $tier, reason: "a friend of the house") { __typename ... on TierAssigned { standing { tier { id } reasons { text } } } } }',
      { ref, tier },
      freshKey(),
    );
  expect((await assign('gold')).data?.['assignTier']).toEqual({
    __typename: 'TierAssigned',
    standing: { tier: { id: 'gold' }, reasons: [{ text: 'a friend of the house' }] },
  });
  expect((await assign('gold', staff, 'nobody')).data?.['assignTier']).toEqual({ __typename: 'NotEnrolled' });
  expect(codeOf(await assign('platinum'))).toBe('BAD_INPUT');
  expect(codeOf(await assign('gold', viewers.partner('fashion')))).toBe('FORBIDDEN_FIELD');
  expect(codeOf(await set({ tiers: steps.slice(0, 2) }))).toBe('BAD_INPUT');
  const internal = await members.ask({ ...staff, via: 'ledger' }, `{ tierOf(memberUid: "${uid}", partner: "fashion") { name rank } }`);
  expect(internal.data?.['tierOf']).toEqual({ name: 'gold', rank: 2 });
  expect(codeOf(await members.ask(staff, `{ tierOf(memberUid: "${uid}", partner: "fashion") { name } }`))).not.toBeNull();
});

/** Earlier tests leave ladder and members behind: each of these begins with a ladder of its own. */
const openProposal = async (ref: string): Promise<{ uid: string; proposal: string }> => {
  await set({ upgrade: 'PROPOSE', windowDays: 90 });
  const uid = await grown(ref);
  await propose();
  return { uid, proposal: (await proposalsOf(uid)).nodes[0]?.id as string };
};
interface Mine {
  readonly nodes: readonly {
    id: string;
    state: string;
    partner: { id: string };
    toTier: { id: string } | null;
    reasons: { text: string }[];
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}
const proposalsOf = async (uid: string, page = ''): Promise<Mine> => {
  const answer = await members.ask(
    viewers.member(uid),
    `{ me { tierProposals${page} { nodes { id state partner { id } toTier { id } reasons { text } } pageInfo { hasNextPage endCursor } } } }`,
  );
  return (answer.data?.['me'] as { tierProposals: Mine }).tierProposals;
};
const assign = async (ref: string, tier: string): Promise<unknown> =>
  (
    await members.ask(
      staff,
      'mutation ($ref: String!, $tier: ID!) { assignTier(member: $ref, tier: $tier, reason: "her father founded the house") { __typename } }',
      { ref, tier },
      freshKey(),
    )
  ).data?.['assignTier'];
const tierOf = async (uid: string): Promise<string | undefined> =>
  ((await standing(uid)) as { tiers: { tier: { id: string } }[] }).tiers[0]?.tier.id;
const decided = async (proposal: string, accept = true): Promise<unknown> =>
  (
    await members.ask(
      staff,
      'mutation ($proposal: ID!, $accept: Boolean!) { decideTier(proposal: $proposal, accept: $accept) { __typename ... on TierDecided { proposal { state } } ... on TierAlreadyDecided { state } ... on TierNotHigher { code tier { id } } } }',
      { proposal, accept },
      freshKey(),
    )
  ).data?.['decideTier'];
const sql = <T extends object>(statement: string): Promise<T[]> =>
  members.subgraph.database.em.fork().getConnection().execute<T[]>(statement);

test('who is forgotten is judged no more, whatever the ledger has kept, be it by proposal or by rule', async () => {
  for (const upgrade of ['PROPOSE', 'AUTOMATIC']) {
    await set({ upgrade });
    const uid = await grown(`forgotten-${upgrade}`);
    await sql(`update member set name = '', erased_at = clock() where uid = '${uid}'`);
    expect(await propose()).toEqual(none);
    expect(
      await sql(`select 1 from tier_proposal where member_uid = '${uid}' union all select 1 from member_tier where member_uid = '${uid}'`),
    ).toEqual([]);
  }
});

test('put on a step by hand, what was proposed before is closed; at once with its acceptance, nobody is lowered', async () => {
  const { uid, proposal } = await openProposal('by-hand-first');
  expect(await assign('by-hand-first', 'gold')).toEqual({ __typename: 'TierAssigned' });
  expect((await proposalsOf(uid)).nodes).toMatchObject([{ id: proposal, state: 'SUPERSEDED' }]);
  expect(await decided(proposal)).toEqual({ __typename: 'TierAlreadyDecided', state: 'SUPERSEDED' });
  expect(await tierOf(uid)).toBe('gold');

  const both = await openProposal('at-once');
  await Promise.all([decided(both.proposal), assign('at-once', 'gold')]);
  expect(await tierOf(both.uid)).toBe('gold');
});

test.each([
  ['gold', { __typename: 'TierNotHigher', code: 'NOT_HIGHER', tier: { id: 'gold' } }],
  ['silver', { __typename: 'TierNotHigher', code: 'NOT_HIGHER', tier: { id: 'silver' } }],
  ['base', { __typename: 'TierDecided', proposal: { state: 'ACCEPTED' } }],
])('a proposal of silver to whoever is on %s by now', async (tier, outcome) => {
  const { uid, proposal } = await openProposal(`now-${tier}`);
  await sql(`insert into member_tier values ('${uid}', 'fashion', '${tier}', clock(), '[]', false)`);
  expect(await decided(proposal)).toEqual(outcome);
  expect(await tierOf(uid)).toBe(tier === 'base' ? 'silver' : tier);
  // Refused, it is open as before, and can be declined.
  if (tier !== 'base') expect(await decided(proposal, false)).toEqual({ __typename: 'TierDecided', proposal: { state: 'DECLINED' } });
});

test('a member reads why each step was proposed, declined or open, with the windows of then, and nobody else’s', async () => {
  const { uid, proposal } = await openProposal('reader');
  const reasons = [
    { text: '7500.00 yuan spent in the last 90 days, 3000.00 in the 90 days before' },
    { text: '5 purchases in the last 90 days, 2 in the 90 days before' },
  ];
  const mine = { id: proposal, partner: { id: 'fashion' }, toTier: { id: 'silver' }, reasons };
  expect((await proposalsOf(uid)).nodes).toEqual([{ ...mine, state: 'OPEN' }]);
  await decided(proposal, false);
  await set({ windowDays: 30 });
  expect((await proposalsOf(uid)).nodes).toEqual([{ ...mine, state: 'DECLINED' }]);
  await sql(`update tier_proposal set decided_at = decided_at - interval '31 days' where id = '${proposal}'`);
  await propose();
  const { nodes, pageInfo } = await proposalsOf(uid, '(first: 1)');
  expect(nodes).toMatchObject([{ state: 'OPEN', reasons: [{ text: expect.stringContaining('last 30 days') }, {}] }]);
  expect(pageInfo.hasNextPage).toBe(true);
  expect((await proposalsOf(uid, `(first: 1, after: "${pageInfo.endCursor}")`)).nodes).toEqual([{ ...mine, state: 'DECLINED' }]);
  await decided(nodes[0]?.id as string);
  await set({ windowDays: 60 });
  expect(await standing(uid)).toMatchObject({
    tiers: [{ tier: { id: 'silver' }, reasons: [{ text: expect.stringContaining('last 30 days') }, {}] }],
  });
  expect((await proposalsOf(await enrol('other-reader'))).nodes).toEqual([]);
  const partner = await members.ask(viewers.partner('fashion'), '{ me { tierProposals { nodes { id } } } }');
  expect(partner.data?.['me']).toEqual({ tierProposals: null });
});

test('what was written of a member is nowhere in the audit trail', async () => {
  await set({});
  const uid = await enrol('noted');
  await assign('noted', 'silver');
  const found = await sql<{ after: string }>(`select after from audit where operation = 'assignTier' and after like '%${uid}%'`);
  expect(found).toHaveLength(1);
  expect(found[0]?.after).toContain('silver');
  expect(await sql(`select 1 from audit where concat(detail, before, after) like '%father%'`)).toEqual([]);
});
