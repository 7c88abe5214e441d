import { subgraphsOf } from '../../../schema/roster.js';
import { recipientOf } from '../../../schema/viewer.js';
import { type Answer, openTestGraph, type TestGraph } from '../../support/graph.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';

/** Consent kept by members, asked for by the ledger, answered through the gateway: as a partner's client sees it. */
let graph: TestGraph;
let yan: string;
const admin = viewers.staff();
const automotive = viewers.partner('automotive');
const banking = viewers.partner('banking');
let keys = 0;

async function write<T>(viewer: typeof automotive, document: string): Promise<T> {
  const { data, errors } = await graph.ask(viewer, `mutation { ${document} }`, {}, `key-${(keys += 1)}`);
  if (errors) throw new Error(JSON.stringify(errors));
  return Object.values(data ?? {})[0] as T;
}

beforeAll(async () => {
  graph = await openTestGraph(subgraphsOf(true).filter(({ name }) => ['members', 'ledger', 'sandbox'].includes(name)));
  const name = '{ zh: "名", en: "name" }';
  for (const partner of ['automotive', 'banking', 'coalition'])
    await write(admin, `createPartner(input: { id: "${partner}", name: ${name}, feeBasisPoints: 200 }) { __typename }`);
  for (const [id, issuer] of [
    ['AUTO-P', 'automotive'],
    ['COAL-P', 'coalition'],
  ])
    await write(
      admin,
      `createProgramme(input: { id: "${id}", issuer: "${issuer}", name: ${name}, value: { fen: 1, points: 1 }, expiry: { mode: NONE }, acceptance: { scope: ALL } }) { __typename }`,
    );
  const { rule } = await write<{ rule: { id: string } }>(
    admin,
    'draftRule(input: { programme: "COAL-P", name: "base", kind: BASE, rate: { points: 1, fen: 1 }, basis: GROSS, validFrom: "2020-01-01T00:00:00Z" }) { ... on RuleDrafted { rule { id } } }',
  );
  await write(viewers.staff('approver'), `publishRule(rule: "${rule.id}") { __typename }`);
  const { member } = await write<{ member: { id: string } }>(
    admin,
    'enrolMember(input: { partner: "coalition", ref: "M-Yan", name: "燕", phone: "139" }) { ... on MemberEnrolled { member { id } } }',
  );
  yan = testIds.open(member.id, recipientOf(admin)) as string;
  for (const partner of ['automotive', 'banking'])
    await write(admin, `linkMember(member: "${member.id}", partner: "${partner}", ref: "M-Yan") { __typename }`);
  await write(
    viewers.partner('coalition'),
    'accrue(programme: "COAL-P", memberRef: "M-Yan", purchaseRef: "p-1", lines: [{ sku: "x", fen: 30000 }]) { __typename }',
  );
});
afterAll(() => graph.close());

const read = (viewer: typeof automotive): Promise<Answer> =>
  graph.ask(viewer, '{ member(ref: "M-Yan") { phone balance(programme: "COAL-P") { available } usableHere { maxFen } } }');
const closed = { phone: null, balance: null, usableHere: { maxFen: 0 } };
const codesOf = ({ errors }: Answer): unknown =>
  errors?.map(({ extensions, path }) => `${String(path?.at(-1))} ${String(extensions?.['code'])}`).toSorted();
const both = ['balance CONSENT_REQUIRED', 'phone CONSENT_REQUIRED'];
const consent = async (recipient: string, classes: string, until = ''): Promise<string> =>
  (
    await write<{ consent: { id: string } }>(
      viewers.member(yan),
      `grantConsent(recipient: "${recipient}", purpose: SERVICE, classes: [${classes}]${until && `, until: "${until}"`}) { ... on ConsentGranted { consent { id } } }`,
    )
  ).consent.id;
const withdraw = (id: string) => write(viewers.member(yan), `withdrawConsent(id: "${id}") { effectiveAt }`);

test('consent opens both subgraphs to its recipient alone, class by class, and its withdrawal closes both on the next read', async () => {
  const before = await read(automotive);
  expect(before.data).toEqual({ member: closed });
  expect(codesOf(before)).toEqual(both);
  const shared = await consent('automotive', 'SHARED');
  const named = await consent('automotive', 'PII');
  expect(await read(automotive)).toEqual({
    status: 200,
    data: { member: { phone: '139', balance: { available: 30_000 }, usableHere: { maxFen: 30_000 } } },
  });
  expect((await read(banking)).data).toEqual({ member: closed });
  await withdraw(named);
  expect(codesOf(await read(automotive))).toEqual(['phone CONSENT_REQUIRED']);
  await withdraw(shared);
  expect((await read(automotive)).data).toEqual({ member: closed });
  expect((await graph.ask(viewers.member(yan), '{ me { consents { nodes { recipient classes inForce } } } }')).data).toEqual({
    me: {
      consents: {
        nodes: [
          { recipient: 'automotive', classes: ['PII'], inForce: false },
          { recipient: 'automotive', classes: ['SHARED'], inForce: false },
        ],
      },
    },
  });
});

test('a consent with a term ends by the clock of the graph, in the ledger as in members', async () => {
  await consent('banking', 'SHARED, PII', '2100-01-01T00:00:00Z');
  const clock = (at: string) => graph.ask(viewers.anonymous, 'mutation ($at: DateTime!) { sandbox { setClock(at: $at) } }', { at });
  // The clock runs on, so the last second before the end is all that a test may count on.
  await clock('2099-12-31T23:59:00Z');
  expect(codesOf(await read(banking))).toBeUndefined();
  await clock('2100-01-01T00:00:00Z');
  expect(codesOf(await read(banking))).toEqual(both);
});

test('members that cannot tell what was agreed: our error, never a refusal, never open and never zero', async () => {
  await graph.subgraph('members').database.em.fork().getConnection().execute('alter table consent rename to gone');
  const answer = await graph.ask(automotive, '{ member(ref: "M-Yan") { id balance(programme: "COAL-P") { available } } }');
  expect(answer.data).toMatchObject({ member: { id: expect.stringMatching(/^mbr_/), balance: null } });
  expect(answer.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['INTERNAL']);
});

test('one header serves several writes that go to one subgraph in two calls, in parts of fragments too', async () => {
  const admin = viewers.staff('admin');
  const document = `mutation { ...Partners enrolMember(input: { partner: "two-calls", ref: "1", name: "x" }) { __typename } ...Again }
    fragment Partners on Mutation { createPartner(input: { id: "two-calls", name: { zh: "两", en: "Two" }, trade: RETAIL }) { __typename } }
    fragment Again on Mutation { later: createPartner(input: { id: "three-calls", name: { zh: "三", en: "Three" }, trade: RETAIL }) { __typename } }`;
  for (const time of ['first', 'again'])
    expect({ time, answer: await graph.ask(admin, document, undefined, 'two-calls') }).toEqual({
      time,
      answer: {
        status: 200,
        data: {
          createPartner: { __typename: 'PartnerCreated' },
          enrolMember: { __typename: 'MemberEnrolled' },
          later: { __typename: 'PartnerCreated' },
        },
      },
    });
});
