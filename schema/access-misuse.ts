import { type DirectiveNode, type DocumentNode, Kind, valueFromASTUntyped, visit } from 'graphql';

const access: ReadonlySet<string> = new Set(['authenticated', 'requiresScopes', 'policy']);
const carriers: ReadonlySet<string> = new Set([Kind.OBJECT_TYPE_DEFINITION, Kind.OBJECT_TYPE_EXTENSION, Kind.FIELD_DEFINITION]);

/**
 * Pure: the places where an access directive stands under another name, or where no enforcer would look for it. Each of them was a
 * hole in some gateway (a rule on an interface ignored through the object, a renamed directive not enforced), so all are refused.
 */
export function accessMisuses(document: DocumentNode): readonly string[] {
  const problems = links(document).flatMap(renames);
  // Composition itself copies the objects' rules onto interfaces; written by hand there, a rule would hold on one way in only.
  const composed = document.definitions.some(
    (definition) => definition.kind === Kind.DIRECTIVE_DEFINITION && definition.name.value === 'join__graph',
  );
  const allowed = composed
    ? new Set([...carriers, Kind.INTERFACE_TYPE_DEFINITION, Kind.INTERFACE_TYPE_EXTENSION])
    : (carriers as ReadonlySet<string>);
  let interfaceName: string | undefined;
  visit(document, {
    enter(node) {
      if (node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_EXTENSION) interfaceName = node.name.value;
      if (!('directives' in node) || !('name' in node) || !node.name) return;
      const onInterface = interfaceName !== undefined && node.kind === Kind.FIELD_DEFINITION;
      for (const directive of node.directives ?? []) {
        const name = directive.name.value;
        const where = onInterface ? `${interfaceName}.${node.name.value}` : node.name.value;
        if (isPrefixed(name)) problems.push(`${where}: @${name} is an access directive under another name`);
        else if (access.has(name) && (!allowed.has(node.kind) || (onInterface && !composed)))
          problems.push(`${where}: @${name} decides nothing here; write it on object types and their fields`);
      }
    },
    leave(node) {
      if (node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_EXTENSION) interfaceName = undefined;
    },
  });
  return problems;
}

/** `federation__policy` and its like: what a directive is called that was not imported by its own name. */
const isPrefixed = (name: string): boolean => access.has(/__(\w+)$/.exec(name)?.[1] ?? '');

const links = (document: DocumentNode): DirectiveNode[] =>
  document.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).filter((directive) => directive.name.value === 'link')
      : [],
  );

interface LinkArguments {
  readonly url?: string;
  readonly as?: string;
  readonly import?: readonly (string | { readonly name?: string; readonly as?: string })[];
}

function renames(link: DirectiveNode): string[] {
  const given = Object.fromEntries(
    (link.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  ) as LinkArguments;
  const feature = /\/(\w+)\/v[\d.]+$/.exec(given.url ?? '')?.[1] ?? '';
  const problems: string[] = [];
  if (access.has(feature) && given.as !== undefined && given.as !== feature) problems.push(`@link: @${feature} is renamed to @${given.as}`);
  for (const entry of given.import ?? []) {
    const { name, as } = typeof entry === 'string' ? { name: entry, as: entry } : entry;
    if (access.has(name?.slice(1) ?? '') && as !== undefined && as !== name) problems.push(`@link: ${name} is renamed to ${as}`);
  }
  return problems;
}
