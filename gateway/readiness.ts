import type { ServerResponse } from 'node:http';
import { keptAnswer, readyKeptMs } from '../schema/kept-answer.js';
import type { Transport } from '../schema/transport.js';
import { send } from './respond.js';

/**
 * Says whether the gateway is ready: every subgraph answers; which one does not is for the log, not for the caller. Asked once for all callers
 * of a moment, for nobody has to say who he is.
 */
export function readiness(transport: Pick<Transport, 'ready'>, subgraphs: readonly string[], isDraining: () => boolean) {
  const subgraphsUp = keptAnswer(readyKeptMs, async () => {
    const answers = await Promise.all(subgraphs.map((name) => transport.ready(name)));
    return answers.filter(Boolean).length;
  });
  return async (response: ServerResponse): Promise<void> => {
    if (isDraining()) return send(response, 503, { status: 'draining' });
    const [up, of] = [await subgraphsUp(), subgraphs.length];
    send(response, up === of ? 200 : 503, { status: up === of ? 'ready' : 'not ready', subgraphs: { up, of } });
  };
}
