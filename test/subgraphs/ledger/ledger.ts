import { v7 as uuid } from 'uuid';
import type { FieldClass } from '../../../schema/access.js';
import type { SubgraphAnswer, Transport } from '../../../schema/transport.js';
import { recipientOf, type Viewer } from '../../../schema/viewer.js';
import { subgraph } from '../../../subgraphs/ledger/index.js';
import { openTestSubgraph, testIds, type TestSubgraph } from '../../support/subgraph.js';
import { unreachable } from '../../support/transport.js';
import { viewers } from '../../support/viewers.js';

export type Row = Record<string, unknown>;

/** The ledger alone over a fresh database, with the partners and programmes of the demo that points need. */
export interface TestLedger extends TestSubgraph {
  /** The one answer of a document with one root field; an error fails the test. */
  write(viewer: Viewer, document: string, variables?: Row, key?: string): Promise<Row>;
  sql<T extends object = Row>(statement: string): Promise<T[]>;
  /** Stops the clock at an instant. */
  setClock(at: string | Date): Promise<void>;
  publish(rule: Row): Promise<void>;
  accrue(member: string, programme: string, points: number, more?: Row): Promise<Row>;
  balance(member: string, programme: string): Promise<Row | null>;
  /** Classes that members opened, by `member recipient`: what the members subgraph would answer. */
  readonly agreed: Map<string, FieldClass[]>;
  /** Members that the members subgraph no longer knows. */
  readonly gone: Set<string>;
  /** Multipliers of credit bands, by `member recipient`; while it is null the members subgraph is out of reach for them. */
  readonly credit: { bands: Map<string, number> | null; asked: number };
  /** Tiers by `member partner`. */
  readonly tiers: Map<string, string>;
}

/** As a catalog that works for a partner would call. */
export const catalog: Viewer = { ...viewers.partner('automotive'), via: 'catalog' };
export const refOf = (uid: string, partner: string): string => testIds.seal(uid, `partner:${partner}`);

const problems = (answer: SubgraphAnswer): string => JSON.stringify(answer.errors);

/** A members subgraph that answers about consents, and who there is; everything else is out of reach. */
const consentsOnly = ({ agreed, credit, gone, tiers }: Pick<TestLedger, 'agreed' | 'credit' | 'gone' | 'tiers'>): Transport => ({
  ...unreachable,
  send(name, request, viewer) {
    if (name === 'members' && request.query.includes('creditBand') && credit.bands) {
      credit.asked += 1;
      const { memberUid, ...recipients } = request.variables as Record<string, string>;
      const of = (recipient?: string) => ({ multiplierBasisPoints: credit.bands?.get(`${memberUid} ${recipient}`) ?? 10_000 });
      return Promise.resolve({ data: Object.fromEntries(Object.entries(recipients).map(([name, recipient]) => [name, of(recipient)])) });
    }
    if (name === 'members' && request.query.includes('findMemberUid')) {
      const uid = testIds.open((request.variables as { ref: string }).ref, recipientOf(viewer));
      return Promise.resolve({ data: { findMemberUid: uid !== null && gone.has(uid) ? null : uid } });
    }
    if (name === 'members' && request.query.includes('tierOf')) {
      const { memberUid, partner } = request.variables as Record<string, string>;
      const tier = tiers.get(`${memberUid} ${partner}`);
      return Promise.resolve({ data: { tierOf: tier === undefined ? null : { name: tier } } });
    }
    if (name !== 'members' || !request.query.includes('consentsFor')) return unreachable.send(name, request, viewer);
    const { memberUids, recipient } = request.variables as { memberUids: string[]; recipient: string };
    const consentsFor = memberUids.map((member) => ({
      member,
      open: agreed.get(`${member} ${recipient}`) ?? [],
      guardian: [],
      purposes: [],
    }));
    return Promise.resolve({ data: { consentsFor } });
  },
});

export async function openLedger(): Promise<TestLedger> {
  const agreed = new Map<string, FieldClass[]>();
  const credit: TestLedger['credit'] = { bands: null, asked: 0 };
  const gone: TestLedger['gone'] = new Set();
  const tiers: TestLedger['tiers'] = new Map();
  const base = await openTestSubgraph(subgraph as never, consentsOnly({ agreed, credit, gone, tiers }));
  const { em } = base.subgraph.database;
  const write: TestLedger['write'] = async (viewer, document, variables, key = uuid()) => {
    // As the wire would carry them.
    const answer = await base.ask(viewer, document, JSON.parse(JSON.stringify(variables ?? {})) as Row, key);
    if (answer.errors) throw new Error(problems(answer));
    return Object.values(answer.data ?? {})[0] as Row;
  };
  const ledger: TestLedger = {
    ...base,
    agreed,
    credit,
    gone,
    tiers,
    write,
    sql: <T extends object>(statement: string) => em.fork().getConnection().execute<T[]>(statement),
    async setClock(at) {
      const instant = typeof at === 'string' ? at : at.toISOString();
      await em
        .fork()
        .getConnection()
        .execute(`create or replace function clock() returns timestamptz stable language sql as $$select '${instant}'::timestamptz$$`);
    },
    ...writesBy(write),
    async balance(member, programme) {
      const representations = [{ __typename: 'Member', uid: member }];
      const answer = await base.ask(viewers.staff('admin'), balanceOf, { representations, programme });
      if (answer.errors) throw new Error(problems(answer));
      return (answer.data?.['_entities'] as { balance: Row | null }[])[0]?.balance ?? null;
    },
  };
  await seed(ledger);
  return ledger;
}

