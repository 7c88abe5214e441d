import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { closeServer } from './close-server.js';

export interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly id: string; readonly origin: string; readonly at: string; readonly data: Readonly<Record<string, unknown>> };
}

export interface Arrived {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly message: Message;
  /** Null where the signature does not fit. */
  readonly verified: boolean;
}

/** A partner's system that is told: it verifies every message, and acts on each id once. */
export interface Receiver {
  readonly url: string;
  secret: string;
  /** What arrived, also what was refused and what came twice. */
  readonly arrived: readonly Arrived[];
  /** What it acted on. */
  readonly acted: Arrived[];
  /** Answers otherwise than 204: returns true where it did. */
  answer: ((arrived: Arrived, response: ServerResponse) => boolean) | undefined;
  /** Resolves when it has acted on so many. */
  acts(count: number): Promise<void>;
  /** Resolves when so many arrived. */
  arrives(count: number): Promise<void>;
  readonly atOnce: () => number;
  close(): Promise<void>;
}

export async function openReceiver(port = 0): Promise<Receiver> {
  const arrived: Arrived[] = [];
  const acted: Arrived[] = [];
  let open = 0;
  let most = 0;
  const waiting = new Set<() => void>();
  const until = (enough: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!enough()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    open += 1;
    most = Math.max(most, open);
    response.once('close', () => (open -= 1));
    let body = '';
    for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString();
    const headers = request.headers as Record<string, string>;
    const one: Arrived = {
      id: headers['webhook-id'] as string,
      headers,
      body,
      message: JSON.parse(body) as Message,
      verified: isGenuine(receiver.secret, body, headers),
    };
    arrived.push(one);
    if (!receiver.answer?.(one, response)) {
      if (one.verified && !acted.some(({ id }) => id === one.id)) acted.push(one);
      response.writeHead(one.verified ? 204 : 400).end();
    }
    for (const look of waiting) look();
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/told`,
    secret: 'whsec_AAAA',
    arrived,
    acted,
    answer: undefined,
    acts: (count) => until(() => acted.length >= count),
    arrives: (count) => until(() => arrived.length >= count),
    atOnce: () => most,
    close: () => closeServer(server),
  };
  return receiver;
}

function isGenuine(secret: string, body: string, headers: Readonly<Record<string, string>>): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
