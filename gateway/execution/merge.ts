import type { AnswerField } from './answer-fields.js';
import type { IsA } from './representations.js';
import { concrete, Tree, treeClass } from './tree.js';
import { quoted, unrolled, Usage } from './unrolled.js';

type Source = Readonly<Record<string, unknown>>;

interface Unrolled {
  readonly over: (target: Tree, source: Source) => void;
  readonly fresh: (source: Source) => Tree;
}

/**
 * Lays a subgraph's answers over what is there already. Only the names that were asked for are read, and everything is copied, so one answer
 * can be laid over many objects. A null never hides what another subgraph knows, nor an interface's name the object's own: the order of
 * answers is no matter.
 */
export class Merger {
  private readonly below: readonly (Merger | null)[];
  private readonly usage = new Usage();
  private own: Unrolled | null = null;

  constructor(
    private readonly fields: readonly AnswerField[],
    private readonly isA: IsA,
  ) {
    this.below = fields.map(({ below }) => below && new Merger(below, isA));
  }

  /** An object laid over one that is there. */
  over(target: Tree, source: Source): void {
    if (this.own !== null) return this.own.over(target, source);
    if (this.usage.add(1) && (this.own = this.unroll()) !== null) return this.own.over(target, source);
    for (let index = 0; index < this.fields.length; index += 1) {
      const { from, to, inherited } = this.fields[index] as AnswerField;
      if (inherited && !Object.hasOwn(source, from)) continue;
      const value = source[from];
      if (value === undefined) continue;
      const below = this.below[index] as Merger | null;
      if (value === null) {
        if (target[to] === undefined) target[to] = null;
      } else if (below !== null) target[to] = below.value(target[to], value);
      else {
        if (to === '__typename' && target[to] !== undefined) this.keepConcrete(target, value);
        target[to] = value;
      }
    }
  }

  /** A new object. */
  fresh(source: Source): Tree {
    if (this.own !== null) return this.own.fresh(source);
    const target = new Tree();
    this.over(target, source);
    return target;
  }

  /** Whatever was answered where objects may be, lists of them included. */
  value(existing: unknown, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value ?? existing ?? null;
    if (Array.isArray(value)) {
      const items = Array.isArray(existing) && existing.length === value.length ? (existing as unknown[]) : null;
      if (items === null) {
        // Grown item by item: making it at its length at once costs several times as much.
        const result: unknown[] = [];
        for (let index = 0; index < value.length; index += 1) result.push(this.value(undefined, value[index]));
        return result;
      }
      for (let index = 0; index < value.length; index += 1) items[index] = this.value(items[index], value[index]);
      return items;
    }
    if (typeof existing !== 'object' || existing === null || Array.isArray(existing)) return this.fresh(value as Source);
    this.over(existing as Tree, value as Source);
    return existing;
  }

  /** A subgraph that knows an interface as an object says the interface's name where another one has said which object it is. */
  private keepConcrete(target: Tree, said: unknown): void {
    const known = target['__typename'];
    if (typeof known === 'string' && typeof said === 'string' && known !== said && this.isA(known, said)) target[concrete] ??= known;
  }

  private unroll(): Unrolled | null {
    // Two answers under one name are rare; the loop knows what to do.
    if (new Set(this.fields.map(({ to }) => to)).size < this.fields.length) return null;
    const made = this.fields.map((field, index) => {
      const [from, to] = [quoted(field.from), quoted(field.to)];
      const read = `v = ${field.inherited ? `Object.hasOwn(s, ${from}) ? s[${from}] : undefined` : `s[${from}]`};`;
      const below = this.below[index] !== null;
      const named = field.to === '__typename' ? `if (t[${to}] !== undefined) keepConcrete(t, v); ` : '';
      return {
        fresh: `${read} if (v !== undefined) t[${to}] = ${below ? `v === null ? null : below${index}.value(undefined, v)` : 'v'};`,
        over: `${read} if (v === null) { if (t[${to}] === undefined) t[${to}] = null; } else if (v !== undefined) { ${named}t[${to}] = ${below ? `below${index}.value(t[${to}], v)` : 'v'}; }`,
      };
    });
    const text = `return {
      fresh(s) { const t = new Own(); let v; ${made.map(({ fresh }) => fresh).join('\n')} return t; },
      over(t, s) { let v; ${made.map(({ over }) => over).join('\n')} },
    };`;
    return unrolled<Unrolled>(text, {
      Own: treeClass(),
      keepConcrete: (target: Tree, said: unknown) => this.keepConcrete(target, said),
      ...Object.fromEntries(this.below.map((merger, index) => [`below${index}`, merger])),
    });
  }
}
