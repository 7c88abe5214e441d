import { randomUUID } from 'node:crypto';
import { callerClasses, type CallerClass, type Limits } from '../../schema/limits.js';
import type { PairwiseIds } from '../../schema/pairwise-id.js';
import type { Rates, Spender } from './rates.js';

/** How instances hear of each other's spending; what is said may be lost. */
export interface Talk {
  say(text: string): void;
  hear(call: (text: string) => void): void;
}

export interface SharedRates extends Rates {
  /** Says what was spent since the last time. */
  tell(): void;
  stop(): void;
}

/** What one instance says: who it is, the number of what it says, when, and who has spent what. */
type Told = readonly [
  instance: string,
  number: number,
  atMs: number,
  spent: readonly (readonly [key: string, kind: string, units: number])[],
];

/** Nobody but an instance of this graph can read or make what is said. */
const recipient = 'rates';
/** A sealed text above 2,048 characters is not opened, and NOTIFY takes no more than 8,000 bytes. */
const maxBytes = 1_400;
/** At the most so much is said at a time; the rest waits for the next. */
const maxMessages = 16;
/** Whoever has spent less of its burst than this is not worth a word yet. */
const leastShare = 0.01;
/** What is older was held up somewhere, or is said again by somebody else. */
const maxAgeMs = 10_000;

/**
 * Buckets of one instance that follow what is spent at the others: each says in one breath who has spent how much, and the others take that
 * from their own buckets. No request waits for it. What is lost makes a bucket too full, and nothing else.
 */
export function shareRates(
  inner: Rates,
  { rates, shareMs }: Pick<Limits, 'rates' | 'shareMs'>,
  talk: Talk,
  ids: Pick<PairwiseIds, 'sealText' | 'openText'>,
  now: () => number = Date.now,
): SharedRates {
  const instance = randomUUID();
  const spent = new Map<string, { readonly class: CallerClass; units: number }>();
  const heard = new Map<string, number>();
  let number = 0;

  const note = ({ key, class: kind }: Spender, units: number): void => {
    const known = spent.get(key);
    if (known) known.units += units;
    else spent.set(key, { class: kind, units });
  };
  const tell = (): void => {
    const worth = [...spent]
      .filter(([, { class: kind, units }]) => units >= rates[kind].burst * leastShare)
      .sort(([, a], [, b]) => b.units / rates[b.class].burst - a.units / rates[a.class].burst);
    for (let messages = 0; messages < maxMessages && worth.length > 0; messages += 1) {
      const said: [string, string, number][] = [];
      for (let bytes = 0; worth.length > 0;) {
        const [key, { class: kind, units }] = worth[0] as (typeof worth)[number];
        bytes += Buffer.byteLength(JSON.stringify(key)) + 30;
        if (bytes > maxBytes && said.length > 0) break;
        worth.shift();
        spent.delete(key);
        said.push([key, kind, Math.ceil(units)]);
      }
      const told: Told = [instance, (number += 1), now(), said];
      talk.say(ids.sealText(JSON.stringify(told), recipient));
    }
    // What trickles is forgotten rather than kept for everybody who ever asked.
    if (spent.size > maxSpenders) spent.clear();
  };
  talk.hear((sealed) => {
    const told = toldIn(ids.openText(sealed, recipient));
    if (!told) return;
    const [from, count, atMs, list] = told;
    if (from === instance || count <= (heard.get(from) ?? 0) || Math.abs(now() - atMs) > maxAgeMs) return;
    heard.delete(from);
    heard.set(from, count);
    if (heard.size > maxInstances) heard.delete(heard.keys().next().value as string);
    for (const [key, name, units] of list) {
      const kind = callerClasses.find((one) => one === name);
      if (kind) inner.charge({ key, class: kind }, units);
    }
  });
  const timer = setInterval(tell, shareMs).unref();
  return {
    admit: (spender) => inner.admit(spender),
    spend(spender, units) {
      const headers = inner.spend(spender, units);
      note(spender, Math.max(1, units));
      return headers;
    },
    charge(spender, units) {
      inner.charge(spender, units);
      note(spender, units);
    },
    tell,
    stop: () => clearInterval(timer),
  };
}

const maxSpenders = 50_000;
const maxInstances = 1_000;

/** Also of our own graph: an instance of another version may say other things, and a number that is none would open a bucket for good. */
const isTold = (told: unknown): told is Told =>
  Array.isArray(told) &&
  typeof told[0] === 'string' &&
  Number.isFinite(told[1]) &&
  Number.isFinite(told[2]) &&
  Array.isArray(told[3]) &&
  told[3].every((one) => Array.isArray(one) && typeof one[0] === 'string' && Number.isFinite(one[2]) && one[2] > 0);

function toldIn(text: string | null): Told | null {
  if (text === null) return null;
  try {
    const told: unknown = JSON.parse(text);
    return isTold(told) ? told : null;
  } catch {
    return null;
  }
}
