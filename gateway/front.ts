import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { codes } from '../schema/codes.js';
import { Answers } from '../schema/drain.js';
import { NotSent } from './limits/body.js';
import { oneAtATime } from './limits/one-at-a-time.js';
import { Refused } from './limits/refused.js';
import { forOrigins } from './origins.js';
import { refuse, type Refusal } from './respond.js';

export interface FrontOptions {
  /** Answers a request, or refuses it by throwing. */
  readonly route: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Errors that are a refusal, besides `Refused`. */
  readonly refusalOf?: (error: unknown) => Refusal | null;
  readonly refused: (code: string) => void;
  /** Whose pages may read answers; none unless they are named. */
  readonly origins?: readonly string[] | undefined;
  readonly log: Logger;
}

/** What is the same for whatever is behind a port: one request of a connection at a time, refusals, nothing said of failures, and its end. */
export interface Front {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** From now on each answer ends its connection. */
  drain(): void;
  isDraining(): boolean;
}

export function openFront({ route, refusalOf = () => null, refused, origins = [], log }: FrontOptions): Front {
  const answers = new Answers();
  const isPreflight = forOrigins(origins);
  const fail = (response: ServerResponse, error: unknown): void => {
    if (error instanceof NotSent) return refused('NOT_SENT');
    const refusal = error instanceof Refused ? error : refusalOf(error);
    refused(refusal?.code ?? 'INTERNAL');
    if (response.headersSent) return void response.destroy();
    if (refusal) return refuse(response, refusal);
    log.error({ err: error }, 'a request failed');
    return refuse(response, { status: 500, code: 'INTERNAL', message: codes.INTERNAL });
  };
  return {
    handle(request, response) {
      answers.begin(response);
      oneAtATime(request, response, () => {
        if (isPreflight(request, response)) return;
        route(request, response).catch((error: unknown) => fail(response, error));
      });
    },
    drain: () => answers.drain(),
    isDraining: () => answers.isDraining,
  };
}
