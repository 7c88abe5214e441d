import fc from 'fast-check';
import { getIntrospectionQuery, parse } from 'graphql';
import { documentSize, excessOf, type Measure } from '../../../gateway/limits/document-size.js';
import { documentChecks } from '../../../gateway/limits/documents.js';
import { usualLimits } from '../../../schema/limits.js';

const sizeOf = (text: string) => documentSize(parse(text, { noLocation: true }));
const times = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');

test.each`
  text                                                                           | measure                 | size
  ${'{ a }'}                                                                     | ${'depth'}              | ${1}
  ${'{ a { b { c } } d { e } }'}                                                 | ${'depth'}              | ${3}
  ${'{ ... { ... on Query { a { b } } } }'}                                      | ${'depth'}              | ${2}
  ${'{ a { ...F } } fragment F on A { b { ...G } } fragment G on B { c { d } }'} | ${'depth'}              | ${4}
  ${'query A { a } query B { a { b { c } } }'}                                   | ${'depth'}              | ${3}
  ${'{ a { b } __schema { types { name fields { name } } } }'}                   | ${'depth'}              | ${2}
  ${'{ a { b } __schema { types { name fields { name } } } }'}                   | ${'introspectionDepth'} | ${4}
  ${'{ __schema: a { b { c } } }'}                                               | ${'depth'}              | ${3}
  ${'query __schema { ...__type } fragment __type on Query { a { b { c } } }'}   | ${'depth'}              | ${3}
  ${'{ x: a y: b { z: c } d }'}                                                  | ${'aliases'}            | ${3}
  ${'{ ...F ...F } fragment F on Query { x: a }'}                                | ${'aliases'}            | ${2}
  ${'{ a b { c } ...F ... { d } } fragment F on Query { e f }'}                  | ${'rootFields'}         | ${5}
  ${'{ a b { c } ...F } fragment F on Query { e f }'}                            | ${'selections'}         | ${6}
  ${'{ a } fragment F on A { ...G ...G } fragment G on A { b }'}                 | ${'selections'}         | ${4}
  ${'query @x { a @y @z ...F @x } fragment F on Query @x { b }'}                 | ${'directives'}         | ${5}
  ${'query A { a } query B { a } fragment F on A { b }'}                         | ${'definitions'}        | ${3}
  ${'{ ...F } fragment F on Query { ...G } fragment G on Query { a ...F }'}      | ${'rootFields'}         | ${1}
`('$text has $measure $size', ({ text, measure, size }: { text: string; measure: Measure; size: number }) => {
  expect(sizeOf(text)[measure]).toBe(size);
});

/** A document that is exactly as large as said, and within every other limit. */
const documents: Readonly<Record<Measure | 'tokens', (size: number) => string>> = {
  tokens: (size) => `{ ${'a '.repeat(Math.min(19, size - 2))} ... { ${'a '.repeat(size - 2 - Math.min(19, size - 2) - 3)}} }`,
  depth: (size) => `${'{ a '.repeat(size)}${'}'.repeat(size)}`,
  introspectionDepth: (size) => `{ __schema ${'{ a '.repeat(size - 1)}${'}'.repeat(size - 1)} }`,
  aliases: (size) => `{ a { ${times(size, (index) => `x${index}: b`)} } }`,
  rootFields: (size) => `{ ${'a '.repeat(size)} }`,
  selections: (size) => `{ a { ${'b '.repeat(size - 1)} } }`,
  directives: (size) => `{ a ${'@x '.repeat(size)} }`,
  definitions: (size) => `{ a } ${times(size - 1, (index) => `fragment F${index} on A { b }`)}`,
};

test.each(Object.keys(documents) as (Measure | 'tokens')[])('%s: the limit passes, one more is refused by its name', (measure) => {
  // Words alone would be above the number of selections before they are too many.
  const limits = measure === 'tokens' ? { ...usualLimits, rootFields: 10_000, selections: 10_000 } : usualLimits;
  const check = documentChecks(limits);
  const write = documents[measure];
  expect(() => check(write(limits[measure]))).not.toThrow();
  expect(() => check(write(limits[measure] + 1))).toThrow(
    expect.objectContaining({ status: 400, code: 'OPERATION_TOO_COSTLY', facts: { limit: measure, max: limits[measure] } }) as Error,
  );
  // Measured once, refused each time.
  expect(() => check(write(limits[measure] + 1))).toThrow('The document');
  expect(() => check(write(limits[measure]))).not.toThrow();
});

test('what is no GraphQL is left to who answers it', () => {
  const check = documentChecks(usualLimits);
  for (const text of ['', '{', '{ a ', 'query', '}', '{ a(b: ) }', '\u0000']) expect(() => check(text)).not.toThrow();
});

test('what tools send to learn the schema fits', () => {
  for (const options of [
    {},
    { inputValueDeprecation: true, specifiedByUrl: true, schemaDescription: true, directiveIsRepeatable: true, oneOf: true },
  ])
    expect(excessOf(sizeOf(getIntrospectionQuery(options)), usualLimits)).toBeNull();
});

test('fragments that double 200 times are measured at once', () => {
  const bomb = `{ ...F0 } ${times(200, (index) => `fragment F${index} on Query { x: a ...F${index + 1} ...F${index + 1} }`)} fragment F200 on Query { a }`;
  const size = sizeOf(bomb);
  expect(size.selections).toBe(Number.MAX_SAFE_INTEGER);
  expect(excessOf(size, { ...usualLimits, definitions: 1_000 })).toBe('selections');
});

test('however fragments are nested, the size is that of the document with each where it is used', () => {
  // Fragment n may only use later ones.
  const selection = (later: number): fc.Arbitrary<string> =>
    fc
      .array(
        fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom('a', 'x: a', 'b { a }', 'y: b { x: a b { a } }') },
          ...(later > 0 ? [fc.nat(later - 1).map((index) => `...F${index}`)] : []),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(fc.tuple(selection(4), selection(0), selection(1), selection(2), selection(3)), ([root, ...bodies]) => {
      // `...F0` is the last: bodies[n] uses F0 … F(n-1).
      const document = `{ ${root} } ${bodies.map((body, index) => `fragment F${index} on Query { ${body} }`).join(' ')}`;
      const inlined = (text: string): string =>
        text.replaceAll(/\.\.\.F(\d)/g, (_all, index: string) => `... { ${inlined(bodies[Number(index)] as string)} }`);
      const { depth, aliases, selections, rootFields } = sizeOf(`{ ${inlined(root)} }`);
      const measured = sizeOf(document);
      expect(measured.depth).toBe(depth);
      expect(measured.rootFields).toBe(rootFields);
      expect(measured.aliases).toBeGreaterThanOrEqual(aliases);
      expect(measured.selections).toBeGreaterThanOrEqual(selections);
    }),
    { numRuns: 300, seed: 20_261_121 },
  );
});
