import { readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { v7 as uuid } from 'uuid';
import { buildSubgraph } from '../../../../subgraphs/kernel/subgraph.js';
import { subgraph as definition } from '../../../../subgraphs/ledger/index.js';
import { testIds } from '../../../support/subgraph.js';
import { viewers } from '../../../support/viewers.js';
import { openLedger, refOf, type Row, type TestLedger } from '../ledger.js';

interface Buy {
  readonly at?: string;
  readonly lines: readonly Row[];
  readonly earns: number | null;
  readonly by?: Readonly<Record<string, number>>;
  readonly withheld?: number;
  readonly lots?: readonly Row[];
}
interface Example {
  readonly trade?: 'BANKING';
  readonly kind?: 'MILES';
  readonly disclosure?: Row;
  readonly expiry?: Row;
  readonly tier?: string;
  readonly credit?: number;
  readonly certificates?: readonly Row[];
  readonly rules: readonly Row[];
  readonly drafted?: string;
  readonly published?: string;
  readonly computed?: string;
  readonly simulated?: false;
  readonly buys?: readonly Buy[];
}

const readme = readFileSync('subgraphs/ledger/accrual/README.md', 'utf8');
const examples = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => ({
  title: `line ${readme.slice(0, readme.indexOf(text)).split('\n').length}`,
  example: JSON.parse(text) as Example,
}));

let ledger: TestLedger;
const now = '2026-11-21T10:00:00+08:00';
const admin = viewers.staff('admin');
const approver = viewers.staff('approver');
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.setClock(now);
});
afterAll(() => ledger.close());

const createProgramme = 'mutation ($input: CreateProgrammeInput!) { createProgramme(input: $input) { __typename } }';
const registerCertificate = 'mutation ($input: RegisterCertificateInput!) { registerCertificate(input: $input) { __typename } }';
const draftRule = `mutation ($input: DraftRuleInput!) {
  draftRule(input: $input) { __typename ... on RuleDrafted { rule { id } } ... on LintFailed { problems { code } } }
}`;
const publishRule = `mutation ($rule: ID!) { publishRule(rule: $rule) { __typename ... on LabelMismatch { computed } ... on LintFailed { problems { code } } } }`;
const simulate = 'query ($rule: ID!, $sample: [SamplePurchaseInput!]) { simulate(rule: $rule, sample: $sample) { points } }';
const accrue = `mutation ($programme: ID!, $ref: String!, $purchase: String!, $at: DateTime, $lines: [PurchaseLineInput!]!) {
  accrue(programme: $programme, memberRef: $ref, lines: $lines, purchaseRef: $purchase, at: $at) {
    ... on Accrued { accrual { points withheld rules { points credit rule { name } } lots { points usableFrom expiresAt waitsFor } } }
  }
}`;

interface Accrual {
  readonly points: number;
  readonly withheld: number;
  readonly rules: readonly { readonly points: number; readonly credit: boolean; readonly rule: { readonly name: string } }[];
  readonly lots: readonly Row[];
}

test.each(examples)('the example at $title', async ({ title, example }) => {
  const issuer = example.trade === 'BANKING' ? 'banking' : 'fashion';
  const programme = `EX${title.slice(5)}-P`;
  const member = uuid();
  if (example.credit !== undefined) ledger.credit.bands = new Map([[`${member} ${issuer}`, example.credit]]);
  if (example.tier !== undefined) ledger.tiers.set(`${member} ${issuer}`, example.tier);
  await ledger.write(admin, createProgramme, {
    input: {
      id: programme,
      issuer,
      name: { zh: '例', en: 'Example' },
      value: { fen: 1, points: 1 },
      expiry: example.expiry ?? { mode: 'ROLLING', months: 12 },
      acceptance: { scope: 'ALL' },
      kind: example.kind,
      disclosure: example.disclosure,
    },
  });
  for (const certificate of example.certificates ?? [])
    expect(await ledger.write(admin, registerCertificate, { input: { ...certificate, partner: issuer } })).toEqual({
      __typename: 'CertificateRegistered',
    });
  const ids: string[] = [];
  for (const rule of example.rules) {
    const input = { validFrom: '2020-01-01T00:00:00+08:00', ...rule, programme };
    const answer = (await ledger.write(admin, draftRule, { input })) as { rule?: { id: string }; problems?: { code: string }[] };
    if (answer.rule) ids.push(answer.rule.id);
    else expect(answer.problems?.map(({ code }) => code)).toEqual([example.drafted]);
  }
  if (example.drafted !== undefined) {
    expect(ids).toEqual([]);
    return;
  }
  /** Before any of them begins: what is more specific takes the place of what is running from a later time only. */
  const publish = async (rule: string): Promise<Row> => {
    await ledger.setClock('2019-12-01T00:00:00Z');
    const answer = await ledger.write(approver, publishRule, { rule });
    await ledger.setClock(now);
    return answer;
  };
  const candidate = ids.pop() as string;
  for (const rule of ids) expect(await publish(rule)).toEqual({ __typename: 'RulePublished' });
  const buys = example.buys ?? [];
  const sample = buys.map(({ at, lines }) => ({ memberRef: testIds.seal(member, 'staff'), at, lines }));
  const said = buys.length === 0 ? null : await ledger.write(admin, simulate, { rule: candidate, sample });
  expect(await publish(candidate)).toMatchObject({
    __typename: example.published ?? 'RulePublished',
    ...(example.computed === undefined ? {} : { computed: example.computed }),
  });
  for (const { at, lines, earns, by, withheld = 0, lots } of buys) {
    const variables = { programme, ref: refOf(member, issuer), purchase: uuid(), at, lines };
    const { accrual } = (await ledger.write(viewers.partner(issuer), accrue, variables)) as { accrual?: Accrual };
    expect(accrual?.points ?? null).toBe(earns);
    if (accrual) expect(accrual.withheld).toBe(withheld);
    if (by)
      expect(
        Object.fromEntries(accrual?.rules.map(({ points, credit, rule }) => [`${rule.name}${credit ? ', credit' : ''}`, points]) ?? []),
      ).toEqual(by);
    if (lots) expect(accrual?.lots).toEqual(lots);
  }
  const total = buys.reduce((sum, { earns }) => sum + (earns ?? 0), 0);
  if (said && example.simulated !== false) expect(said).toEqual({ points: total });
});

test('every term of a rule, every way to wait and every way to run out is shown', () => {
  const { definitions } = parse(buildSubgraph(definition).sdl);
  const namesIn = (type: string): string[] => {
    const found = definitions.find((node) => 'name' in node && node.name?.value === type);
    if (found?.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) return (found.fields ?? []).map(({ name }) => name.value);
    if (found?.kind === Kind.ENUM_TYPE_DEFINITION) return (found.values ?? []).map(({ name }) => name.value);
    throw new Error(`There is no ${type}`);
  };
  const terms = new Set(examples.flatMap(({ example }) => example.rules.flatMap((rule) => Object.keys(rule))));
  expect(namesIn('DraftRuleInput').filter((name) => name !== 'programme' && !terms.has(name))).toEqual([]);
  const text = JSON.stringify(examples);
  for (const type of ['RuleKind', 'AccrualBasis', 'PendingMode'])
    expect(namesIn(type).filter((name) => !text.includes(`"${name}"`))).toEqual([]);
  expect(namesIn('ExpiryMode').filter((name) => !readme.includes(`${name}:`) && !text.includes(`"${name}"`))).toEqual([]);
});
