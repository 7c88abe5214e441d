import type { AnswerField } from './answer-fields.js';
import type { IsA } from './representations.js';
import { concrete, Tree } from './tree.js';

/**
 * Pure but for `target`: lays a subgraph's answer over what is there already. Only the names that were asked for are read, and everything
 * is copied, so one answer can be laid over many objects. A null never hides what another subgraph knows, nor an interface's name the
 * object's own: the order of answers is no matter.
 */
export function mergeInto(target: Tree, source: Readonly<Record<string, unknown>>, fields: readonly AnswerField[], isA: IsA): void {
  for (let index = 0; index < fields.length; index += 1) {
    const { from, to, inherited, below } = fields[index] as AnswerField;
    if (inherited && !Object.hasOwn(source, from)) continue;
    const value = source[from];
    if (value === undefined) continue;
    if (value === null) {
      if (target[to] === undefined) target[to] = null;
    } else if (below !== null) target[to] = merged(target[to], value, below, isA);
    else {
      if (to === '__typename' && target[to] !== undefined) keepConcrete(target, value, isA);
      target[to] = value;
    }
  }
}

/** A subgraph that knows an interface as an object says the interface's name where another one has said which object it is. */
function keepConcrete(target: Tree, said: unknown, isA: IsA): void {
  const known = target['__typename'];
  if (typeof known === 'string' && typeof said === 'string' && known !== said && isA(known, said)) target[concrete] ??= known;
}

function merged(existing: unknown, value: unknown, fields: readonly AnswerField[], isA: IsA): unknown {
  if (typeof value !== 'object' || value === null) return value ?? existing ?? null;
  if (Array.isArray(value)) {
    const items = Array.isArray(existing) && existing.length === value.length ? (existing as unknown[]) : null;
    if (items === null) {
      // Grown item by item: making it at its length at once costs several times as much.
      const result: unknown[] = [];
      for (let index = 0; index < value.length; index += 1) result.push(merged(undefined, value[index], fields, isA));
      return result;
    }
    for (let index = 0; index < value.length; index += 1) items[index] = merged(items[index], value[index], fields, isA);
    return items;
  }
  const target = typeof existing === 'object' && existing !== null && !Array.isArray(existing) ? (existing as Tree) : new Tree();
  mergeInto(target, value as Readonly<Record<string, unknown>>, fields, isA);
  return target;
}
