import type { EntityManager } from '@mikro-orm/postgresql';
import { loadByKey } from '../../../../subgraphs/kernel/loader.js';
import { change, rows } from '../../../../subgraphs/kernel/sql.js';
import type { SubgraphDefinition } from '../../../../subgraphs/kernel/subgraph.js';
import { as } from '../../../../subgraphs/kernel/union.js';
import type { Loaders } from '../../../../subgraphs/ledger/clearing/context.js';
import { appendObligations, type NewObligation } from '../../../../subgraphs/ledger/clearing/obligations.js';
import { subgraph } from '../../../../subgraphs/ledger/index.js';
import { Partner } from '../../../../subgraphs/ledger/partners/partner.entity.js';
import { Programme } from '../../../../subgraphs/ledger/partners/programme.entity.js';
import { openTestSubgraph, type TestSubgraph } from '../../../support/subgraph.js';

/** The ledger over a fresh database; its partners and programmes have an id and nothing else, for clearing asks no more of them. */
export interface TestLedger extends TestSubgraph {
  readonly em: () => EntityManager;
  /** Sets the clock; a transaction that calls `begunAt` has its own. */
  at(instant: string): Promise<void>;
  append(...obligations: NewObligation[]): Promise<{ id: string }[]>;
}

const partners = new Set(['automotive', 'coalition', 'edu', 'operator', 'retailer', 'telecom']);

export async function openTestLedger(): Promise<TestLedger> {
  const definition = subgraph as unknown as SubgraphDefinition<Loaders>;
  const ledger = await openTestSubgraph({
    ...definition,
    loaders: (context: Parameters<(typeof definition)['loaders']>[0]) => ({
      ...definition.loaders(context),
      partner: loadByKey(
        (ids) => Promise.resolve(ids.filter((id) => partners.has(id)).map((id) => as(Partner, { id } as Partner))),
        ({ id }) => id,
      ),
      programme: loadByKey(
        (ids) => Promise.resolve(ids.map((id) => as(Programme, { id } as Programme))),
        ({ id }) => id,
      ),
    }),
  } as never);
  const em = () => ledger.subgraph.database.em.fork() as EntityManager;
  return {
    ...ledger,
    em,
    async at(instant) {
      await change(
        em(),
        `create or replace function clock() returns timestamptz stable language sql as
           $$ select coalesce(nullif(current_setting('test.clock', true), ''), '${instant}')::timestamptz $$`,
      );
    },
    append: (...obligations) => em().transactional((tx) => appendObligations(tx, obligations)),
  };
}

/** From here on the transaction's clock shows this instant, as if it had begun then. */
export const begunAt = (tx: EntityManager, instant: string): Promise<object[]> =>
  rows(tx, `select set_config('test.clock', ?, true)`, [instant]);

export const yan: NewObligation = {
  kind: 'REDEMPTION',
  debtor: 'coalition',
  creditor: 'automotive',
  programme: 'COAL-P',
  points: 30_000n,
  fen: 30_000n,
  feeFen: 600n,
  feeBorneBy: 'ACCEPTOR',
  cause: 'hold',
  redemption: '0193f000-0000-7000-8000-000000000001',
};

export const small = (fen: bigint): NewObligation => ({ ...yan, points: fen, fen, feeFen: fen / 50n, redemption: null });
