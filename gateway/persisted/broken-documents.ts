import { type GraphQLSchema, Kind, NoUnusedVariablesRule, parse, specifiedRules, validate } from 'graphql';
import type { AccessTable } from '../../schema/access.js';
import { type Audience, audiences, schemaOf } from '../introspection/audience.js';
import type { RegisteredDocument } from './store.js';

export interface BrokenDocument {
  readonly client: string;
  readonly id: string;
  /** Name of the operation; the id's beginning where it has none. */
  readonly operation: string;
  readonly problems: readonly string[];
}

const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

/**
 * Pure: documents that clients have registered and that a schema no longer answers, by client. A manifest that is named after a kind of
 * callers is held against what that kind may know; any other one is a client's, whose kind its name does not tell: one kind that can still
 * run the document suffices.
 */
export function brokenDocuments(documents: readonly RegisteredDocument[], schema: GraphQLSchema, table: AccessTable): BrokenDocument[] {
  const known = new Map(audiences.map((audience) => [audience, schemaOf(audience, schema, table)]));
  return documents.flatMap(({ client, id, text }) => {
    const document = parse(text, { noLocation: true });
    const kinds = audiences.includes(client as Audience) ? [client as Audience] : audiences;
    const complaints = kinds.map((kind) => validate(known.get(kind) as GraphQLSchema, document, rules).map(({ message }) => message));
    if (complaints.some((found) => found.length === 0)) return [];
    const fewest = complaints.toSorted((a, b) => a.length - b.length)[0] ?? [];
    const named = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const operation = named?.kind === Kind.OPERATION_DEFINITION ? named.name?.value : undefined;
    return [{ client, id, operation: operation ?? id.slice(0, 19), problems: fewest }];
  });
}
