import type { Viewer } from './viewer.js';

/** One GraphQL request to one subgraph, by the gateway or by another subgraph. */
export interface SubgraphRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
  /** The same as JSON, where the sender has it at hand. */
  readonly text?: string | undefined;
}

export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly SubgraphError[] | undefined;
  /** How long it is as text, about; said by the transport, never by the subgraph. */
  readonly bytes?: number | undefined;
}

/** The most records that a subgraph answers by key in one request; a caller splits what is more. */
export const maxRepresentations = 200;

/** How calls reach subgraphs: in this process, or signed over HTTP. Answers in its time, or rejects with `Unavailable` and nothing else. */
export interface Transport {
  send(subgraph: string, request: SubgraphRequest, viewer: Viewer): Promise<SubgraphAnswer>;
  /** Whether the subgraph and its database answer. Never rejects. */
  ready(subgraph: string): Promise<boolean>;
  close(): Promise<void>;
}

/** The subgraph could not be asked or did not answer in time: never the same as "no" or "nothing there". */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  constructor(
    readonly subgraph: string,
    readonly reason: string,
  ) {
    super(`A part of the graph could not be reached`);
  }
}
