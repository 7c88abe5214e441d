import { type GraphQLCompositeType, type GraphQLSchema, getNamedType, isAbstractType, isCompositeType } from 'graphql';
import { dice } from '../gateway/execution/random-operation.js';
import { called, type Field, fieldsOf, isLeaf, wordsIn } from './held-calls.js';

export interface HeldDocument {
  readonly what: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What a document is made of; each share is out of 100. */
interface Taste {
  /** Levels, and fields on each at the most. */
  readonly depth: number;
  readonly width: number;
  /** Of the fields that lead on. */
  readonly composite: number;
  readonly namedFragments: number;
  readonly conditions: number;
  /** Of fields asked again under the same name, with other fields below. */
  readonly again: number;
  readonly aliases: number;
  readonly rootFields: number;
}

const most = { selections: 480, tokens: 1_450, aliases: 30, conditions: 50, definitions: 49, rootFields: 20 };

/**
 * Pure: a valid document near every limit, out of a seed: wide or deep, with every object of each interface and union, with fragments,
 * aliases and conditions.
 */
export function heldDocument(schema: GraphQLSchema, seed: number, kind: 'query' | 'mutation' = 'query'): HeldDocument {
  const roll = dice(seed);
  const taste: Taste = {
    depth: 2 + roll(11),
    width: 1 + roll(12),
    composite: 10 + roll(90),
    namedFragments: roll(2) * roll(60),
    conditions: roll(2) * roll(20),
    again: roll(2) * roll(40),
    aliases: roll(2) * roll(30),
    rootFields: 1 + roll(most.rootFields),
  };
  const left = { ...most };
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fragments: string[] = [];
  let names = 0;
  const happens = (share: number): boolean => roll(100) < share;

  const condition = (): string => {
    if (!happens(taste.conditions) || left.conditions < 2) return '';
    left.conditions -= 1;
    left.tokens -= 12;
    const name = `c${(names += 1)}`;
    declared.push(`$${name}: Boolean!`);
    const included = roll(8) > 0;
    variables[name] = included;
    return ` @include(if: $${name})`;
  };
  const fieldText = (field: Field, depth: number, taken: Set<string>): string | null => {
    const type = getNamedType(field.type);
    const text = called(field, `x${roll(20)}`);
    left.tokens -= wordsIn(text);
    let alias = '';
    const isTaken = taken.has(field.name) && text.includes('"x');
    if (isTaken || happens(taste.aliases)) {
      if (left.aliases < 1) {
        if (isTaken) return null;
      } else {
        left.aliases -= 1;
        left.tokens -= 2;
        alias = `a${(names += 1)}: `;
      }
    }
    if (alias === '') taken.add(field.name);
    left.selections -= 1;
    const when = condition();
    if (!isCompositeType(type)) return `${alias}${text}${when}`;
    left.tokens -= 2;
    return `${alias}${text}${when} ${selection(type, depth - 1)}`;
  };
  const fragmentOn = (type: GraphQLCompositeType, depth: number): string => {
    left.selections -= 1;
    left.tokens -= 5;
    const when = condition();
    const text = selection(type, depth);
    if (!happens(taste.namedFragments) || left.definitions < 1) return `... on ${type.name}${when} ${text}`;
    left.definitions -= 1;
    left.tokens -= 4;
    const name = `F${(names += 1)}`;
    fragments.push(`fragment ${name} on ${type.name} ${text}`);
    return `...${name}${when}`;
  };
  const hasRoom = (): boolean => left.selections > 12 && left.tokens > 60;
  const selection = (type: GraphQLCompositeType, depth: number, width = taste.width): string => {
    const parts: string[] = [];
    const taken = new Set<string>();
    const leaves = fieldsOf(type).filter(isLeaf);
    const leading = fieldsOf(type).filter((field) => !isLeaf(field));
    for (let count = width; count > 0 && hasRoom(); count -= 1) {
      const from = depth > 1 && leading.length > 0 && happens(taste.composite) ? leading : leaves;
      const field = from[roll(from.length)];
      if (!field) continue;
      const text = fieldText(field, depth, taken);
      if (text !== null) parts.push(text);
      if (!happens(taste.again)) from.splice(from.indexOf(field), 1);
    }
    if (isAbstractType(type) && hasRoom())
      for (const one of schema.getPossibleTypes(type)) if (hasRoom() && happens(70)) parts.push(fragmentOn(one, depth));
    if (parts.length === 0) {
      left.selections -= 1;
      left.tokens -= 1;
      parts.push('__typename');
    }
    return `{ ${parts.join(' ')} }`;
  };

  const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  if (!root) throw new Error(`the schema has no ${kind}`);
  const body = selection(root, taste.depth, taste.rootFields);
  const head = declared.length > 0 ? `(${declared.join(', ')})` : '';
  return { what: `seed ${seed}`, query: `${kind} Held${head} ${body}\n${fragments.join('\n')}`, variables };
}
