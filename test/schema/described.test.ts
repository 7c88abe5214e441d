import { Kind, parse } from 'graphql';
import { gatewaySubgraph } from '../../gateway/access/explain-subgraph.js';
import { compose } from '../../schema/compose.js';
import { subgraphsOf } from '../../schema/roster.js';
import { buildSubgraph } from '../../subgraphs/kernel/subgraph.js';
import { loadSubgraph } from '../../subgraphs/serve.js';

const machinery = /^(_|join__|link__|federation__|core__|requiresScopes__|policy__)/;

test('every published type, field, argument and value is described', async () => {
  const subgraphs = await Promise.all(
    subgraphsOf(true).map(async (line) => ({ name: line.name, sdl: buildSubgraph(await loadSubgraph(line)).sdl })),
  );
  const silent: string[] = [];
  let published = 0;
  const look = (coordinate: string, node: { readonly description?: { readonly value: string } | undefined }): void => {
    published += 1;
    if (!node.description?.value.trim()) silent.push(coordinate);
  };
  for (const definition of parse(compose([...subgraphs, gatewaySubgraph]).supergraphSdl, { noLocation: true }).definitions) {
    if (!('name' in definition) || !definition.name || machinery.test(definition.name.value)) continue;
    const type = definition.name.value;
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && ['Query', 'Mutation'].includes(type)) published += 1;
    else if ('description' in definition && definition.kind !== Kind.DIRECTIVE_DEFINITION) look(type, definition);
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      for (const field of definition.fields ?? []) {
        look(`${type}.${field.name.value}`, field);
        for (const argument of field.arguments ?? []) look(`${type}.${field.name.value}(${argument.name.value}:)`, argument);
      }
    }
    if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
      for (const field of definition.fields ?? []) look(`${type}.${field.name.value}`, field);
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION)
      for (const value of definition.values ?? []) look(`${type}.${value.name.value}`, value);
  }
  expect(silent).toEqual([]);
  expect(published).toBeGreaterThan(50);
});
