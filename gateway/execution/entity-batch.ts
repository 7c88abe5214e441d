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

/**
 * All entities of one request that are asked by the same subquery: each representation is asked once, and whatever parts of the plan
 * want at the same moment goes in one call.
 */
export class EntityBatch {
  private readonly slots = new Map<string, Slot>();
  /** By type and only key, in front of the others: most entities of a large answer are asked for many times over. */
  private readonly byKey = new Map<string, Map<string, Slot>>();
  private open: EntityCall | null = null;

  constructor(
    private readonly send: Send,
    private readonly remembers: boolean,
  ) {}

  /** The slot of an entity, null where it cannot be represented yet. */
  slotFor(entity: Tree, representation: Representation): Slot | null {
    const key = representation.key === null ? undefined : entity[representation.key];
    const typename = entity['__typename'];
    const isKeyed = typeof key === 'string' && typeof typename === 'string';
    let keyed = isKeyed ? this.byKey.get(typename) : undefined;
    const known = isKeyed ? keyed?.get(key) : undefined;
    if (known) return known;
    const text = representation(entity);
    if (text === null) return null;
    const slot = this.slotOf(text);
    if (isKeyed) {
      if (!keyed) this.byKey.set(typename, (keyed = new Map()));
      keyed.set(key, slot);
    }
    return slot;
  }

  private slotOf(representation: string): Slot {
    let slot = this.slots.get(representation);
    if (!slot) {
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
          this.byKey.clear();
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
