import { randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { type EventTypeName, eventTypes } from '../../../schema/event-types.js';
import { sealSecret } from '../../../schema/webhook-secret.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { change, rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { countAtOnce, inOrder } from './at-once.js';

export interface WebhookWish {
  readonly partner: string;
  readonly name: string;
  readonly url: string;
  readonly types: readonly EventTypeName[] | null;
  readonly rotateSecret: boolean;
}

/** What the gateway adds: where now is, and its settings. None of it belongs to the body that a key stands for. */
export interface WebhookRules {
  readonly cursor: string;
  readonly overlapMs: number;
  readonly most: number;
}

export type WebhookSavedOutcome =
  /** `secret`: id of the secret that this write made; what it is stays where secrets are. */
  | { readonly kind: 'saved'; readonly partner: string; readonly name: string; readonly secret: string | null }
  | { readonly kind: 'refused'; readonly code: 'WEBHOOK_LIMIT'; readonly max: number };

interface Earlier {
  readonly url: string;
  readonly types: string | null;
}

/** Adds a webhook, which is told what happens from now on, or changes one, which goes on where it was. */
export function saveWebhook(
  { em, ids }: Pick<Context, 'em' | 'ids'>,
  key: WriteKey,
  wish: WebhookWish,
  rules: WebhookRules,
): Promise<Once<WebhookSavedOutcome>> {
  const { partner, name, url, types, rotateSecret } = wish;
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) throw badInput('`name` is 1 to 40 of a–z, 0–9 and -', { argument: 'name' });
  if (types && (types.length === 0 || types.some((type) => !(type in eventTypes)) || new Set(types).size < types.length))
    throw badInput('`types` names kinds of events, each once', { argument: 'types' });
  return once<WebhookSavedOutcome>(em, key, wish, async (tx) => {
    // So that together they stay within the limit.
    if ((await inOrder(tx, partner)).length === 0) throw badInput('There is no such partner', { argument: 'partner' });
    const [earlier] = await rows<Earlier>(
      tx,
      'select url, array_to_json(types)::text as types from webhook where partner = ? and name = ?',
      [partner, name],
    );
    if (!earlier) {
      const [count] = await rows<{ n: number }>(tx, 'select count(*)::int as n from webhook where partner = ?', [partner]);
      if ((count?.n ?? 0) >= rules.most) return { kind: 'refused', code: 'WEBHOOK_LIMIT', max: rules.most };
      await change(tx, `insert into webhook (partner, name, url, types, since, cursor) values (?, ?, ?, ?::text[], clock(), ?)`, [
        partner,
        name,
        url,
        types,
        rules.cursor,
      ]);
    } else {
      if (earlier.url !== url) await countAtOnce(tx, partner);
      await update(tx, wish, earlier.url !== url);
    }
    const secret = !earlier || rotateSecret ? await newSecret(tx, wish, rules.overlapMs, (clear) => sealSecret(ids, partner, clear)) : null;
    await auditChange(tx, key, {
      partner,
      before: earlier ? seen(name, earlier.url, earlier.types === null ? null : (JSON.parse(earlier.types) as string[])) : null,
      after: { ...seen(name, url, types), ...(secret === null ? {} : { newSecret: true }) },
    });
    return { kind: 'saved', partner, name, secret };
  });
}

/** A new URL is a new try, also of what was given up; a new list of types leaves the state alone. Whoever is sending stops before the next one. */
const update = (tx: EntityManager, { partner, name, url, types }: WebhookWish, isMoved: boolean): Promise<number> =>
  change(
    tx,
    `update webhook set url = ?, types = ?::text[], version = version + 1, look_at = clock_timestamp() ${
      isMoved
        ? `, attempts = 0, failing_since = null, next_at = null, state = 'ACTIVE', since = case when state = 'ACTIVE' then since else clock() end`
        : ''
    } where partner = ? and name = ?`,
    [url, types, partner, name],
  );

/** The one before signs on for a while; any older one is over. */
async function newSecret(
  tx: EntityManager,
  { partner, name }: WebhookWish,
  overlapMs: number,
  seal: (clear: string) => string,
): Promise<string> {
  await change(tx, 'delete from webhook_secret where partner = ? and name = ? and until is not null', [partner, name]);
  await change(tx, `update webhook_secret set until = clock() + make_interval(secs => ?) where partner = ? and name = ?`, [
    overlapMs / 1_000,
    partner,
    name,
  ]);
  const id = uuid();
  const sealed = seal(`whsec_${randomBytes(32).toString('base64')}`);
  await change(tx, 'insert into webhook_secret (id, partner, name, sealed, made_at) values (?, ?, ?, ?, clock())', [
    id,
    partner,
    name,
    sealed,
  ]);
  return id;
}

/** The secret that a write made, still sealed: for a day, so that an answer that got lost can be had again, and never later. */
export async function freshSecret(em: EntityManager, id: string): Promise<string | null> {
  const [found] = await rows<{ sealed: string }>(
    em,
    `select sealed from webhook_secret where id = ? and made_at > clock() - interval '24 hours' and (until is null or until > clock())`,
    [id],
  );
  return found?.sealed ?? null;
}

/** What an auditor reads: a path may be a secret of the receiver. */
const seen = (name: string, url: string, types: readonly string[] | null): object => ({ webhook: name, host: new URL(url).host, types });
