import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { buildSchema, GraphQLError, isInterfaceType, isObjectType, Kind, parse, print, validate, visit } from 'graphql';
import { underPlannedNames } from '../../../gateway/execution/apollo-names.js';
import { plannedNames } from '../../../gateway/execution/planned-names.js';
import { type Federation, openFederation } from './federation.js';
import { randomOperation } from './random-operation.js';
import { type Fixture, fixtures } from './supergraphs.js';

/** Aliases that are the names of other fields, such as keys that clients may not see: each answers what it was asked, as one schema without federation would. */
const seed = Number(process.env['EQUIVALENCE_SEED'] ?? 20_261_124);
const runs = Number(process.env['EQUIVALENCE_RUNS'] ?? 25);
const unplannable = 'UNPLANNABLE_OPERATION';

describe.each(Object.entries(fixtures))('%s', (_name, fixture) => {
  let federation: Federation;
  beforeAll(async () => {
    federation = await openFederation(fixture);
  });
  afterAll(() => federation.stop());

  /** The same operation with names of fields as its aliases, where the document still is one. */
  const hostile = (text: string, salt: number): string => {
    const names = [
      '__typename',
      ...new Set(
        Object.values(federation.schema.getTypeMap()).flatMap((type) =>
          (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__') ? Object.keys(type.getFields()) : [],
        ),
      ),
    ];
    let count = 0;
    return print(
      visit(parse(text), {
        Field(node) {
          const roll = createHash('sha256')
            .update(`${salt} ${(count += 1)}`)
            .digest()
            .readUInt32BE();
          if (!node.alias && roll % 3 > 0) return undefined;
          return { ...node, alias: { kind: Kind.NAME, value: names[(roll >>> 8) % names.length] as string } };
        },
      }),
    );
  };

  test(`random queries under names that are taken (seed ${seed})`, async () => {
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (operation, world) => {
        const plain = randomOperation(federation.schema, operation, 'query', fixture.depth ?? 3);
        const text = hostile(plain.text, operation);
        fc.pre(validate(federation.schema, parse(text)).length === 0);
        asked += 1;
        const data = federation.world({ seed: world, nulls: 120, failures: 0, wrongNulls: 0 });
        const own = await federation.own({ ...plain, text }, data);
        if (own.errors?.[0]?.extensions?.['code'] === unplannable) {
          expect(fixture.misplanned).toBe(true);
          if (fixture === fixtures['prices']) expect(text).toMatch(/duty[^]*freight|freight[^]*duty/);
          return;
        }
        // What the planner gets wrong by itself is not asked here.
        if (!fixture.misplanned || fixture === fixtures['prices']) expect(own).toEqual(await federation.single({ ...plain, text }, data));
      }),
      { numRuns: runs, seed, endOnFailure: true },
    );
    expect(asked).toBe(runs);
  });
});

describe('one field that is needed with different arguments', () => {
  let prices: Federation;
  beforeAll(async () => {
    prices = await openFederation(fixtures['prices'] as Fixture);
  });
  afterAll(() => prices.stop());
  const world = () => prices.world({ seed: 7, nulls: 0, failures: 0, wrongNulls: 0 });

  test.each([
    '{ good { duty } }',
    '{ good { freight weight name } }',
    '{ good { duty price(currency: "JPY") } }',
    '{ good { price: weight duty } }',
    '{ good { duty price(currency: "EUR") p: price(currency: "USD") } }',
    '{ good { duty } goods { freight } }',
    '{ good { id: name duty } }',
    '{ good { __typename: name freight } }',
    'query ($c: String!) { good { price(currency: $c) freight } }',
  ])('%s is what one schema answers', async (text) => {
    const asked = { text, variables: text.includes('$c') ? { c: 'JPY' } : {} };
    expect(await prices.own(asked, world())).toEqual(await prices.single(asked, world()));
  });

  test.each(['{ good { duty freight } }', '{ goods { ... on Good { freight } ...F } } fragment F on Good { d: duty }'])(
    '%s cannot be planned, and says so',
    async (text) => {
      const answer = await prices.own({ text, variables: {} }, world());
      expect(answer).toMatchObject({
        errors: [{ message: expect.stringMatching(/`(duty|freight)`.*two operations/), extensions: { code: unplannable } }],
      });
      expect(answer.data).toBeUndefined();
    },
  );
});

test('Apollo’s executor is asked under planned names too, and answers under the client’s', async () => {
  const names = plannedNames(buildSchema('type Query { item: Item } type Item { uid: ID ref: String }'));
  const asked: string[] = [];
  const executor = underPlannedNames(({ request, source }) => {
    asked.push(String(request.query), source);
    return Promise.resolve({
      data: { as__item: [{ as__uid: 'one', ref: 'two' }, null] },
      errors: [new GraphQLError('no', { path: ['as__item', 1, 'as__uid'], extensions: { code: 'X' } })],
    }) as never;
  }, names);
  const run = (text: string) =>
    executor({ document: parse(text), request: { query: text }, source: text, queryHash: 'x' } as never) as Promise<{
      data: unknown;
      errors: readonly GraphQLError[];
    }>;
  const { data, errors } = await run('{ item: item { uid: ref ref } }');
  expect(asked).toEqual(['{\n  item: item {\n    as__uid: ref\n    ref\n  }\n}', '{\n  item: item {\n    as__uid: ref\n    ref\n  }\n}']);
  expect(data).toEqual({ item: [{ uid: 'one', ref: 'two' }, null] });
  expect(errors.map(({ message, path, extensions }) => ({ message, path, extensions }))).toEqual([
    { message: 'no', path: ['item', 1, 'uid'], extensions: { code: 'X' } },
  ]);
  asked.length = 0;
  await run('{ item { a: uid ref } }');
  expect(asked).toEqual(['{ item { a: uid ref } }', '{ item { a: uid ref } }']);
});
