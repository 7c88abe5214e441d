import type { IncomingHttpHeaders } from 'node:http';
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { AccessTable } from '../../schema/access.js';
import { type Code, codes } from '../../schema/codes.js';
import { decide } from '../../schema/decide.js';
import type { PairwiseIds } from '../../schema/pairwise-id.js';
import { recipientOf, type Viewer } from '../../schema/viewer.js';
import { type GatewayContext, provenBy, TokenRefused, type TokenRules } from '../context.js';
import type { Audience as Kind } from '../introspection/audience.js';
import { checkBudget } from '../limits/pricing.js';
import { paying, type Rates, type Spender } from '../limits/rates.js';
import { badRequest, Refused } from '../limits/refused.js';
import { openTally } from '../limits/tally.js';
import type { StandingOf } from '../standing.js';
import type { Version } from '../versions/version.js';
import type { Versions } from '../versions/versions.js';
import { audienceOf, type EventLog, type StreamEvent } from './event-log.js';
import { changesBalance } from './events-schema.js';
import type { News } from './news.js';
import type { StreamSettings } from '../../schema/stream-settings.js';
import { openBell } from './bell.js';
import { follow, type Sink } from './stream.js';
import { type AskedFor, type Subscribed, subscribed } from './subscribed.js';

/** What streams need of the gateway around them. */
export interface StreamsOptions {
  readonly versions: Pick<Versions<Version>, 'use' | 'current'>;
  readonly rates: Rates;
  readonly tokens: TokenRules;
  readonly ids: PairwiseIds;
  readonly standingOf: StandingOf;
  readonly events: EventLog;
  readonly news: News;
  readonly settings: StreamSettings;
  /** Units of a request that is refused for what it says. */
  readonly refusedCost: number;
  readonly log: Logger;
}

/** A request for a stream, as far as every request is looked at. */
export interface StreamRequest {
  readonly asked: AskedFor;
  readonly viewer: Viewer;
  readonly spender: Spender;
  readonly kind: Kind;
  /** With which the token is proved again while the stream runs. */
  readonly headers: IncomingHttpHeaders;
  readonly expiresAtMs?: number | undefined;
  readonly lastEventId: string | null;
}

export interface Streams {
  /** Refuses by throwing, before anything is written; `begin` opens the way to the reader, and `gone` says when it is lost. */
  open(request: StreamRequest, begin: () => Sink, gone: AbortSignal): Promise<void>;
  /** Ends all of them with a code that tells their readers to come again, and takes no new ones. Resolves when nothing of them runs. */
  drain(): Promise<void>;
  readonly size: () => number;
}

const openingCost = 10;

