import { maxRepresentations } from '../../schema/transport.js';
import type { Failure, ReadAnswer } from './answer.js';
import type { Representation } from './representations.js';
import { isRecord, type Tree } from './tree.js';

/** Sends representations, each as JSON. */
type Send = (representations: readonly string[]) => Promise<ReadAnswer | null>;

const isEntity = (value: unknown): boolean => value === null || isRecord(value);

/** One call for many entities. */
export class EntityCall {
  readonly representations: string[] = [];
  /** Null until answered, and for good where the subgraph gave no usable answer. */
  entities: readonly unknown[] | null = null;
  answered!: Promise<void>;
  /** Errors by the entity's index, with the rest of their path. */
  private readonly byIndex = new Map<number, Failure[]>();
  /** Indices of what is no entity at all. */
  private readonly nonsense = new Set<number>();
  /** Errors that name no entity; whoever comes first reports them. */
  private general: Failure[] = [];
  /** The error of the call as a whole, which then stands at every entity. */
  whole: Failure | null = null;

  read(answer: ReadAnswer | null): void {
    if (answer === null) return;
    const entities = answer.data?.['_entities'];
    const usable = Array.isArray(entities) && entities.length === this.representations.length;
    for (const error of answer.errors) {
      const [first, index, ...rest] = error.path ?? [];
      if (first !== '_entities') this.general.push({ ...error, path: undefined });
      else if (typeof index !== 'number') this.whole ??= error;
      else {
        const list = this.byIndex.get(index) ?? [];
        this.byIndex.set(index, list);
        list.push({ ...error, path: rest });
      }
    }
    if (usable) {
      this.entities = entities as unknown[];
      for (let index = 0; index < entities.length; index += 1) if (!isEntity(entities[index])) this.nonsense.add(index);
    } else if (answer.errors.length > 0 && (answer.data === null || entities === null || entities === undefined)) this.entities = [];
  }

  /** Whether the subgraph answered to one entity, be it with null or an error. */
  reached(index: number): boolean {
    return this.entities !== null && !this.nonsense.has(index);
  }

  errorsOf(index: number): readonly Failure[] {
    return this.byIndex.get(index) ?? (this.whole ? [{ ...this.whole, path: [] }] : []);
  }

  get hasProblem(): boolean {
    return this.entities === null || this.nonsense.size > 0 || this.byIndex.size > 0 || this.whole !== null;
  }

  takeGeneral(): readonly Failure[] {
    const taken = this.general;
    this.general = [];
    return taken;
  }
}

export interface Slot {
  readonly call: EntityCall;
  readonly index: number;
}

/** An entity that was represented before. */
interface Known {
  /** The values that went into it, without its type and its last value, by which it is found. */
  readonly values: readonly unknown[];
  readonly slot: Slot;
  readonly next: Known | undefined;
  readonly count: number;
}

/** After so many entities it shows whether they are asked for again and again. */
const enough = 16;
/** More entities than this that differ in their other values only are not told apart by looking at each. */
const maxAlike = 4;

/**
 * All entities of one request that are asked by the same subquery: each representation is asked once, and whatever parts of the plan
 * want at the same moment goes in one call.
 */
export class EntityBatch {
  private readonly slots = new Map<string, Slot>();
  /** By type and last value, in front of the others: most entities of a large answer are asked for many times over. */
  private readonly known = new Map<string, Map<unknown, Known>>();
  private repeated = 0;
  private met = 0;
  private open: EntityCall | null = null;

  constructor(
    private readonly send: Send,
    private readonly remembers: boolean,
  ) {}

  /** The slot of an entity, null where it cannot be represented yet. */
  slotFor(entity: Tree, representation: Representation): Slot | null {
    const { names } = representation;
    const looks = names !== null && (names.length === 1 || (this.met >= enough && this.repeated * 2 > this.met));
    return looks ? this.slotOfValues(entity, names, representation) : this.slotOf(representation(entity));
  }

  /** Looks at the values before a text is made of them. */
  private slotOfValues(entity: Tree, names: readonly string[], representation: Representation): Slot | null {
    const last = names.length - 1;
    const value = entity[names[last] as string];
    const typename = entity['__typename'];
    if (typeof typename !== 'string' || (typeof value !== 'string' && typeof value !== 'number'))
      return this.slotOf(representation(entity));
    let ofType = this.known.get(typename);
    const first = ofType?.get(value);
    for (let one = first; one !== undefined; one = one.next) if (isSame(one.values, entity, names)) return one.slot;
    const slot = this.slotOf(representation(entity));
    const count = first === undefined ? 1 : first.count + 1;
    if (slot === null || count > maxAlike) return slot;
    if (ofType === undefined) this.known.set(typename, (ofType = new Map()));
    ofType.set(value, { values: last === 0 ? none : names.slice(0, last).map((name) => entity[name]), slot, next: first, count });
    return slot;
  }

  private slotOf(representation: string | null): Slot | null {
    if (representation === null) return null;
    this.met += 1;
    let slot = this.slots.get(representation);
    if (slot) this.repeated += 1;
    else {
      if (!this.open || this.open.representations.length >= maxRepresentations) this.open = this.start();
      slot = { call: this.open, index: this.open.representations.push(representation) - 1 };
      this.slots.set(representation, slot);
    }
    return slot;
  }

  /** The call leaves when everything that can run now has run: by then every part of the plan that waited for the same answer has asked. */
  private start(): EntityCall {
    const call = new EntityCall();
    call.answered = new Promise<void>((resolve, reject) => {
      process.nextTick(() => {
        if (this.open === call) this.open = null;
        if (!this.remembers) {
          this.slots.clear();
          this.known.clear();
        }
        this.send(call.representations).then((answer) => {
          call.read(answer);
          resolve();
        }, reject);
      });
    });
    return call;
  }
}

const none: readonly unknown[] = [];

function isSame(values: readonly unknown[], entity: Tree, names: readonly string[]): boolean {
  for (let index = 0; index < values.length; index += 1) if (values[index] !== entity[names[index] as string]) return false;
  return true;
}
