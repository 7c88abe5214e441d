import fc from 'fast-check';
import {
  buildSchema,
  execute,
  type FieldNode,
  isAbstractType,
  isCompositeType,
  parse,
  printSchema,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { AccessRule } from '../../../schema/access.js';
import { decide } from '../../../schema/decide.js';
import type { Viewer } from '../../../schema/viewer.js';
import { viewers } from '../../support/viewers.js';
import { openSmallGraph, resolvers, type SmallGraph } from './fixture.js';

let graph: SmallGraph;
beforeAll(async () => {
  graph = await openSmallGraph();
});
afterAll(() => graph.close());

const leaves: Readonly<Record<string, readonly string[]>> = {
  Query: ['programmes', 'asked', '__typename'],
  Person: ['id', 'label', 'name', 'phone', 'must', 'balance', '__typename'],
  Company: ['id', 'label', 'name', 'tax', '__typename'],
  Node: ['id', 'label', '__typename'],
  Found: ['__typename'],
  Wallet: ['programme', 'points'],
  Note: ['text'],
};
const edges: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Query: { person: 'Person', people: 'Person', node: 'Node', nodes: 'Node', found: 'Found', surely: 'Person', me: 'Person' },
  Person: { friend: 'Person', friends: 'Person', best: 'Person', wallets: 'Wallet', note: 'Note' },
  Company: { owner: 'Person' },
};
const narrower: Readonly<Record<string, readonly string[]>> = { Node: ['Person', 'Company', 'Node'], Found: ['Person', 'Company', 'Node'] };

/** Selections on a type, without braces; the same field has the same alias everywhere, so that any two of them merge. */
function selections(type: string, depth: number, spreads: boolean): fc.Arbitrary<string> {
  const condition = fc.constantFrom('', '', '', ' @include(if: $x)', ' @skip(if: $y)', ' @include(if: $y) @skip(if: $x)');
  const leaf = fc
    .tuple(fc.constantFrom(...(leaves[type] as string[])), fc.boolean(), condition)
    .map(([name, alias, when]) => `${alias ? `a_${name}: ` : ''}${name}${when}`);
  const options: fc.Arbitrary<string>[] = [leaf, leaf];
  if (depth > 0) {
    const nested = Object.entries(edges[type] ?? {});
    if (nested.length > 0)
      options.push(
        fc
          .constantFrom(...nested)
          .chain(([name, target]) =>
            fc
              .tuple(selections(target, depth - 1, spreads), fc.boolean(), condition)
              .map(([inner, alias, when]) => `${alias ? `a_${name}: ` : ''}${name}${when} { ${inner} }`),
          ),
      );
    options.push(
      fc
        .tuple(fc.constantFrom(...(narrower[type] ?? [type])), condition)
        .chain(([on, when]) => selections(on, depth - 1, spreads).map((inner) => `... on ${on}${when} { ${inner} }`)),
    );
    if (spreads && type === 'Person') options.push(condition.map((when) => `...P${when}`));
  }
  return fc.array(fc.oneof(...options), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' '));
}

const document = fc
  .tuple(selections('Query', 4, true), selections('Person', 2, false))
  .map(
    ([query, fragment]) =>
      `query ($x: Boolean!, $y: Boolean = true) { always: __typename @include(if: $x) at: __typename @skip(if: $y) ${query} ${query.includes('...P') ? '' : 'person { ...P }'} }\nfragment P on Person { ${fragment} }`,
  );

// Of kinds of callers that all know the same names here.
const asked = ['catalog.write:own', 'redeem.quote:own', 'me.read'];
const staff = (scopes: readonly string[]): Viewer => ({ ...viewers.staff('admin'), scopes });
const viewer: fc.Arbitrary<Viewer> = fc.oneof(
  fc.subarray(asked).map((scopes) => viewers.partner('telecom', scopes)),
  fc.subarray(asked).map(staff),
  fc.constant(viewers.anonymous),
);

test('of any operation: what is open is as without the gate, what is closed is null, and no subgraph hears of it', async () => {
  const schema = buildSchema(printSchema(graph.supergraph.schemaOf('partner')));
  const { access } = graph.composed;
  let closedSeen = 0;
  await fc.assert(
    fc.asyncProperty(document, viewer, fc.boolean(), fc.option(fc.boolean(), { nil: undefined }), async (text, who, x, y) => {
      const parsed = parse(text);
      expect(validate(schema, parsed)).toEqual([]);
      const isClosed = (coordinate: string): boolean => decide(access.get(coordinate) as AccessRule, who) !== null;
      const closed = new Set<FieldNode>();
      const types = new TypeInfo(schema);
      visit(
        parsed,
        visitWithTypeInfo(types, {
          Field(node) {
            const parent = types.getParentType();
            if (!isCompositeType(parent) || node.name.value.startsWith('__')) return;
            const objects = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
            if (objects.some((object) => isClosed(`${object.name}.${node.name.value}`))) closed.add(node);
          },
        }),
      );
      let hit = false;
      const variables = { x, ...(y === undefined ? {} : { y }) };
      // The whole graph as one schema whose closed fields answer null: what null does further up is graphql's own business then.
      const reference = await execute({
        schema,
        document: parsed,
        variableValues: variables,
        fieldResolver(parent: Record<string, unknown>, args: Record<string, unknown>, _context, info) {
          if (info.fieldNodes.every((node) => closed.has(node))) {
            hit = true;
            return null;
          }
          const resolve = resolvers[info.parentType.name]?.[info.fieldName];
          return resolve ? resolve(parent, args) : parent[info.fieldName];
        },
      });
      graph.forget();
      const answer = await graph.ask(who, text, variables);
      expect(answer.data).toEqual(JSON.parse(JSON.stringify(reference.data)));
      expect(graph.resolved.filter(isClosed)).toEqual([]);
      if (answer.errors === undefined) return expect(hit).toBe(false);
      for (const error of answer.errors) {
        expect(error.extensions?.['code']).toMatch(/^(FORBIDDEN_FIELD|UNAUTHENTICATED)$/);
        closedSeen += 1;
      }
      expect(closed.size).toBeGreaterThan(0);
    }),
    { numRuns: 400, seed: 20_261_121 },
  );
  expect(closedSeen).toBeGreaterThan(200);
});

test('an object of which conditions leave nothing is there all the same', async () => {
  const text = `query ($x: Boolean!, $y: Boolean = true) { surely @include(if: $x) { ...P @include(if: $y) @skip(if: $x) } programmes }
    fragment P on Person { friend { ... on Person { id } } }`;
  expect(await graph.ask(viewers.partner('telecom'), text, { x: true })).toEqual({ data: { surely: {}, programmes: ['A', 'B'] } });
  const empty = '{ surely { id @skip(if: true) friend @include(if: true) { name @include(if: false) } } }';
  expect(await graph.ask(viewers.partner('telecom'), empty)).toEqual({ data: { surely: { friend: {} } } });
});