export function openStreams(options: StreamsOptions): Streams {
  const { versions, settings, events, news, rates, refusedCost, log } = options;
  const running = openTally(settings.streams, settings.streamsPerPrincipal);
  const drains = new Set<() => void>();
  const open = new Set<Promise<void>>();
  let isDraining = false;

  const take = (key: string): void => {
    if (!running.take(key))
      throw new Refused(429, 'RATE_LIMITED', 'There are too many streams open already; end one first', {
        limit: 'streamsPerPrincipal',
        max: settings.streamsPerPrincipal,
      });
  };
  const paid = paying(rates, refusedCost);

  async function serve(request: StreamRequest, begin: () => Sink, gone: AbortSignal): Promise<void> {
    const { viewer, spender, expiresAtMs } = request;
    if (isDraining) throw new Refused(503, 'RECONNECT', codes.RECONNECT, {}, { 'retry-after': '1' });
    const wishIn = wishes(request);
    const { wish, audience, memberUid } = paid(spender, () => {
      const asked = wishIn(versions.current());
      const reader = audienceOf(viewer);
      if (!reader) throw refused('FORBIDDEN_OPERATION');
      const about = memberOf(asked, viewer, options.ids);
      take(spender.key);
      return { wish: asked, audience: reader, memberUid: about };
    });
    const ended = new AbortController();
    const bell = openBell();
    const stopListening = news.listen(audience, bell.ring);
    try {
      rates.spend(spender, openingCost);
      const given = request.lastEventId ?? (wish.args['after'] as string | null | undefined) ?? null;
      // A cursor that cannot be used is refused as any other argument, before there is a stream.
      if (given !== null) await events.page(viewer, given, 1).catch(asRefused);
      const from = given ?? (await events.now(viewer).catch(asRefused));
      if (gone.aborted) return;
      const sink = begin();
      let place = from;
      const noting: Sink = {
        next: (id, answer) => ((place = id), sink.next(id, answer)),
        beat: (id) => ((place = id), sink.beat(id)),
        end: (id, code) => (ended.signal.aborted ? undefined : (ended.abort(), sink.end(id, code))),
      };
      const endNow = (code: Code): void => noting.end(place, code);
      const drain = (): void => endNow('RECONNECT');
      drains.add(drain);
      gone.addEventListener('abort', () => ended.abort(), { once: true });
      const viewerNow = standingCheck(options, request, wishIn);
      const expiry = expiresAtMs === undefined ? undefined : timeoutAt(expiresAtMs, () => endNow('UNAUTHENTICATED'));
      const recheck = setInterval(() => {
        void viewerNow().then((now) => (typeof now === 'string' ? endNow(now) : undefined));
      }, settings.recheckMs);
      try {
        await follow(
          {
            log: events,
            sink: noting,
            viewerNow,
            answer: (event, now) => run(options, wishIn, event, now, request),
            wants: (event) => wanted(wish, event, memberUid),
            endsWith: (event) => endingOf(wish, event, memberUid),
            batch: settings.batch,
            rest: () => bell.rest(settings.beatMs, ended.signal),
            ended: ended.signal,
          },
          from,
        );
      } catch (error) {
        log.error({ err: error }, 'a stream failed');
        endNow('INTERNAL');
      } finally {
        expiry?.();
        clearInterval(recheck);
        drains.delete(drain);
      }
    } finally {
      ended.abort();
      stopListening();
      running.giveBack(spender.key);
    }
  }

  return {
    open(request, begin, gone) {
      const served = serve(request, begin, gone);
      const over = served.catch(() => {}).finally(() => open.delete(over));
      open.add(over);
      return served;
    },
    async drain() {
      isDraining = true;
      for (const end of drains) end();
      await Promise.all(open);
    },
    size: () => drains.size,
  };
}

type WishIn = (version: Version) => Subscribed;

/** What is asked, held against each version of the graph once: whether it fits, is open and may be afforded there. Refuses by throwing. */
function wishes({ asked, viewer, spender, kind }: StreamRequest): WishIn {
  let last: { readonly version: Version; readonly wish: Subscribed } | undefined;
  return (version) => {
    if (last?.version === version) return last.wish;
    const schema = version.supergraph.schemaOf(kind);
    const wish = subscribed(schema, asked);
    const closed = closedTo(version.composed.access, wish.coordinate, viewer);
    if (closed) throw closed;
    const { text, document, operation } = wish.query;
    const queryHash = createHash('sha256').update(`stream\n${text}`).digest('hex');
    const price = version.prices?.priceOf({ schema, queryHash, document, operation, variables: asked.variables ?? {} }, spender.class);
    if (price) checkBudget(price);
    last = { version, wish };
    return wish;
  };
}

