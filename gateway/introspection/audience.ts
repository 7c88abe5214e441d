import type { GraphQLSchema } from 'graphql';
import type { AccessTable } from '../../schema/access.js';
import { decide } from '../../schema/decide.js';
import { scopesOfKind } from '../../schema/scopes.js';
import type { Viewer, ViewerKind } from '../../schema/viewer.js';
import { type Sees, visibleSchema } from './visible-schema.js';

/** Kinds of callers from outside; another subgraph never comes through the gateway. */
export const audiences = ['anonymous', 'member', 'partner', 'staff', 'regulator'] as const;
export type Audience = (typeof audiences)[number];

/** Pure: what a caller of this kind may know to exist: all that some token of the kind could open. The rest is an unknown name. */
export function knownTo(kind: ViewerKind, table: AccessTable): Sees {
  const viewers = strongest(kind);
  return (coordinate) => {
    const rule = table.get(coordinate);
    return rule !== undefined && viewers.some((viewer) => decide(rule, viewer) === null);
  };
}

/** Viewers of the kind with every scope that it can have: bounded to a partner and, where there are such, not. */
function strongest(kind: ViewerKind): readonly Viewer[] {
  const viewer: Viewer = { kind, sub: '', scopes: scopesOfKind[kind], language: 'en', traceId: '' };
  switch (kind) {
    case 'anonymous':
      return [viewer, ...strongest('member'), ...strongest('partner')];
    case 'partner':
      return [{ ...viewer, partner: '' }];
    case 'staff':
      return [viewer, { ...viewer, partner: '' }];
    case 'member':
    case 'regulator':
    case 'service':
      return [viewer];
  }
}

/** The schema against which the documents of such callers are validated. */
export const schemaOf = (audience: Audience, schema: GraphQLSchema, table: AccessTable): GraphQLSchema =>
  visibleSchema(schema, knownTo(audience, table));

/** The schema that introspection shows: what this caller's own token could open on some record. */
export const schemaFor = (viewer: Viewer, schema: GraphQLSchema, table: AccessTable): GraphQLSchema =>
  visibleSchema(schema, (coordinate) => {
    const rule = table.get(coordinate);
    return rule !== undefined && decide(rule, viewer) === null;
  });
