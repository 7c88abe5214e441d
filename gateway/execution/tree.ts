export const concrete = Symbol('concrete');

/**
 * An object of the answer while it grows. It has no prototype at all, so a name out of a subgraph's answer or a client's document,
 * be it `__proto__` or `constructor`, is a name like any other. (`Object.create(null)` would do the same as a slow dictionary.)
 */
export class Tree {
  [name: string]: unknown;
  /** Which object this is, where the last subgraph that named its type knows an interface of it only. Plans reckon with the last name. */
  [concrete]?: string;
}
bare(Tree);

/** The same for objects with names of their own, which the engine lays out apart from all others. */
export function treeClass(): typeof Tree {
  const Own = class {};
  bare(Own);
  return Own as typeof Tree;
}

function bare({ prototype }: { readonly prototype: object }): void {
  Object.setPrototypeOf(prototype, null);
  delete (prototype as { constructor?: unknown }).constructor;
}

export type Path = readonly (string | number)[];

/** A value that is a JSON object; arrays and null are not. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names that every object seems to have; they are read only where they are an object's own. */
export const isInherited = (name: string): boolean => name in Object.prototype;

/** Sets a property of a plain object, whatever its name. */
export function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  else target[name] = value;
}