/** The same while a stream runs: where the version of now would refuse it, its reader comes again and hears why. */
function stillWished(wishIn: WishIn, version: Version): Subscribed | null {
  try {
    return wishIn(version);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** Who the reader is now: its token is proved again, and what became of it since is asked again. */
function standingCheck(
  { versions, tokens, ids, standingOf }: StreamsOptions,
  { headers, viewer: first }: StreamRequest,
  wishIn: WishIn,
): () => Promise<Viewer | Code> {
  let last: Viewer = first;
  return async () => {
    try {
      last = (await provenBy(headers, tokens, ids)).viewer;
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      if (error.reason === 'invalid') return 'UNAUTHENTICATED';
    }
    const { viewer } = await standingOf(last);
    const version = versions.current();
    const wish = stillWished(wishIn, version);
    return wish ? (closedTo(version.composed.access, wish.coordinate, viewer)?.code ?? viewer) : 'RECONNECT';
  };
}

/** What closes the root field to a viewer, or null. */
function closedTo(access: AccessTable, coordinate: string, viewer: Viewer): Refused | null {
  const rule = access.get(coordinate);
  const code = rule ? decide(rule, viewer) : 'FORBIDDEN_FIELD';
  return code === null ? null : refused(code === 'FORBIDDEN_FIELD' ? 'FORBIDDEN_OPERATION' : code);
}

const refused = (code: Code): Refused => new Refused(code === 'UNAUTHENTICATED' ? 401 : 403, code, codes[code]);

function asRefused(error: unknown): never {
  const { extensions, message } = error as { extensions?: { code?: Code; argument?: string }; message: string };
  if (extensions?.code === undefined) throw error;
  const facts = extensions.argument === undefined ? {} : { argument: extensions.argument };
  throw new Refused(extensions.code === 'SUBGRAPH_UNAVAILABLE' ? 503 : 400, extensions.code, message, facts);
}

/** The member to which a stream is bounded; null where it is not. A stranger's id and one that there is not are refused alike. */
function memberOf({ args }: Subscribed, viewer: Viewer, ids: PairwiseIds): string | null {
  const given = args['member'] as string | null | undefined;
  if (given === undefined || given === null) return null;
  const uid = ids.open(given, recipientOf(viewer));
  if (uid === null) throw badRequest('There is no such member');
  return uid;
}

function wanted({ root, args }: Subscribed, event: StreamEvent, memberUid: string | null): boolean {
  if (root === 'me') return changesBalance(event) || event.type === 'POINTS_EXPIRING';
  const types = args['types'] as readonly string[] | null | undefined;
  return (!types || types.includes(event.type)) && (memberUid === null || event.memberUid === memberUid);
}

/**
 * A member's own stream ends when its consents change and when it is forgotten, for its token names nobody then; a partner's stream about
 * one member when that one withdraws, as whoever is forgotten does.
 */
function endingOf({ root }: Subscribed, { type, memberUid: whose }: StreamEvent, memberUid: string | null): Code | null {
  if (root === 'me' && type === 'MEMBER_ERASED') return 'UNAUTHENTICATED';
  if (root === 'me') return type === 'CONSENT_GRANTED' || type === 'CONSENT_WITHDRAWN' ? 'CONSENT_CHANGED' : null;
  return type === 'CONSENT_WITHDRAWN' && memberUid !== null && whose === memberUid ? 'CONSENT_REQUIRED' : null;
}

const plain = { 'content-type': 'application/json' };

/** One event's answer: a query like any other, priced, decided, planned and run for the viewer of now. */
async function run(
  { versions, events, log }: StreamsOptions,
  wishIn: WishIn,
  event: StreamEvent,
  viewer: Viewer,
  { spender, kind }: StreamRequest,
): Promise<{ text: string; retryAfterMs?: number } | Code> {
  const held = versions.use();
  try {
    const wish = stillWished(wishIn, held.version);
    if (!wish) return 'RECONNECT';
    const { text: query, operationName } = wish.query;
    const body = { query, operationName: operationName ?? null, variables: wish.variablesFor(event.id) };
    const context: GatewayContext = { viewer, spender, log, events, event };
    const answered = await held.version.serverOf(kind)(plain, body, context);
    if (answered.status !== 429) return { text: answered.text };
    const seconds = Number(new Map(answered.headers).get('retry-after') ?? 1);
    return { text: answered.text, retryAfterMs: Math.max(100, seconds * 1_000) };
  } finally {
    held.done();
  }
}

/** Timers hold 24 days at the most; a token that lives longer is looked at again then. Answers how to stop it. */
function timeoutAt(atMs: number, call: () => void): () => void {
  let timer: NodeJS.Timeout;
  const set = (): void => {
    const left = atMs - Date.now();
    timer = left <= 0 ? setTimeout(call, 0) : setTimeout(left > 86_400_000 ? set : call, Math.min(left, 86_400_000));
  };
  set();
  return () => clearTimeout(timer);
}
