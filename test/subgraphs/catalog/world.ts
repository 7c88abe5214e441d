import pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { SubgraphAnswer } from '../../../schema/transport.js';
import type { Viewer } from '../../../schema/viewer.js';
import { subgraph as catalog } from '../../../subgraphs/catalog/index.js';
import type { Faults } from '../../../subgraphs/kernel/faults.js';
import { createLogger } from '../../../subgraphs/kernel/log.js';
import { openSubgraph, type RunningSubgraph } from '../../../subgraphs/kernel/subgraph.js';
import { createTestDatabase } from '../../support/database.js';
import { testIds } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';
import { FakePeers } from './fake-peers.js';

/** The catalog over a real database, with the others played by `peers`. */
export interface World {
  readonly peers: FakePeers;
  readonly subgraph: RunningSubgraph;
  /** Where the catalog is to fail next; asked at every place it reaches. */
  crash: (point: string) => boolean;
  ask(viewer: Viewer, query: string, variables?: Record<string, unknown>, key?: string): Promise<SubgraphAnswer>;
  /** The one field of an answer without errors. */
  get<T = Record<string, unknown>>(viewer: Viewer, query: string, variables?: Record<string, unknown>, key?: string): Promise<T>;
  sql<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
  /** Sets the catalog's clock; `null` lets it run again. */
  setClock(at: Date | null): Promise<void>;
  /** Lets every lease and pause run out, as time would. */
  forgetLeases(): Promise<void>;
  /** Runs the job until nothing is under way any more. */
  resume(): Promise<void>;
  stock(item: string): Promise<number | null>;
  close(): Promise<void>;
}

export class CrashError extends Error {}

export const newMember = (): { uid: string; viewer: Viewer } => {
  const uid = uuid();
  return { uid, viewer: viewers.member(uid) };
};

let counter = 0;
export const newKey = (): string => `key-${(counter += 1)}`;

export async function openWorld(): Promise<World> {
  const database = await createTestDatabase();
  const client = new pg.Client(database.url);
  await client.connect();
  const peers = new FakePeers();
  const faults: Faults = {
    reach: (point) => (world.crash(point) ? Promise.reject(new CrashError(point)) : Promise.resolve()),
  };
  const subgraph = await openSubgraph(catalog, {
    url: database.url,
    transport: peers.transport,
    ids: testIds,
    faults,
    log: createLogger('catalog', process.env['TONGDUI_LOG'] ?? 'silent'),
  });
  const world: World = {
    peers,
    subgraph,
    crash: () => false,
    ask: (viewer, query, variables, key) =>
      subgraph.execute({ query, variables }, key === undefined ? viewer : { ...viewer, idempotencyKey: key }),
    async get(viewer, query, variables, key) {
      const answer = await world.ask(viewer, query, variables, key);
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return Object.values(answer.data ?? {})[0] as never;
    },
    sql: async (text, values) => (await client.query(text, values)).rows as never,
    async setClock(at) {
      const body = at === null ? 'select transaction_timestamp()' : `select timestamptz '${at.toISOString()}'`;
      await client.query(`create or replace function catalog.clock() returns timestamptz stable language sql as $$${body}$$`);
    },
    async forgetLeases() {
      await client.query('update catalog.redemption set lease_until = null');
      await client.query('update catalog.redemption_return set lease_until = null');
    },
    async resume() {
      for (let round = 0; round < 200; round += 1) {
        await world.forgetLeases();
        await subgraph.runJob('resume-redemptions').catch((error: unknown) => {
          if (!(error instanceof CrashError)) throw error;
        });
        const open =
          await client.query(`select 1 from catalog.redemption where step not in ('COMPLETED', 'RELEASED') and not (waiting and step = 'RESERVED')
          union all select 1 from catalog.redemption_return where state = 'PENDING'`);
        if (open.rows.length === 0) return;
      }
      throw new Error('redemptions are still under way after 200 rounds');
    },
    async stock(item) {
      const { rows } = await client.query<{ remaining: number | null }>('select remaining from catalog.shelf where item = $1', [item]);
      return rows[0]?.remaining ?? null;
    },
    async close() {
      await subgraph.close();
      await client.end();
      await database.drop();
    },
  };
  return world;
}

const upsert = `mutation ($input: UpsertItemInput!) { upsertItem(input: $input) {
  __typename ... on ItemSaved { item { id version } checks { rule pass detail } replayed } ... on Refusal { code message } } }`;

/** Offers an item as the owner's own system would; `basic-maintenance` of automotive unless said otherwise. */
export const offer = (world: World, input: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
  const owner = (input['owner'] as string | undefined) ?? 'automotive';
  return world.get(viewers.partner(owner), upsert, { input: { ...maintenance, ...input } }, newKey());
};

export const maintenance = {
  id: 'basic-maintenance',
  name: { zh: '基础保养', en: 'Basic maintenance' },
  category: 'maintenance',
  faceFen: 50_000,
  price: { programme: 'AUTO-P', points: 5_000 },
  delivery: { kind: 'SERVICE_VOUCHER' },
};

export const dataPack = {
  id: 'data-pack-10',
  owner: 'telecom',
  name: { zh: '10GB 流量包', en: 'Data pack 10 GB' },
  category: 'data',
  faceFen: null,
  price: { programme: 'TEL-P', points: 800 },
  delivery: { kind: 'DATA_PACK', amount: 10, unit: 'GB' },
};

export const upsertDocument = upsert;
