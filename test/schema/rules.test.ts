import { readdirSync, readFileSync } from 'node:fs';
import { type DocumentNode, Kind, parse, type TypeNode, visit } from 'graphql';
import type { Viewer } from '../../schema/viewer.js';
import { graphClient } from '../../gateway/client/ask.js';
import { seedDemo } from '../../gateway/sandbox/seed.js';
import { openTestGraph, type TestGraph } from '../support/graph.js';
import { testIds } from '../support/subgraph.js';
import { viewers } from '../support/viewers.js';

const beginning = '2026-11-21T10:00:00+08:00';
const folder = 'schema/rules';

interface Step {
  readonly who: string;
  readonly at: string | undefined;
  /** Jobs that run before it, each a subgraph and a name. */
  readonly jobs: readonly string[];
  readonly keeps: readonly { readonly name: string; readonly path: string }[];
  readonly document: string;
  /** What it answers; absent where it only has to go well. */
  readonly answer: unknown;
}
interface Rule {
  readonly name: string;
  readonly file: string;
  /** The sentence that the published description has too. */
  readonly sentence: string;
  readonly text: string;
  readonly steps: readonly Step[];
}

const files = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md');
const rules: readonly Rule[] = files.flatMap((file) =>
  readFileSync(`${folder}/${file}`, 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((text) => ({
      name: text.slice(0, text.indexOf('\n')),
      file,
      sentence: /^> (.+)$/m.exec(text)?.[1] ?? '',
      text,
      steps: [...text.matchAll(/```graphql\n([\s\S]*?)```(?:\n```json\n([\s\S]*?)```)?/g)].map(([, document = '', answer]) => ({
        who: /^# (.+)$/m.exec(document)?.[1] ?? '',
        at: /^# at (.+)$/m.exec(document)?.[1],
        jobs: [...document.matchAll(/^# job (.+)$/gm)].map(([, job = '']) => job),
        keeps: [...document.matchAll(/^# keeps (\w+) = (.+)$/gm)].map(([, name = '', path = '']) => ({ name, path })),
        document,
        answer: answer === undefined ? undefined : (JSON.parse(answer) as unknown),
      })),
    })),
);

let graph: TestGraph;
const clock = (at: string): Promise<unknown> =>
  ask(viewers.anonymous, 'mutation ($at: DateTime!) { sandbox { setClock(at: $at) } }', { at }, `clock-${(sent += 1)}`);
beforeAll(async () => {
  graph = await openTestGraph();
  await clock(beginning);
  const client = graphClient(graph.url);
  await seedDemo({
    ask: client.ask,
    issuer: {
      issue: ({ kind, sub, partner, scope }) =>
        graph.tokenOf({ kind, sub, scopes: scope, language: 'en', traceId: 'seed', ...(partner === undefined ? {} : { partner }) }),
    },
    now: new Date(beginning),
  });
  await client.close();
});
afterAll(() => graph.close());

let sent = 0;
async function ask(viewer: Viewer, document: string, variables: Record<string, unknown>, key?: string): Promise<Record<string, unknown>> {
  const answer = await graph.ask(viewer, document, variables, key);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data as Record<string, unknown>;
}

async function viewerNamed(who: string): Promise<Viewer> {
  const [kind = '', name = ''] = who.split(' ');
  if (kind === 'nobody') return viewers.anonymous;
  if (kind === 'regulator') return viewers.regulator;
  if (kind === 'partner') return viewers.partner(name);
  if (kind === 'staff') return viewers.partnerStaff(name);
  if (kind !== 'member') return viewers.staff(kind as 'admin');
  const { member } = await ask(viewers.staff('admin'), 'query ($ref: String!) { member(ref: $ref) { id } }', { ref: name });
  return viewers.member(testIds.open((member as { id: string }).id, 'staff') as string);
}

const at = (data: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], data);
const expected = (value: unknown): unknown => {
  if (value === '…') return expect.anything() as unknown;
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, expected(each)]));
};

test.each(rules)('$file: the example of $name', async ({ name, steps }) => {
  await clock(beginning);
  const kept: Record<string, unknown> = {};
  for (const [index, { who, at: instant, jobs, keeps, document, answer }] of steps.entries()) {
    if (instant !== undefined) await clock(instant);
    for (const job of jobs) {
      const [subgraph = '', run = ''] = job.split(' ');
      await graph.subgraph(subgraph).runJob(run);
    }
    const data = await ask(await viewerNamed(who), document, kept, `${name}-${index}`);
    if (answer === undefined) expect(JSON.stringify(data)).not.toMatch(/"code"/);
    else expect(data).toEqual(expected(answer));
    for (const { name: variable, path } of keeps) kept[variable] = at(data, path);
  }
});

const schema = parse(readFileSync('schema/supergraph.graphql', 'utf8'));
const mutations = schema.definitions.flatMap((node) =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Mutation' ? (node.fields ?? []) : [],
);

/** Writes that report, move or decide something under the rules, and set none. */
const deeds = new Set(
  `accrue accrueFor acknowledgeRisk adjust approve assignTier bookSlot burnPoints buyPack cancelBooking cancelCouponUse cancelDonation capture captureHold claim clearCase closePeriod confirmPending decideTier deliver dispute donate
   enrolMember eraseMember escalateCase exportMember forgetMember freeze grant grantConsent grantParticipation hold holdCase linkMember lookThrough makePaymentOrders oweForCoupon openCase pinHold placeHold proposeTiers quote recordCampaignResult
   recordChild recordCredit recordFine recordMeasure redeem referMember reinstate reject release releaseHold releaseSlot relistItem reportBasket reportBill reportBooking reportCardTransaction reportDefect reportEngagement reportServiceOrder
   resolveDispute restoreRole revokeCertificate returnCouponGoods returnLines returnPoints setAutomatedDecisions setSupplier suspend takeBackCoupon transfer unfreeze useCoupon withdrawConsent withdrawDelivery withdrawItem withdrawRole
   beginWebhookTest claimWebhooks endWebhookTest removeWebhook restartWebhook resumeWebhook saveWebhook settleWebhook setWebhook testWebhook`.split(
    /\s+/,
  ),
);

test('every write sets a rule that has an example here, or is a deed', () => {
  const shown = new Set(rules.map(({ name }) => name));
  expect(mutations.map(({ name }) => name.value).filter((name) => name !== 'sandbox' && !shown.has(name) && !deeds.has(name))).toEqual([]);
  expect([...shown, ...deeds].filter((name) => !mutations.some((field) => field.name.value === name))).toEqual([]);
  expect([...deeds].filter((name) => shown.has(name))).toEqual([]);
});

test.each(rules)('$name is written, answered for, and published with its example', ({ name, sentence, steps, text }) => {
  const written = steps.some(({ document }) => rootsOf(parse(document)).includes(name));
  expect(written).toBe(true);
  expect(steps.some(({ answer }) => answer !== undefined)).toBe(true);
  expect(sentence).toMatch(/^For example, /);
  expect(mutations.find((field) => field.name.value === name)?.description?.value).toContain(sentence);
  const [, shown = ''] = text.split(sentence);
  // Dates and times of day are spelled otherwise in an example.
  const said = sentence.replaceAll(',', '').replace(/\d+ [A-Z][a-z]+( \d{4})?|\d\d:\d\d/g, '');
  const numbers = [...said.matchAll(/\d+(\.\d+)?/g)].map(([number]) => number);
  expect(numbers.filter((number) => !appears(number, shown))).toEqual([]);
});

/** A number stands in the example as it is, or in fen. */
const appears = (number: string, text: string): boolean =>
  [number, String(Math.round(Number(number) * 100))].some((each) => new RegExp(`(^|\\D)${each.replace('.', '\\.')}(\\D|$)`).test(text));

function rootsOf(document: DocumentNode): string[] {
  return document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? node.selectionSet.selections.flatMap((each) => (each.kind === Kind.FIELD ? [each.name.value] : []))
      : [],
  );
}

