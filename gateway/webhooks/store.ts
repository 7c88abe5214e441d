import { GraphQLError } from 'graphql';
import type { WebhookFailureReason } from '../../schema/webhook-failures.js';
import type { Transport } from '../../schema/transport.js';
import { serviceViewer, type Viewer } from '../../schema/viewer.js';

/** An endpoint that this instance alone may send to, until its lease is over. */
export interface Claimed {
  readonly lease: string;
  readonly version: string;
  readonly partner: string;
  readonly url: string;
  readonly types: readonly string[] | null;
  readonly cursor: string;
  readonly attempts: number;
  /** Sealed, newest first. */
  readonly secrets: readonly string[];
}

export interface Work {
  /** By the database's own clock, not the sandbox's. */
  readonly now: string;
  readonly partners: readonly string[];
  readonly due: readonly Claimed[];
}

export interface Settlement extends Pick<Claimed, 'lease' | 'version' | 'cursor'> {
  readonly delivered: boolean;
  readonly failure?: {
    readonly reason: WebhookFailureReason;
    readonly status: number | null;
    readonly event: string | null;
    readonly retryMs: number | null;
  };
  readonly behindSince: string | null;
  /** Absent: the lease goes on. */
  readonly lookInMs?: number;
  readonly leaseMs: number;
}

export interface WebhookStore {
  claim(free: number, leaseMs: number, partners: readonly string[]): Promise<Work>;
  settle(settlement: Settlement): Promise<{ readonly settled: boolean; readonly now: string }>;
  /** A write for a caller, who is handed on with the key of the write. Refuses as the ledger does. */
  write<T>(document: string, variables: Readonly<Record<string, unknown>>, caller: Viewer, key: string): Promise<T>;
}

const claimDocument = `mutation ($free: Int!, $leaseMs: Int!, $partners: [ID!]!) {
  claimWebhooks(free: $free, leaseMs: $leaseMs, partners: $partners) {
    now partners due { lease version partner url types cursor attempts secrets }
  }
}`;
const settleDocument = `mutation ($input: SettleWebhookInput!) { settleWebhook(input: $input) { settled now } }`;

/** The ledger's part of webhooks: settings, leases, and how far each endpoint is. */
export function webhookStore(transport: Transport): WebhookStore {
  const ask = async <T>(query: string, variables: Readonly<Record<string, unknown>>, viewer: Viewer): Promise<T> => {
    const { data, errors } = await transport.send('ledger', { query, variables }, viewer);
    const [error] = errors ?? [];
    if (error || !data) throw new GraphQLError(error?.message ?? 'no answer', { extensions: { ...error?.extensions } });
    return Object.values(data)[0] as T;
  };
  const self = serviceViewer('gateway', 'webhooks');
  return {
    claim: (free, leaseMs, partners) => ask<Work>(claimDocument, { free, leaseMs, partners }, self),
    settle: (input) => ask(settleDocument, { input }, self),
    write: (document, variables, caller, key) => ask(document, variables, { ...caller, via: 'gateway', idempotencyKey: key }),
  };
}
