import type { SubgraphAnswer } from '../../../schema/transport.js';
import { rows } from '../../../subgraphs/kernel/sql.js';
import type { SubgraphDefinition } from '../../../subgraphs/kernel/subgraph.js';
import { openTestSubgraph, type TestSubgraph } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';
import { FakeLedger } from './fake-ledger.js';

/** Members that every partner of these tests knows by the same numbers. */
export const uids = {
  li: '01900000-0000-7000-8000-000000000001',
  wang: '01900000-0000-7000-8000-000000000002',
  zhao: '01900000-0000-7000-8000-000000000003',
} as const;

export const customers = (...partners: string[]): Record<string, string> =>
  Object.fromEntries(partners.flatMap((partner) => Object.entries(uids).map(([name, uid]) => [`${partner}/${name}`, uid])));

/** The catalog, when it calls on its own account. */
export const catalog = { kind: 'service', sub: 'catalog', scopes: [], via: 'catalog', language: 'en', traceId: 'test' } as const;

export interface OpenTrade extends TestSubgraph {
  readonly ledger: FakeLedger;
  sql<T extends object>(statement: string, parameters?: readonly unknown[]): Promise<T[]>;
  deliver(redemption: string, lines: readonly object[], memberUid?: string): Promise<Receipt>;
  /** All of it, or what a return names. */
  withdraw(redemption: string, part?: { return: string; lines: readonly { line: number; quantity: number }[] }): Promise<boolean>;
}

export interface Receipt {
  readonly accepted: boolean;
  readonly reason: string | null;
  readonly lines: readonly { line: number; reference: string; detail: string }[];
}

/** One trade over a fresh database, with the fake ledger beside it. */
export async function openTrade(definition: unknown, partner: string): Promise<OpenTrade> {
  const ledger = new FakeLedger(customers(partner, 'other'));
  const trade = await openTestSubgraph(definition as SubgraphDefinition<never>, ledger);
  return {
    ...trade,
    ledger,
    sql: (statement, parameters) => rows(trade.subgraph.database.em.fork() as never, statement, parameters),
    async deliver(redemption, lines, memberUid = uids.li) {
      const answer = await trade.ask(
        catalog,
        `mutation ($order: DeliveryOrderInput!) { deliver(order: $order) { accepted reason lines { line reference detail } } }`,
        { order: { redemption, memberUid, partner, lines } },
        `${redemption}:deliver`,
      );
      return must<Receipt>(answer, 'deliver');
    },
    async withdraw(redemption, part) {
      const answer = await trade.ask(
        catalog,
        `mutation ($redemption: ID!, $part: DeliveryPartInput) { withdrawDelivery(redemption: $redemption, part: $part) { withdrawn } }`,
        { redemption, part },
        `${part?.return ?? redemption}:withdraw`,
      );
      return must<{ withdrawn: boolean }>(answer, 'withdrawDelivery').withdrawn;
    },
  };
}

/** The answer of one field, or the errors as a failure. */
export function must<T>(answer: SubgraphAnswer, field: string): T {
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data?.[field] as T;
}

export const codeOf = (answer: SubgraphAnswer): unknown => answer.errors?.[0]?.extensions?.['code'];

/** How another subgraph's viewer reaches a member's fields here: as the gateway does. */
export const memberFields = (uid: string, fields: string): [string, Record<string, unknown>] => [
  `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { ${fields} } } }`,
  { of: [{ __typename: 'Member', uid }] },
];

export const partnerViewer = viewers.partner;
