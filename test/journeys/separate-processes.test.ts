import pg from 'pg';
import { auditOf } from '../../subgraphs/ledger/proof/audit.js';
import { openProcessGraph, type ProcessGraph } from '../support/processes.js';
import { seedTestGraph } from '../support/seed.js';
import { viewers } from '../support/viewers.js';
import { stories } from './stories.js';
import { redeem, type Redeemed, told } from './story.js';

let graph: ProcessGraph;
beforeAll(async () => {
  graph = await openProcessGraph();
  await seedTestGraph(graph);
});
afterAll(() => graph.close(), 30_000);

const garage = viewers.partner('automotive');
const admin = viewers.staff('admin');

describe('a process that is killed', () => {
  const fund = async (name: string): Promise<void> => {
    await told(
      graph,
      admin,
      'mutation ($ref: String!) { enrolMember(input: { partner: "automotive", ref: $ref, name: "x" }) { __typename } }',
      { ref: name },
      `enrol-${name}`,
    );
    await told(
      graph,
      garage,
      'mutation ($ref: String!) { accrue(memberRef: $ref, purchaseRef: $ref, lines: [{ sku: "x", fen: 500000 }]) { __typename } }',
      { ref: name },
      `fund-${name}`,
    );
  };
  const outcomeOf = async (
    name: string,
  ): Promise<{ state: string; available: number; held: number; vouchers: number; captured: number }> => {
    const wish = { memberRef: name, cart: [{ item: 'basic-maintenance' }], cashMaxFen: 0 };
    let answer: Redeemed | undefined;
    for (let tries = 0; tries < 40 && answer?.redemption?.state !== 'COMPLETED'; tries += 1) {
      const { data } = await graph.ask(garage, redeem, wish, `kill-${name}`);
      answer = (data?.['redeem'] as Redeemed | null) ?? undefined;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const member = await told<{ balance: { available: number; held: number }; serviceVouchers: unknown[] }>(
      graph,
      garage,
      'query ($ref: String!) { member(ref: $ref) { balance(programme: "AUTO-P") { available held } serviceVouchers { code } } }',
      { ref: name },
    );
    const client = new pg.Client(graph.databaseUrl);
    await client.connect();
    const { rows } = await client.query<{ n: number }>(
      `select count(*)::int as n from ledger.hold where redemption = $1 and state = 'CAPTURED'`,
      [answer?.redemption.id],
    );
    await client.end();
    return {
      state: answer?.redemption.state ?? 'UNKNOWN',
      ...member.balance,
      vouchers: member.serviceVouchers.length,
      captured: rows[0]?.n ?? 0,
    };
  };

  test.each(['redeem.QUOTED', 'redeem.HELD', 'redeem.RESERVED', 'redeem.DELIVERED'])(
    'the catalog dies at %s: once it is back, the same request ends in one redemption, one voucher, one burn',
    async (point) => {
      const name = point.toLowerCase();
      await fund(name);
      await graph.ask(viewers.anonymous, 'mutation ($point: String!) { sandbox { injectFault(point: $point, action: EXIT) } }', { point });
      const lost = await graph.ask(
        garage,
        redeem,
        { memberRef: name, cart: [{ item: 'basic-maintenance' }], cashMaxFen: 0 },
        `kill-${name}`,
      );
      expect(lost.errors?.[0]?.extensions?.['code']).toBe('SUBGRAPH_UNAVAILABLE');
      await graph.kill('catalog');
      await graph.start('catalog');
      expect(await outcomeOf(name)).toEqual({ state: 'COMPLETED', available: 0, held: 0, vouchers: 1, captured: 1 });
    },
  );

  test('a partner that is down costs its own fields; the rest of the wallet is there, and nothing is called forbidden', async () => {
    await graph.kill('automotive');
    const answer = await graph.ask(
      garage,
      '{ member(ref: "M-Lin") { ref balance(programme: "AUTO-P") { available } serviceVouchers { code } } }',
    );
    expect(answer.data).toMatchObject({ member: { ref: 'M-Lin', balance: { available: expect.any(Number) }, serviceVouchers: null } });
    expect(answer.errors).toMatchObject([{ path: ['member'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
    await graph.start('automotive');
  });

  test('a partner whose process stands still costs its own fields and its time limit; going on, it is whole again', async () => {
    const read = () =>
      graph.ask(garage, '{ member(ref: "M-Lin") { ref balance(programme: "AUTO-P") { available } serviceVouchers { code } } }');
    const whole = await read();
    expect(whole.errors).toBeUndefined();
    graph.freeze('automotive');
    const answer = await read();
    graph.thaw('automotive');
    expect(answer.data).toEqual({ member: { ...(whole.data?.['member'] as object), serviceVouchers: null } });
    expect(answer.errors).toMatchObject([{ path: ['member'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
    let again = await read();
    for (let tries = 0; again.errors && tries < 50; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      again = await read();
    }
    expect(again.data).toEqual(whole.data);
  });
});

describe.each(Object.entries(stories))('%s', (_name, story) => {
  story(() => graph);
});

test('after all of them the books are right', async () => {
  expect(await auditOf(graph.databaseUrl)).toEqual([]);
});