test('every argument of a rule, every field of its input and every value of its enums stands in an example', () => {
  const named = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type));
  const used = new Set<string>();
  for (const { steps } of rules)
    for (const { document } of steps)
      visit(parse(document), {
        Argument: ({ name }) => void used.add(name.value),
        ObjectField: ({ name }) => void used.add(name.value),
        EnumValue: ({ value }) => void used.add(value),
      });
  // The terms of a rule have their examples beside the engine, held to the same by its own test.
  const engine = readFileSync('subgraphs/ledger/accrual/README.md', 'utf8');
  for (const [, word = ''] of engine.matchAll(/"(\w+)"/g)) used.add(word);
  // No item delivers one, though redemptions show it.
  used.add('DONATION');
  const missing: string[] = [];
  const seen = new Set<string>();
  const look = (type: string): void => {
    if (seen.has(type)) return;
    seen.add(type);
    for (const node of schema.definitions) {
      if (!('name' in node) || node.name?.value !== type) continue;
      if (node.kind === Kind.ENUM_TYPE_DEFINITION)
        for (const { name } of node.values ?? []) if (!used.has(name.value)) missing.push(`${type}.${name.value}`);
      if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
        for (const field of node.fields ?? []) {
          if (!used.has(field.name.value)) missing.push(`${type}.${field.name.value}`);
          look(named(field.type));
        }
    }
  };
  const shown = new Set(rules.map(({ name }) => name));
  for (const field of mutations.filter(({ name }) => shown.has(name.value)))
    for (const argument of field.arguments ?? []) {
      if (!used.has(argument.name.value)) missing.push(`${field.name.value}(${argument.name.value})`);
      look(named(argument.type));
    }
  expect(missing).toEqual([]);
});
