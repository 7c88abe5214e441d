import { type AccessRule, both } from '../../schema/access.js';
import { byConsent, decide, outlook } from '../../schema/decide.js';
import { isSharedByConsent } from '../../schema/shared-by-consent.js';
import { scopesOfKind } from '../../schema/scopes.js';
import { covers, type Language, type Viewer } from '../../schema/viewer.js';
import type { Marked } from './mark.js';
import { needsOf } from './refusals.js';

/** OPEN on every record, RECORD on some of them, CLOSED on none; HIDDEN closed, and not even the name is known to such a caller. */
export type FieldAccess = 'OPEN' | 'RECORD' | 'CLOSED' | 'HIDDEN';

export interface Outcome {
  readonly decision: FieldAccess;
  readonly needs: readonly string[];
  readonly reason: string;
}

/** One field of a document: where it stands and the rule that decides it. */
export interface RuledField {
  readonly path: readonly string[];
  readonly coordinate: string;
  readonly rule: AccessRule;
}

/** Pure: every field of a marked operation, each place once; `__typename` and introspection need no decision. */
export function ruledFields(marked: readonly Marked[]): readonly RuledField[] {
  const found = new Map<string, RuledField>();
  const look = (selections: readonly Marked[], path: readonly string[]): void => {
    for (const selection of selections) {
      if (selection.kind === 'fragment') look(selection.below, path);
      else if (selection.rules.length > 0) {
        const place = [...path, selection.name];
        const { coordinate, rules } = selection;
        found.set(`${place.join('.')} ${coordinate}`, { path: place, coordinate, rule: rules.reduce(both) });
        look(selection.below ?? [], place);
      }
    }
  };
  look(marked, []);
  return [...found.values()];
}

/** Pure: what a rule means to the viewer, why, and what would open it. */
export function outcomeOf(rule: AccessRule, viewer: Viewer, coordinate: string): Outcome {
  const language = viewer.language;
  if (decide(rule, viewer) !== null) {
    const needs = needsOf(rule, viewer);
    return { decision: 'CLOSED', needs, reason: closedReason(viewer, needs, language) };
  }
  if (!rule.authenticated) return { decision: 'OPEN', needs: [], reason: say(language, '对所有人开放。', 'Open to everyone.') };
  const consented = rule.classes.some((fieldClass) => byConsent.has(fieldClass) && outlook(fieldClass, viewer) === 'record');
  if (consented && viewer.kind !== 'member')
    return {
      decision: 'RECORD',
      needs: [],
      reason: say(
        language,
        '按记录决定:须会员同意由该方读取。',
        'Decided per record: open where the member has agreed that this caller reads it.',
      ),
    };
  if (viewer.partner !== undefined && isSharedByConsent(coordinate))
    return {
      decision: 'RECORD',
      needs: [],
      reason: say(
        language,
        '按记录决定:自己发行的积分始终开放;其他发行方的积分须会员同意共享(SHARED)。',
        'Decided per record: open for points that this caller issues, and for those of other issuers where the member agreed (SHARED).',
      ),
    };
  if (rule.classes.some((fieldClass) => outlook(fieldClass, viewer) === 'record') || isBounded(rule, viewer))
    return {
      decision: 'RECORD',
      needs: [],
      reason: say(language, '按记录决定:仅限调用方自己的记录。', "Decided per record: open on the caller's own."),
    };
  return { decision: 'OPEN', needs: [], reason: say(language, '对此令牌开放。', 'Open to this token.') };
}

/** Every alternative of scopes that the viewer meets is met by a scope for the caller's own only. */
const isBounded = ({ scopes }: AccessRule, { scopes: held }: Viewer): boolean =>
  scopes.length > 0 &&
  scopes
    .filter((all) => all.every((scope) => covers(held, scope)))
    .every((all) => all.some((scope) => scope.endsWith(':own') && !held.includes(`${scope.slice(0, -4)}:all`)));

function closedReason(viewer: Viewer, needs: readonly string[], language: Language): string {
  if (viewer.kind === 'anonymous') return say(language, '需要令牌。', 'Closed without a token.');
  if (viewer.suspended) return say(language, '该伙伴已被暂停。', 'Closed: the partner is suspended.');
  if (needs.length > 0) return say(language, '令牌缺少所需的权限范围。', 'Closed: the token lacks a scope.');
  return say(language, '此类令牌均不可读取。', 'Closed: no token of this kind opens it.');
}

const say = (language: Language, chinese: string, english: string): string => (language === 'zh-CN' ? chinese : english);

/** The rule as this caller may read it: alternatives that no token of the kind can meet are left out. */
export function shownRule(rule: AccessRule, viewer: Viewer): AccessRule {
  const reachable = scopesOfKind[viewer.kind];
  return { ...rule, scopes: rule.scopes.filter((all) => all.every((scope) => covers(reachable, scope))) };
}
