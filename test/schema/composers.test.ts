import { readdirSync, readFileSync } from 'node:fs';
import { composeServices } from '@theguild/federation-composition';
import { type ASTNode, type DocumentNode, parse, print, visit } from 'graphql';

const read = (path: string): DocumentNode => parse(readFileSync(`schema/${path}`, 'utf8'), { noLocation: true });

/** Where Apollo's composer keeps directives of its own contracts; none is used here. */
const ofApolloAlone: ReadonlySet<string> = new Set(['join__directive', 'join__DirectiveArguments']);

/** Each definition as text: parts in the order of the alphabet, and no descriptions, of which composers may take any subgraph's. */
function definitions(document: DocumentNode): ReadonlyMap<string, string> {
  const sorted = visit(document, {
    leave(node) {
      const parts = Object.entries(node as object)
        .filter(([name, value]) => name !== 'description' && value !== undefined)
        .map(([name, value]) => [name, name !== 'definitions' && isNodes(value) ? value.toSorted(byText) : value]);
      return Object.fromEntries(parts) as ASTNode;
    },
  }) as DocumentNode;
  const texts = sorted.definitions.map((definition) => {
    const name = 'name' in definition && definition.name ? definition.name.value : definition.kind;
    return [name, print(definition)] as const;
  });
  return new Map(texts.filter(([name]) => !ofApolloAlone.has(name)));
}

const isNodes = (value: unknown): value is readonly ASTNode[] => Array.isArray(value) && typeof (value[0] as ASTNode)?.kind === 'string';
const byText = (a: ASTNode, b: ASTNode): number => (print(a) < print(b) ? -1 : 1);

test('a second composer makes the same supergraph of the same subgraphs', () => {
  const services = readdirSync('schema/subgraphs').map((file) => {
    const name = file.replace(/\.graphql$/, '');
    return { name, url: `tongdui://${name}`, typeDefs: read(`subgraphs/${file}`) };
  });
  const { supergraphSdl, errors } = composeServices(services);
  expect(errors).toBeUndefined();
  const [ours, theirs] = [definitions(read('supergraph.graphql')), definitions(parse(supergraphSdl as string, { noLocation: true }))];
  expect([...ours.keys()].filter((name) => ours.get(name) !== theirs.get(name))).toEqual([]);
  expect([...theirs.keys()].filter((name) => !ours.has(name))).toEqual([]);
  expect(ours.size).toBeGreaterThan(600);
});
