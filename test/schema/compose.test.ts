import { compose } from '../../schema/compose.js';
import { readSupergraph } from '../../schema/compose.js';
import { subgraphHead } from '../../schema/subgraph-head.js';

const open = '@policy(policies: [["class:PUBLIC"]])';
const head = (imports: string): string =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", ${imports}])\n`;
const composed = (...sdl: string[]): ReturnType<typeof compose> => compose(sdl.map((text, index) => ({ name: `s${index}`, sdl: text })));

test.each`
  what                                    | sdl                                                                                                                                                         | problem
  ${'a rule on an interface'}             | ${`${subgraphHead} type Query { n: N ${open} } interface N ${open} { id: ID } type A implements N { id: ID ${open} }`}                                      | ${'N: @policy decides nothing here'}
  ${'a rule on a field of an interface'}  | ${`${subgraphHead} type Query { n: N ${open} } interface N { id: ID ${open} } type A implements N { id: ID ${open} }`}                                      | ${'N.id: @policy decides nothing here'}
  ${'a rule on an enum'}                  | ${`${subgraphHead} type Query { e: E ${open} } enum E ${open} { X }`}                                                                                       | ${'E: @policy decides nothing here'}
  ${'a rule on a scalar'}                 | ${`${subgraphHead} type Query { e: E ${open} } scalar E @authenticated`}                                                                                    | ${'E: @authenticated decides nothing here'}
  ${'a renamed directive'}                | ${`${head('{ name: "@policy", as: "@rule" }')} type Query { a: Int @rule(policies: [["class:PUBLIC"]]) }`}                                                  | ${'@policy is renamed to @rule'}
  ${'one renamed beside one that is not'} | ${`${head('"@policy", { name: "@requiresScopes", as: "@scopes" }')} type Query { a: Int ${open} @scopes(scopes: [["x"]]) }`}                                | ${'@requiresScopes is renamed to @scopes'}
  ${'a prefixed directive'}               | ${`${head('"@policy"')} type Query { a: Int ${open} @federation__requiresScopes(scopes: [["x"]]) }`}                                                        | ${'@federation__requiresScopes is an access directive under another name'}
  ${'a directive under a namespace'}      | ${`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", as: "fed", import: ["@policy"]) type Query { a: Int ${open} @fed__authenticated }`} | ${'@fed__authenticated is an access directive under another name'}
  ${'a specification under another name'} | ${`${head('"@policy"')} extend schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "login") type Query { a: Int ${open} @login }`}         | ${'@authenticated is renamed to @login'}
  ${'classes as alternatives'}            | ${`${subgraphHead} type Query { a: Int @policy(policies: [["class:PUBLIC"], ["class:PII"]]) }`}                                                             | ${'not as alternatives'}
  ${'an undecided field'}                 | ${`${subgraphHead} type Query { a: Int }`}                                                                                                                  | ${'No access decision for Query.a'}
`('$what is refused at composition', ({ sdl, problem }) => {
  expect(() => composed(sdl)).toThrow(problem);
});

test('a field that is made out of a closed one has to ask for the same', () => {
  const asks = (rule: string): string =>
    `${head('"@policy", "@requiresScopes"')} type Query { m: M ${open} } type M @key(fields: "id") { id: ID ${open} phone: String @external masked: String @requires(fields: "phone") ${rule} }`;
  const owns = `${head('"@policy", "@requiresScopes"')} type M @key(fields: "id") { id: ID ${open} phone: String @requiresScopes(scopes: [["member.pii:own"]]) @policy(policies: [["class:PII"]]) }`;
  expect(() => composed(asks(open), owns)).toThrow(/does not specify necessary .* "M.phone"/);
  expect(() => composed(asks('@requiresScopes(scopes: [["member.pii:own"]]) @policy(policies: [["class:PII"]])'), owns)).not.toThrow();
});

test('a supergraph with a renamed directive is not loaded, even if every field seems decided', () => {
  const { supergraphSdl } = composed(`${subgraphHead} type Query { a: Int ${open} @requiresScopes(scopes: [["x"]]) }`);
  expect(() => readSupergraph(supergraphSdl)).not.toThrow();
  const renamed = supergraphSdl
    .replaceAll('@requiresScopes(', '@scopes(')
    .replace(/(requiresScopes\/v0\.1", for: SECURITY)/, '$1, import: [{ name: "@requiresScopes", as: "@scopes" }]');
  expect(renamed).not.toBe(supergraphSdl);
  expect(() => readSupergraph(renamed)).toThrow('@requiresScopes is renamed to @scopes');
});

test('what two subgraphs ask for one field holds together, and interfaces take over the rules of their objects', () => {
  const { access } = composed(
    `${subgraphHead} type Query { a: Int @shareable @requiresScopes(scopes: [["x"], ["y"]]) n: N ${open} } interface N { id: ID } type A implements N { id: ID @policy(policies: [["class:OWN"]]) }`,
    `${subgraphHead} type Query { a: Int @shareable @policy(policies: [["class:FINANCE"]]) }`,
  );
  expect(access.get('Query.a')).toEqual({ authenticated: true, scopes: [['x'], ['y']], classes: ['FINANCE'] });
  expect(access.has('N.id')).toBe(false);
});
