import type { IncomingHttpHeaders } from 'node:http';
import { hash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import { freshBytes } from '../schema/fresh-bytes.js';
import { isKey, keyMalformed } from '../schema/idempotency-key.js';
import type { PairwiseIds } from '../schema/pairwise-id.js';
import type { EventLog, StreamEvent } from './subscriptions/event-log.js';
import type { WebhookDesk } from './webhooks/desk.js';
import type { Spender } from './limits/rates.js';
import { badRequest } from './limits/refused.js';
import { anonymous, type Language, type Viewer, type ViewerKind } from '../schema/viewer.js';

/** What one request carries through the gateway. */
export interface GatewayContext {
  readonly viewer: Viewer;
  /** Whether it is known what became of the caller's rights since the token was issued; absent means yes. */
  readonly standingKnown?: boolean;
  /** Whose units the operation costs; absent where nothing is counted. */
  readonly spender?: Spender;
  readonly log: Logger;
  /** What happened, where it can be read. */
  readonly events?: EventLog;
  /** What callers do with webhooks, where there are any. */
  readonly webhooks?: WebhookDesk;
  /** The event that this operation is run for. */
  readonly event?: StreamEvent;
}

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
}

/** A request whose token is not one of ours, or whose issuer cannot be asked: never the same as a request without a token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  constructor(
    readonly reason: 'invalid' | 'issuer-unavailable',
    message: string,
  ) {
    super(message);
  }
}

const kinds: ReadonlySet<string> = new Set(['partner', 'member', 'staff', 'regulator'] satisfies ViewerKind[]);
/** Bounds what its claims come to in the header to subgraphs as well, where each two bytes beyond ASCII take six. */
const maxTokenLength = 4_096;

export interface Proven {
  readonly viewer: Viewer;
  /** The program that holds the token (`azp`), which is not the one for whom it asks. */
  readonly client?: string | undefined;
  /** When the token runs out; absent where there is none. */
  readonly expiresAtMs?: number;
}

/**
 * Who is asking. Bearer tokens are verified here and only here, before anything of the body is parsed. A promise only where a token was not
 * met before.
 */
export function provenBy(headers: IncomingHttpHeaders, rules: TokenRules, ids: PairwiseIds): Proven | Promise<Proven> {
  const language = languageOf(headers['accept-language']);
  const traceId = traceIdOf(headers['traceparent']);
  const common = { language, traceId, ...keyIn(headers) };
  const authorization = headers.authorization;
  if (authorization === undefined || authorization === '') return { viewer: { ...anonymous(language, traceId), ...common } };
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
  if (!token || token.length > maxTokenLength)
    throw new TokenRefused('invalid', 'The Authorization header is not a bearer token of this graph');
  const found = known(token, rules, ids);
  const proven = ({ viewer, client, expiresAtMs }: Known): Proven => ({ viewer: { ...viewer, ...common }, client, expiresAtMs });
  return found instanceof Promise ? found.then(proven) : proven(found);
}

/** Checked although a read needs none: it goes on to every subgraph in a header, in which what has to be escaped takes six times the room. */
function keyIn({ 'idempotency-key': idempotencyKey }: IncomingHttpHeaders): Pick<Viewer, 'idempotencyKey'> {
  if (idempotencyKey === undefined || idempotencyKey === '') return {};
  if (typeof idempotencyKey !== 'string' || !isKey(idempotencyKey)) throw badRequest(keyMalformed);
  return { idempotencyKey };
}

interface Known extends Pick<Proven, 'client'> {
  readonly viewer: Omit<Viewer, 'language' | 'traceId'>;
  readonly untilMs: number;
  readonly expiresAtMs: number;
}

/** Verified tokens of one set of rules, by their hash; a token that is used again is not verified again for a while. */
const proven = new WeakMap<TokenRules, Map<string, Known>>();
const maxProven = 10_000;
/** A key that its issuer takes back is refused at the latest after this. */
const provenMs = 30_000;

function known(token: string, rules: TokenRules, ids: PairwiseIds): Known | Promise<Known> {
  let tokens = proven.get(rules);
  if (!tokens) proven.set(rules, (tokens = new Map()));
  const name = hash('sha256', token, 'base64');
  const earlier = tokens.get(name);
  const now = Date.now();
  if (earlier && now < earlier.untilMs) return earlier;
  tokens.delete(name);
  return verified(token, rules).then((claims) => {
    const { azp: client, exp = 0 } = claims;
    const fresh = {
      viewer: viewerFrom(claims, ids),
      client: typeof client === 'string' ? client : undefined,
      untilMs: Math.min(now + provenMs, exp * 1_000),
      expiresAtMs: exp * 1_000,
    };
    if (tokens.size >= maxProven) tokens.delete(tokens.keys().next().value as string);
    tokens.set(name, fresh);
    return fresh;
  });
}

async function verified(token: string, rules: TokenRules): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, rules.keys, {
      issuer: rules.issuer,
      audience: rules.audience,
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      clockTolerance: 5,
      requiredClaims: ['sub', 'exp', 'kind', 'scope'],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new TokenRefused('invalid', 'The token has expired');
    if (error instanceof errors.JOSEError) throw new TokenRefused('invalid', 'The token is not one of this graph');
    throw new TokenRefused('issuer-unavailable', "The token's issuer cannot be asked for its keys right now");
  }
}

/** Pure: claims to viewer. A partner's token without a partner, or a member's subject that is no member id, is refused. */
export function viewerFrom(claims: JWTPayload, ids: PairwiseIds): Omit<Viewer, 'language' | 'traceId'> {
  const { sub, kind, scope, partner } = claims as JWTPayload & { kind?: unknown; scope?: unknown; partner?: unknown };
  if (typeof sub !== 'string' || typeof kind !== 'string' || !kinds.has(kind) || typeof scope !== 'string')
    throw new TokenRefused('invalid', 'The token lacks a claim');
  const viewer = { kind: kind as ViewerKind, sub, scopes: scope.split(' ').filter(Boolean) };
  if (kind === 'member') {
    const uid = ids.open(sub, 'member');
    if (uid === null) throw new TokenRefused('invalid', 'The token names no member');
    return { ...viewer, uid };
  }
  if (kind === 'partner' && typeof partner !== 'string') throw new TokenRefused('invalid', 'The token names no partner');
  return typeof partner === 'string' ? { ...viewer, partner } : viewer;
}

/** Chinese where the caller prefers it, else English. */
export const languageOf = (header: string | undefined): Language => (/^\s*zh\b/i.test(header ?? '') ? 'zh-CN' : 'en');

/** The trace that a caller is in, or a new one. */
export const traceIdOf = (header: string | string[] | undefined): string =>
  (typeof header === 'string' ? /^00-([0-9a-f]{32})-/.exec(header)?.[1] : undefined) ?? freshTraceId();

const freshTraceId = freshBytes(16, 'hex');
