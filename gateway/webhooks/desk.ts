import { GraphQLError } from 'graphql';
import { codes } from '../../schema/codes.js';
import type { PairwiseIds } from '../../schema/pairwise-id.js';
import { covers, type Viewer } from '../../schema/viewer.js';
import type { WebhookFailureReason } from '../../schema/webhook-failures.js';
import { openSecret } from '../../schema/webhook-secret.js';
import type { WebhookSettings } from '../../schema/webhook-settings.js';
import type { EventLog } from '../subscriptions/event-log.js';
import { pause } from '../subscriptions/stream.js';
import type { Line } from './line.js';
import { pingOf } from './message.js';
import { failureOf } from './retry.js';
import { signedHeaders } from './signature.js';
import type { WebhookStore } from './store.js';
import { targetOf } from './target.js';

export interface DeskParts {
  readonly store: WebhookStore;
  readonly events: Pick<EventLog, 'now' | 'page'>;
  readonly viewerNow: (partner: string) => Promise<Viewer | null>;
  readonly asPartner: (partner: string) => Viewer;
  readonly openLine: (url: URL) => Line;
  readonly ids: PairwiseIds;
  readonly settings: WebhookSettings;
  /** Whether this instance sends. */
  readonly delivers: boolean;
}

export interface WebhookWish {
  readonly partner?: string | null;
  readonly name: string;
  readonly url: string;
  readonly types?: readonly string[] | null;
  readonly rotateSecret: boolean;
}

export interface Saved {
  readonly id: string | null;
  readonly replayed: boolean;
}

export interface Tested {
  readonly delivered: boolean;
  readonly failure: WebhookFailureReason | null;
  readonly status: number | null;
  readonly replayed: boolean;
}

/** What callers do with webhooks and the gateway alone can: it knows the cursors, and it sends. */
export interface WebhookDesk {
  readonly most: number;
  set(wish: WebhookWish, caller: Viewer, key: string): Promise<Saved & { readonly secret: string | null }>;
  resume(asked: { partner?: string | null; name: string; after?: string | null }, caller: Viewer, key: string): Promise<Saved>;
  test(asked: { partner?: string | null; name: string }, caller: Viewer, key: string): Promise<Tested>;
}

const saveDocument = `mutation ($input: SaveWebhookInput!) { saveWebhook(input: $input) { id partner sealed replayed } }`;
const restartDocument = `mutation ($partner: ID, $name: String!, $after: String) {
  restartWebhook(partner: $partner, name: $name, after: $after) { id replayed }
}`;
const beginDocument = `mutation ($partner: ID, $name: String!) {
  beginWebhookTest(partner: $partner, name: $name) { test partner url secrets now delivered failure status replayed }
}`;
const endDocument = `mutation ($test: ID!, $delivered: Boolean!, $failure: WebhookFailureReason, $status: Int) {
  endWebhookTest(test: $test, delivered: $delivered, failure: $failure, status: $status)
}`;

/** A test that reached nothing takes so long whatever it was: how soon would tell which names there are inside. */
const leastUnreachableMs = 3_000;

export function openDesk({ store, events, viewerNow, asPartner, openLine, ids, settings, delivers }: DeskParts): WebhookDesk {
  return {
    most: settings.endpoints,
    async set(wish, caller, key) {
      mustRead(caller);
      const target = targetOf(wish.url, settings.local);
      if (typeof target === 'string') throw refusal('BAD_INPUT', target, { argument: 'url' });
      const partner = wish.partner ?? caller.partner;
      // Whether the caller may act for that partner is for the ledger to say; where now is tells nothing.
      const cursor = partner === undefined ? '' : await events.now(asPartner(partner));
      const { name, types = null, rotateSecret } = wish;
      const rules = { cursor, overlapMinutes: settings.overlapHours * 60, most: settings.endpoints };
      const input = { partner: wish.partner ?? null, name, url: target.href, types, rotateSecret, ...rules };
      const saved = await store.write<Saved & { readonly partner: string; readonly sealed: string | null }>(
        saveDocument,
        { input },
        caller,
        key,
      );
      return { ...saved, secret: saved.sealed === null ? null : openSecret(ids, saved.partner, saved.sealed) };
    },
    async resume({ partner: named, name, after }, caller, key) {
      mustRead(caller);
      const partner = named ?? caller.partner;
      if (after !== undefined && after !== null && partner !== undefined) await events.page(asPartner(partner), after, 1);
      return store.write<Saved>(restartDocument, { partner: named ?? null, name, after: after ?? null }, caller, key);
    },
    async test({ partner: named, name }, caller, key) {
      if (!delivers) throw refusal('SUBGRAPH_UNAVAILABLE', codes.SUBGRAPH_UNAVAILABLE);
      const begun = await store.write<Tested & Target>(beginDocument, { partner: named ?? null, name }, caller, key);
      const { delivered, failure, status, replayed } = begun;
      if (delivered !== null) return { delivered, failure, status, replayed };
      if (!(await viewerNow(begun.partner))) throw refusal('PARTNER_SUSPENDED', codes.PARTNER_SUSPENDED);
      const outcome = await ping(begun);
      await store.write(endDocument, { test: begun.test, ...outcome }, caller, `${begun.test}:end`);
      return { ...outcome, replayed };
    },
  };

  async function ping({ test, partner, url, secrets: sealed, now }: Target): Promise<Omit<Tested, 'replayed'>> {
    const secrets = sealed.flatMap((each) => openSecret(ids, partner, each) ?? []);
    if (secrets.length === 0) return { delivered: false, failure: 'SECRET_UNREADABLE', status: null };
    const target = targetOf(url, settings.local);
    const line = typeof target === 'string' ? null : openLine(target);
    const least = pause(Math.min(leastUnreachableMs, settings.timeoutMs), new AbortController().signal);
    const id = `ping:${test.replaceAll('-', '')}`;
    const body = pingOf(id, new Date(now));
    const sent = (await line?.post(body, signedHeaders(secrets, id, Date.parse(now), body))) ?? { kind: 'unreachable' as const };
    await line?.close();
    const failed = failureOf(sent);
    if (failed?.reason === 'UNREACHABLE') await least;
    return { delivered: failed === null, failure: failed?.reason ?? null, status: sent.kind === 'answered' ? sent.status : null };
  }
}

interface Target {
  readonly test: string;
  readonly partner: string;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly now: string;
  readonly delivered: boolean | null;
}

/** A system that may not read events may not have them sent either. */
function mustRead({ kind, scopes }: Viewer): void {
  if (kind === 'partner' && !covers(scopes, 'events.read:own'))
    throw refusal('FORBIDDEN_OPERATION', codes.FORBIDDEN_OPERATION, { needs: ['events.read:own'], has: scopes });
}

const refusal = (code: keyof typeof codes, message: string, facts: Readonly<Record<string, unknown>> = {}): GraphQLError =>
  new GraphQLError(message, { extensions: { code, ...facts } });
