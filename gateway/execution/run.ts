import type { SubgraphRequest } from '../../schema/transport.js';
import { type Failure, maxFailures, type ReadAnswer, readAnswer } from './answer.js';
import { EntityBatch } from './entity-batch.js';
import { Tree } from './tree.js';

/** Asks a subgraph; rejects where it cannot be asked. */
export type Fetch = (subgraph: string, request: SubgraphRequest) => Promise<unknown>;

export interface RunInput {
  /** As the client sent them; subgraphs get them unchanged. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fetch: Fetch;
  /** False for a mutation: what was true before a write may not be true after it. */
  readonly remembers: boolean;
}

/** All answers of subgraphs to one request, about, in bytes; what comes after them counts as no answer. */
const maxAnswerBytes = 6 * 1_048_576;

/** One execution of a plan: the answer as it grows, and what went wrong on the way. */
export class Run {
  readonly root = new Tree();
  readonly failures: Failure[] = [];
  /** Of all answers so far. */
  bytes = 0;
  private readonly batches = new Map<string, EntityBatch>();
  private readonly answers = new Map<string, Promise<ReadAnswer | null>>();

  constructor(readonly input: RunInput) {}

  fail(failure: Failure): void {
    if (this.failures.length < maxFailures) this.failures.push(failure);
  }

  /** Null where the subgraph cannot be asked or answers what is no answer. What it was is said to the log by whoever sent the request. */
  ask(subgraph: string, request: SubgraphRequest): Promise<ReadAnswer | null> {
    return this.input.fetch(subgraph, request).then(
      (answer) => this.heard(answer),
      () => null,
    );
  }

  private heard(answer: unknown): ReadAnswer | null {
    const bytes = (answer as { readonly bytes?: unknown } | null | undefined)?.bytes;
    if (typeof bytes === 'number') this.bytes += bytes;
    return this.bytes > maxAnswerBytes ? null : readAnswer(answer);
  }

  /** The same question of one request is asked once. */
  askOnce(identity: string, ask: () => Promise<ReadAnswer | null>): Promise<ReadAnswer | null> {
    if (!this.input.remembers) return ask();
    let answer = this.answers.get(identity);
    if (!answer) this.answers.set(identity, (answer = ask()));
    return answer;
  }

  batchOf(identity: string, send: (representations: readonly string[]) => Promise<ReadAnswer | null>): EntityBatch {
    let batch = this.batches.get(identity);
    if (!batch) this.batches.set(identity, (batch = new EntityBatch(send, this.input.remembers)));
    return batch;
  }
}
