import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import type { SubgraphAnswer } from '../../schema/transport.js';

export interface Told extends SubgraphAnswer {
  readonly id: string | undefined;
}

/** One event stream as a plain HTTP client sees it. */
export interface EventStream {
  readonly status: number;
  /** The next answer; null where the stream has ended. */
  next(): Promise<Told | null>;
  /** Everything that has come so far and was not taken. */
  readonly waiting: readonly Told[];
  /** The last id that the stream named, with an answer or without. */
  readonly lastId: () => string | undefined;
  /** Ends the connection the hard way. */
  cut(): void;
  /** The body of an answer that is no stream. */
  body(): Promise<SubgraphAnswer>;
  readonly raw: IncomingMessage;
}

export async function openEventStream(
  url: string,
  token: string | undefined,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const sent: ClientRequest = httpRequest(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    agent: false,
  });
  sent.end(JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const waiting: Told[] = [];
  const takers: ((told: Told | null) => void)[] = [];
  let text = '';
  let lastId: string | undefined;
  let isOver = false;
  const over = (): void => {
    isOver = true;
    for (const take of takers.splice(0)) take(null);
  };
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    if (!/event-stream/.test(response.headers['content-type'] ?? '')) return;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
      text = text.slice(end + 2);
      lastId = fields.get('id') ?? lastId;
      if (fields.get('event') !== 'next') continue;
      const { extensions: _cost, ...answer } = JSON.parse(fields.get('data') ?? '') as SubgraphAnswer & { extensions?: unknown };
      const told = { id: fields.get('id'), ...answer };
      const take = takers.shift();
      if (take) take(told);
      else waiting.push(told);
    }
  });
  response.once('close', over);
  return {
    status: response.statusCode ?? 0,
    waiting,
    raw: response,
    lastId: () => lastId,
    next: () =>
      waiting.length > 0
        ? Promise.resolve(waiting.shift() as Told)
        : isOver
          ? Promise.resolve(null)
          : new Promise((resolve) => takers.push(resolve)),
    cut: () => void sent.destroy(),
    async body() {
      if (!response.readableEnded) await once(response, 'end');
      return JSON.parse(text) as SubgraphAnswer;
    },
  };
}
