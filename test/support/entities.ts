import { randomUUID } from 'node:crypto';
import { type DocumentNode, Kind, parse, valueFromASTUntyped } from 'graphql';
import { redeem, told } from '../journeys/story.js';
import type { TestGraph } from './graph.js';
import { viewers } from './viewers.js';

export interface EntityType {
  readonly subgraph: string;
  readonly type: string;
  /** Its one key field. */
  readonly key: string;
}

/** Every type that a subgraph answers by key, read off its SDL. */
export function entitiesOf(subgraph: string, sdl: string): readonly EntityType[] {
  const document: DocumentNode = parse(sdl);
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    return (definition.directives ?? []).flatMap((directive) => {
      const given = Object.fromEntries((directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
      return directive.name.value === 'key' && given['resolvable'] !== false
        ? [{ subgraph, type: definition.name.value, key: given['fields'] as string }]
        : [];
    });
  });
}

/** Beyond the seed: one row at least of every kind of record, each through its own mutation. */
export async function addRows(graph: TestGraph): Promise<void> {
  const bank = viewers.partner('banking');
  const card = 'mutation ($input: ReportCardTransactionInput!) { reportCardTransaction(input: $input) { __typename } }';
  await told(
    graph,
    bank,
    card,
    { input: { memberRef: 'M-Wu', transactionRef: 'e-1', kind: 'SPEND', cardProduct: 'STANDARD', amountFen: 100 } },
    'e-1',
  );
  const wish = { memberRef: 'M-Yan', cart: [{ item: 'basic-maintenance' }], prefer: ['AUTO-P', 'COAL-P'], cashMaxFen: 10_000 };
  await told(graph, viewers.partner('automotive'), redeem, wish, 'e-2');
  const { em } = graph.subgraph('ledger').database;
  await em
    .fork()
    .execute(
      `insert into ledger.webhook (partner, name, url, since, cursor) values ('automotive', 'e-3', 'https://example.com/', clock(), 'e-3')`,
    );
}

/** A key of a real record of each entity, out of the table of the subgraph that owns it; `null` where there is none. */
export async function realKeys(graph: TestGraph, subgraphs: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const keys = new Map<string, readonly string[]>();
  for (const name of subgraphs) {
    const { database } = graph.subgraph(name);
    const tables = [...database.getMetadata().getAll().values()];
    for (const { type, key } of entitiesOf(name, graph.subgraph(name).sdl)) {
      const table = tables.find(({ className }) => className === type);
      if (!table) continue;
      const found = await database.em
        .fork()
        .execute<{ key: string }[]>(`select "${key}"::text as key from "${name}"."${table.tableName}" order by 1 limit 50`);
      if (found.length > 0)
        keys.set(
          type,
          found.map((row) => row.key),
        );
    }
  }
  // Kept by partner and name rather than by id.
  const webhooks = await graph
    .subgraph('ledger')
    .database.em.fork()
    .execute<{ key: string }[]>(`select partner || '/' || name as key from ledger.webhook`);
  keys.set(
    'Webhook',
    webhooks.map(({ key }) => key),
  );
  keys.set(
    'Me',
    (keys.get('Member') ?? []).map((uid) => `member:${uid}`),
  );
  return keys;
}

/** A key of the same form as a real one, of a record that does not exist. */
export const unknownKey = (real: string): string =>
  real
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, () => randomUUID().replace(/^(.{14})4/, '$17'))
    .replace(/\/e-3$/, '/e-4');
