import type { IncomingMessage, ServerResponse } from 'node:http';
import { alwaysHeaders } from '../respond.js';
import type { Sink } from './stream.js';
import { endingText } from './stream.js';

/** Whether a request asks for a stream; whoever names several kinds of answer gets one answer. */
export const asksForStream = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  /^\s*text\/event-stream\s*(;[^,]*)?$/i.test(headers.accept ?? '');

/** The place that a reader remembers by itself, as browsers do. */
export const lastEventIdOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | null => {
  const given = headers['last-event-id'];
  return typeof given === 'string' && given !== '' ? given : null;
};

/** Begins an answer in the form of GraphQL over server-sent events, one operation per connection. */
export function openSse(response: ServerResponse, stallMs: number): Sink & { once(answer: string): void } {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    ...alwaysHeaders,
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  const write = (text: string): Promise<boolean> => {
    if (response.writableEnded || response.destroyed) return Promise.resolve(false);
    if (response.write(text)) return Promise.resolve(true);
    return drained(response, stallMs);
  };
  return {
    next: (id, answer) => write(`id: ${id}\nevent: next\ndata: ${answer}\n\n`),
    beat: (id) => write(`:\nid: ${id}\n\n`),
    end(id, code) {
      if (response.writableEnded || response.destroyed) return;
      response.end(`id: ${id}\nevent: next\ndata: ${endingText(code, id)}\n\nevent: complete\ndata: \n\n`);
    },
    once: (answer) => void response.end(`event: next\ndata: ${answer}\n\nevent: complete\ndata: \n\n`),
  };
}

/** Waits until the reader has fetched what is written; one that does not in time is cut, for nothing can be said to it. */
function drained(response: ServerResponse, stallMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isDrained: boolean) => (): void => {
      clearTimeout(timer);
      response.off('drain', onDrain);
      response.off('close', onClose);
      if (!isDrained) response.destroy();
      resolve(isDrained);
    };
    const onDrain = settle(true);
    const onClose = settle(false);
    const timer = setTimeout(settle(false), stallMs);
    response.once('drain', onDrain);
    response.once('close', onClose);
  });
}
