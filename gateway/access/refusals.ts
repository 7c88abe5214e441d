import { GraphQLError } from 'graphql';
import type { AccessRule } from '../../schema/access.js';
import { type Code, codes } from '../../schema/codes.js';
import { classScopes, outlook } from '../../schema/decide.js';
import { scopesOfKind } from '../../schema/scopes.js';
import { covers, type Viewer } from '../../schema/viewer.js';
import type { ClosedField } from './closed-fields.js';

/** One error per closed field; a refused document as a whole says FORBIDDEN_OPERATION, where there is a token at all and its holder is not suspended. */
export const refusal = ({ path, coordinate, code, rule }: ClosedField, viewer: Viewer, whole: boolean): GraphQLError => {
  const shown: Code = whole && code === 'FORBIDDEN_FIELD' ? 'FORBIDDEN_OPERATION' : code;
  return new GraphQLError(codes[shown], {
    path,
    extensions: { code: shown, coordinate, needs: needsOf(rule, viewer), has: viewer.kind === 'anonymous' ? [] : viewer.scopes },
  });
};

/**
 * Pure: what would open the rule to this caller. Scopes that no token of the caller's kind can carry are left out, for their names
 * are nobody's business who cannot have them. Empty where the caller lacks nothing that a token could say.
 */
export function needsOf(rule: AccessRule, viewer: Viewer): readonly string[] {
  const anonymous = viewer.kind === 'anonymous';
  const reachable = anonymous ? [...scopesOfKind.member, ...scopesOfKind.partner] : scopesOfKind[viewer.kind];
  const needs: string[] = [];
  if (!rule.scopes.some((all) => all.every((scope) => covers(viewer.scopes, scope))))
    for (const all of rule.scopes) if (all.every((scope) => covers(reachable, scope))) needs.push(all.join(' and '));
  if (!anonymous)
    for (const fieldClass of rule.classes) {
      const scope = classScopes[fieldClass];
      if (scope !== undefined && outlook(fieldClass, viewer) === 'never' && covers(reachable, scope)) needs.push(scope);
    }
  return anonymous && needs.length === 0 ? ['authenticated'] : needs;
}
