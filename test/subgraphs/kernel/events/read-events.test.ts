import fc from 'fast-check';
import pg from 'pg';
import type { EntityManager } from '@mikro-orm/postgresql';
import { positionText, readPosition } from '../../../../subgraphs/kernel/events/position.js';
import { type Audience, headOf, readEvent, readEvents, readNews } from '../../../../subgraphs/kernel/events/read-events.js';
import { subgraph } from '../../../../subgraphs/members/index.js';
import { openTestSubgraph, type TestSubgraph } from '../../../support/subgraph.js';

let members: TestSubgraph;
let em: EntityManager;
const clients: pg.Client[] = [];
beforeAll(async () => {
  members = await openTestSubgraph(subgraph as never);
  em = members.subgraph.database.em.fork() as EntityManager;
});
afterAll(async () => {
  for (const client of clients) await client.end();
  await members.close();
});

const connect = async (): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: members.database.url, options: '-c search_path=members' });
  await client.connect();
  clients.push(client);
  return client;
};
const tell = (client: pg.Client, type: string, partner = 'a') =>
  client.query('insert into event (type, partners, facts) values ($1, array[$2], $3)', [type, partner, {}]);
const garage: Audience = { partner: 'a' };
const at = (text: string) => readPosition(text) as NonNullable<ReturnType<typeof readPosition>>;

/** Everything from a position on, page by page, until something lies beyond what was written; other databases' transactions may be open. */
async function readUntil(from: string, count: number, first = 2): Promise<{ types: string[]; end: string }> {
  const types: string[] = [];
  let end = from;
  for (let tries = 0; types.length < count && tries < 500; tries += 1) {
    const page = await readEvents(em, at(end), garage, first, 30);
    types.push(...(page?.events ?? []).map(({ type }) => type));
    end = page?.end ?? end;
    if (page?.events.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { types, end };
}

test('what an older transaction commits late is neither overtaken nor lost', async () => {
  const [early, late] = [await connect(), await connect()];
  const from = await headOf(em);
  await early.query('begin');
  await tell(early, 'FIRST');
  await tell(late, 'SECOND');
  const before = await readEvents(em, at(from), garage, 10, 30);
  expect(before?.events).toEqual([]);
  expect((await readNews(em, at(from))).partners).toEqual([]);
  await early.query('commit');
  expect((await readUntil(before?.end as string, 2)).types).toEqual(['FIRST', 'SECOND']);
  const news = await readNews(em, at(from));
  expect(news.partners).toEqual(['a']);
  expect((await readNews(em, at(news.head))).partners).toEqual([]);
});

test('what is rolled back is never told, and nobody is told of others', async () => {
  const client = await connect();
  const from = await headOf(em);
  await client.query('begin');
  await tell(client, 'NEVER');
  await client.query('rollback');
  await tell(client, 'OTHERS', 'b');
  await tell(client, 'MINE');
  const { types } = await readUntil(from, 1);
  expect(types).toEqual(['MINE']);
  const page = await readEvents(em, at(from), { partner: 'b' }, 10, 30);
  expect(page?.events.map(({ type }) => type)).toEqual(['OTHERS']);
  const [others] = page?.events ?? [];
  expect(await readEvent(em, at(others?.position as string), { partner: 'b' }, 30)).toEqual(others);
  expect(await readEvent(em, at(others?.position as string), garage, 30)).toBeNull();
});

test('a position of a transaction that has not begun is of another database, and one that is too old is not read on from', async () => {
  const head = at(await headOf(em));
  expect(await readEvents(em, { ...head, xact: head.xact + 1_000_000_000n }, garage, 1, 30)).toBeNull();
  expect(await readEvents(em, { ...head, atMs: head.atMs - 30 * 86_400_000 - 1_000 }, garage, 1, 30)).toBeNull();
  expect(await readEvents(em, { ...head, atMs: head.atMs - 30 * 86_400_000 + 60_000 }, garage, 1, 30)).not.toBeNull();
});

test('however transactions overlap and pages are cut, each event that was committed is told once, and no other', async () => {
  const writers = await Promise.all(Array.from({ length: 4 }, connect));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ writer: fc.nat(3), act: fc.constantFrom('tell', 'tell', 'commit', 'rollback') }), {
        minLength: 1,
        maxLength: 25,
      }),
      fc.integer({ min: 1, max: 4 }),
      async (acts, first) => {
        run += 1;
        const from = await headOf(em);
        const open = new Map<number, string[]>();
        const committed: string[] = [];
        const read: string[] = [];
        let end = from;
        for (const [n, { writer, act }] of acts.entries()) {
          const client = writers[writer] as pg.Client;
          if (act === 'tell') {
            if (!open.has(writer)) await client.query('begin');
            const name = `E${run}-${n}`;
            await tell(client, name);
            open.set(writer, [...(open.get(writer) ?? []), name]);
          } else if (open.has(writer)) {
            await client.query(act);
            if (act === 'commit') committed.push(...(open.get(writer) ?? []));
            open.delete(writer);
          }
          const page = await readEvents(em, at(end), garage, first, 30);
          read.push(...(page?.events ?? []).map(({ type }) => type));
          end = page?.end ?? end;
        }
        for (const [writer, names] of open) {
          await (writers[writer] as pg.Client).query('commit');
          committed.push(...names);
        }
        read.push(...(await readUntil(end, committed.length - read.length, first)).types);
        expect(read.toSorted()).toEqual(committed.toSorted());
      },
    ),
    { numRuns: 25, seed: 20261123 },
  );
});

test('a position is text and back; anything else is none', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), fc.uuid(), fc.nat(), (xact, id, atMs) => {
      expect(readPosition(positionText({ xact, id, atMs }))).toEqual({ xact, id, atMs });
    }),
    { seed: 20261123 },
  );
  for (const text of ['', 'x', '1.2.3', `1.${'0'.repeat(31)}.1`, `1.${'0'.repeat(32)}.`, `-1.${'0'.repeat(32)}.1`])
    expect(readPosition(text)).toBeNull();
});