/** What a test does first, by whatever way it writes. */
export const writesBy = (write: TestLedger['write']): Pick<TestLedger, 'publish' | 'accrue'> => ({
  async publish(rule) {
    const { rule: draft } = (await write(viewers.staff('admin'), draftRule, { input: rule })) as { rule: { id: string } };
    await write(viewers.staff('approver'), `mutation ($rule: ID!) { publishRule(rule: $rule) { __typename } }`, { rule: draft.id });
  },
  async accrue(member, programme, points, more = {}) {
    const partner = issuers[programme] as string;
    const input = {
      partner,
      programme,
      memberUid: member,
      purchaseRef: uuid(),
      lines: [{ sku: 'x', fen: points, event: 'SPEND' }],
      ...more,
    };
    const answer = await write({ ...viewers.partner(partner), via: partner }, accrueFor, { input });
    if (answer['__typename'] !== 'Accrued') throw new Error(JSON.stringify(answer));
    return answer;
  },
});

const draftRule = `mutation ($input: DraftRuleInput!) {
  draftRule(input: $input) { __typename ... on RuleDrafted { rule { id version } } ... on LintFailed { problems { code } } }
}`;
const accrueFor = `mutation ($input: AccrueForInput!) {
  accrueFor(input: $input) { __typename ... on Accrued { replayed accrual { id points lots { id points expiresAt } } } ... on Refusal { code } }
}`;
const balanceOf = `query ($representations: [_Any!]!, $programme: ID!) {
  _entities(representations: $representations) { ... on Member { balance(programme: $programme) { available held pending } } }
}`;

const issuers: Record<string, string> = { 'TEL-P': 'telecom', 'AUTO-P': 'automotive', 'COAL-P': 'coalition', 'BANK-P': 'banking' };
const partners = [
  { id: 'telecom', trade: 'TELECOM' },
  { id: 'automotive', trade: 'AUTOMOTIVE' },
  { id: 'banking', trade: 'BANKING' },
  { id: 'coalition' },
  { id: 'fashion', trade: 'RETAIL' },
];
const programmes = [
  { id: 'TEL-P', value: { fen: 1, points: 1 }, expiry: { mode: 'ROLLING', months: 36, roundToMonthEnd: true } },
  { id: 'AUTO-P', value: { fen: 10, points: 1 }, expiry: { mode: 'ROLLING', months: 24 } },
  { id: 'COAL-P', value: { fen: 1, points: 1 }, expiry: { mode: 'ROLLING', months: 12 } },
  { id: 'BANK-P', value: { fen: 1, points: 5 }, expiry: { mode: 'NONE' }, returnPolicy: { graceDays: null } },
];

export async function seed({ write, publish }: Pick<TestLedger, 'write' | 'publish'>): Promise<void> {
  const admin = viewers.staff('admin');
  const name = { zh: '名', en: 'name' };
  for (const partner of partners)
    await write(admin, `mutation ($input: CreatePartnerInput!) { createPartner(input: $input) { __typename } }`, {
      input: { ...partner, name },
    });
  for (const programme of programmes) {
    const input = { ...programme, name, issuer: issuers[programme.id], acceptance: { scope: 'ALL' } };
    await write(admin, `mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }`, { input });
    const event = programme.id === 'BANK-P' ? 'SPEND' : undefined;
    // One point per fen where nothing else is said, so that tests can name points.
    await publish({
      programme: programme.id,
      name: 'test',
      kind: 'BASE',
      rate: { points: 1, fen: 1 },
      basis: 'GROSS',
      event,
      validFrom: '2020-01-01T00:00:00Z',
    });
  }
  const earn = { telecom: 'TEL-P', automotive: 'AUTO-P', banking: 'BANK-P', fashion: 'COAL-P', coalition: 'COAL-P' };
  for (const [partner, programme] of Object.entries(earn))
    await write(
      admin,
      `mutation ($partner: ID!, $programme: ID!) { setEarnProgramme(partner: $partner, programme: $programme) { replayed } }`,
      {
        partner,
        programme,
      },
    );
}
