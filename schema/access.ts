import { type DirectiveNode, type DocumentNode, Kind, type ConstDirectiveNode, parse, print, valueFromASTUntyped, visit } from 'graphql';
import { accessMisuses } from './access-misuse.js';

/** PUBLIC anyone · OWN owner or own partner · SHARED by consent · PII person · CREDIT band · FINANCE money · COMPLIANCE supervision · INTERNAL subgraphs only. */
export const fieldClasses = ['PUBLIC', 'OWN', 'SHARED', 'PII', 'CREDIT', 'FINANCE', 'COMPLIANCE', 'INTERNAL'] as const;
export type FieldClass = (typeof fieldClasses)[number];

/** What one coordinate asks for. All parts must hold; inside `scopes` any one list suffices. */
export interface AccessRule {
  readonly authenticated: boolean;
  readonly scopes: readonly (readonly string[])[];
  readonly classes: readonly FieldClass[];
}

/** `Type.field` -> rule. A coordinate without an entry is undecided, and undecided stops the start. */
export type AccessTable = ReadonlyMap<string, AccessRule>;

const names = { authenticated: 'authenticated', requiresScopes: 'requiresScopes', policy: 'policy' } as const;
const accessDirectives: ReadonlySet<string> = new Set(Object.values(names));
const accessFeatures = ['authenticated', 'requiresScopes', 'policy'];

interface Named {
  readonly directives?: readonly (DirectiveNode | ConstDirectiveNode)[] | undefined;
}

/** Reads the rule off one definition; null where nothing was decided there. */
function ruleOf(node: Named, where: string): AccessRule | null {
  const found = (node.directives ?? []).filter((directive) => accessDirectives.has(directive.name.value));
  if (found.length === 0) return null;
  let scopes: readonly (readonly string[])[] = [];
  const classes: FieldClass[] = [];
  for (const directive of found) {
    const argument = directive.arguments?.[0];
    const value = argument ? (valueFromASTUntyped(argument.value) as string[][]) : [];
    if (directive.name.value === names.requiresScopes) scopes = value;
    if (directive.name.value === names.policy) {
      // Classes of one field hold together; read as "either" by anybody, a second alternative would open what the first one closes.
      if (value.length > 1) throw new Error(`${where}: a field has its classes together, not as alternatives`);
      for (const policy of value.flat()) classes.push(classOf(policy, where));
    }
  }
  const authenticated = found.some((directive) => directive.name.value === names.authenticated);
  return rule(authenticated, scopes, classes);
}

/** Anything but a plain PUBLIC asks for a token. */
const rule = (authenticated: boolean, scopes: AccessRule['scopes'], classes: readonly FieldClass[]): AccessRule => ({
  authenticated: authenticated || scopes.length > 0 || classes.some((fieldClass) => fieldClass !== 'PUBLIC'),
  scopes,
  classes,
});

function classOf(policy: string, where: string): FieldClass {
  const name = policy.replace(/^class:/, '');
  if (!(fieldClasses as readonly string[]).includes(name)) throw new Error(`${where}: policy "${policy}" is not a field class`);
  return name as FieldClass;
}

/** Two rules that hold together, as those of a type and its field do by the directives' specification. */
export function both(one: AccessRule, other: AccessRule): AccessRule {
  const scopes =
    one.scopes.length > 0 && other.scopes.length > 0
      ? one.scopes.flatMap((outer) => other.scopes.map((inner) => [...new Set([...outer, ...inner])]))
      : [...one.scopes, ...other.scopes];
  return rule(one.authenticated || other.authenticated, scopes, [...new Set([...one.classes, ...other.classes])]);
}

/** Reads the table out of a subgraph's or the supergraph's SDL. Undecided coordinates are listed, not guessed; misuse is refused. */
export function readAccess(document: DocumentNode): { table: AccessTable; undecided: readonly string[] } {
  const misuses = accessMisuses(document);
  if (misuses.length > 0) throw new Error(`Access directives that nobody would enforce:\n  ${misuses.join('\n  ')}`);
  const types = new Map<string, AccessRule>();
  const fields: { coordinate: string; type: string; rule: AccessRule | null }[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) continue;
    const type = definition.name.value;
    const rule = ruleOf(definition, type);
    if (rule) types.set(type, rule);
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      fields.push({ coordinate, type, rule: ruleOf(field, coordinate) });
    }
  }
  const table = new Map<string, AccessRule>();
  const undecided: string[] = [];
  for (const { coordinate, type, rule } of fields) {
    const outer = types.get(type);
    const decided = outer && rule ? both(outer, rule) : (rule ?? outer);
    if (decided) table.set(coordinate, decided);
    else undecided.push(coordinate);
  }
  return { table, undecided };
}

/** The copy that the gateway loads: it refuses a supergraph that carries the access directives, so they and their links go. */
export function stripAccess(supergraphSdl: string): string {
  const isAccessLink = (node: DirectiveNode): boolean =>
    node.name.value === 'link' &&
    (node.arguments ?? []).some(
      (argument) =>
        argument.name.value === 'url' &&
        argument.value.kind === Kind.STRING &&
        accessFeatures.some((feature) => argument.value.kind === Kind.STRING && argument.value.value.includes(`/${feature}/`)),
    );
  return print(
    visit(parse(supergraphSdl, { noLocation: true }), {
      Directive: (node) => (accessDirectives.has(node.name.value) || isAccessLink(node) ? null : undefined),
      DirectiveDefinition: (node) => (accessDirectives.has(node.name.value) ? null : undefined),
      ScalarTypeDefinition: (node) =>
        /^(requiresScopes__Scope|policy__Policy|federation__Scope|federation__Policy)$/.test(node.name.value) ? null : undefined,
    }),
  );
}
