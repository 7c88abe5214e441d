import { Kind, parse } from 'graphql';

/** Pure: the address of every subgraph, out of the supergraph itself. */
export function addressesIn(supergraphSdl: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const { directives = [] } of definition.values ?? []) {
      const graph = directives.find(({ name }) => name.value === 'join__graph');
      const argument = (wanted: string): string => {
        const value = graph?.arguments?.find(({ name }) => name.value === wanted)?.value;
        return value?.kind === Kind.STRING ? value.value : '';
      };
      found.set(argument('name'), argument('url'));
    }
  }
  return found;
}
