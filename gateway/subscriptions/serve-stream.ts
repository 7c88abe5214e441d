import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayContext } from '../context.js';
import type { Audience } from '../introspection/audience.js';
import type { Spender } from '../limits/rates.js';
import type { Straight, StraightAnswer } from '../straight.js';
import type { StreamSettings } from '../../schema/stream-settings.js';
import { lastEventIdOf, openSse } from './sse.js';
import type { Streams } from './streams.js';
import { isSubscription } from './subscribed.js';

export interface AskedBody {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>> | null;
}

export interface ServedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: AskedBody;
  readonly context: GatewayContext & { readonly spender: Spender };
  readonly kind: Audience;
  readonly expiresAtMs: number | undefined;
  readonly settings: StreamSettings;
}

/** Asks the version of the graph that answers now, as callers of the kind. */
export type Ask = (kind: Audience, ...request: Parameters<Straight>) => Promise<StraightAnswer>;
/** The same for what a caller asked: it is counted, and told to whoever waits for news. */
export type Answer = (
  kind: Audience,
  headers: Parameters<Straight>[0],
  body: AskedBody,
  context: GatewayContext,
) => Promise<StraightAnswer>;

/** Answers one request as an event stream: a subscription for as long as it lasts, anything else once. */
export async function serveStream(
  streams: Streams,
  answer: Answer,
  { request, response, body, context, kind, expiresAtMs, settings }: ServedRequest,
): Promise<void> {
  const { query: text, operationName, variables } = body;
  if (!isSubscription({ text, operationName })) {
    const answered = await answer(kind, { 'content-type': 'application/json' }, body, context);
    return openSse(response, settings.stallMs).once(answered.text);
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const { viewer, spender } = context;
  const asked = { text, operationName, variables };
  const lastEventId = lastEventIdOf(request);
  const { headers } = request;
  await streams.open(
    { asked, viewer, spender, kind, headers, expiresAtMs, lastEventId },
    () => openSse(response, settings.stallMs),
    gone.signal,
  );
}
