import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { sentenceOf } from '../../../../subgraphs/ledger/proof/finding.js';
import { verify } from '../../../../subgraphs/ledger/proof/verify.js';
import { leafHash, pathOf, rootOf, treeOf } from '../../../../subgraphs/ledger/proof/merkle.js';
import { leafOf, saltOf, textOf, verifyStatementLine } from '../../../../subgraphs/ledger/clearing/statement-line.js';
import type { LineFacts } from '../../../../subgraphs/ledger/clearing/statement.js';
import { close as closeUseCase } from '../../../../subgraphs/ledger/clearing/close-period.js';
import { viewers } from '../../../support/viewers.js';
import { openTestLedger, small, type TestLedger, yan } from './ledger.js';

const line: LineFacts = {
  id: '0193f000-0000-7000-8000-000000000001',
  partner: 'automotive',
  side: 'CREDITOR',
  kind: 'REDEMPTION',
  ref: 'r',
  counterparty: 'coalition',
  fen: 30_000n,
  feeFen: 600n,
  netFen: 29_400n,
  at: new Date('2026-11-21T10:00:00Z'),
};

test('pure: a line proves itself among any others; altered in any field, with another salt or path it does not', () => {
  const secret = Buffer.alloc(32, 3);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(), (count, at) => {
      const lines = Array.from({ length: count }, (_, n) => Object.assign({}, line, { fen: line.fen + BigInt(n), id: `${line.id}${n}` }));
      const own = lines[at % count] as LineFacts;
      const levels = treeOf(lines.map((one) => leafOf('2026-11', one, secret)));
      const root = rootOf(levels[0] as Buffer[]).toString('hex');
      const path = pathOf(levels, at % count);
      const proven = { ...own, period: '2026-11', salt: saltOf(secret, own).toString('hex') };
      expect(verifyStatementLine(proven, path, root)).toBe(true);
      for (const altered of [
        { fen: 1n },
        { feeFen: 0n },
        { netFen: 1n },
        { counterparty: 'x' },
        { period: '2026-12' },
        { partner: 'x' },
        { kind: 'RETURN' as const },
        { ref: 'x' },
        { at: new Date(0) },
        { salt: '00'.repeat(32) },
      ])
        expect(verifyStatementLine({ ...proven, ...altered }, path, root)).toBe(false);
      if (path.length > 0) expect(verifyStatementLine(proven, path.slice(1), root)).toBe(false);
      // Whoever knows everything of a neighbour's line but its salt cannot find it among the hashes of the path.
      const hashes = new Set(path.map(({ hash }) => hash));
      for (const other of lines) expect(hashes.has(leafHash(textOf({ ...other, period: '2026-11' })).toString('hex'))).toBe(false);
    }),
  );
});

describe('through the graph', () => {
  let ledger: TestLedger;
  beforeEach(async () => {
    ledger = await openTestLedger();
    await ledger.at('2026-11-21T18:00:00+08:00');
    await ledger.append(yan, ...Array.from({ length: 6 }, (_, n) => small(BigInt(100 + n))));
  });
  afterEach(() => ledger.close());

  const close = () => ledger.ask(viewers.staff('finance'), 'mutation { closePeriod(id: "2026-11") { __typename } }', {}, 'close');
  const linesOf = async (partner: string): Promise<string[]> => {
    const query = '{ statement(period: "2026-11") { lines(first: 100) { nodes { line } } } }';
    const { data } = await ledger.ask(viewers.partner(partner), query);
    return (data?.['statement'] as { lines: { nodes: { line: string }[] } }).lines.nodes.map((node) => node.line);
  };
  const proof = (viewer: Parameters<TestLedger['ask']>[0], of: string) =>
    ledger.ask(viewer, 'query ($of: ID!) { statementProof(line: $of) { period content salt path { side hash } root } }', { of });
  interface Proof {
    readonly content: string;
    readonly salt: string;
    readonly path: { side: 'LEFT' | 'RIGHT'; hash: string }[];
    readonly root: string;
  }

  /** As an outsider would write it after the description alone. */
  const sha = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
  function rootBy({ content, salt, path }: Proof): string {
    const bytes = Buffer.from(salt, 'hex');
    let own = sha(Buffer.of(0), Buffer.of(bytes.length), bytes, Buffer.from(content));
    for (const { side, hash } of path) {
      const beside = Buffer.from(hash, 'hex');
      own = side === 'LEFT' ? sha(Buffer.of(1), beside, own) : sha(Buffer.of(1), own, beside);
    }
    return own.toString('hex');
  }

  test('every partner proves each of its lines against one root; no proof while the period is open', async () => {
    const partners = ['automotive', 'coalition', 'operator'];
    const [first = ''] = await linesOf('automotive');
    expect((await proof(viewers.partner('automotive'), first)).data).toEqual({ statementProof: null });
    await ledger.at('2026-12-01T00:00:00+08:00');
    await close();
    const roots = new Set<string>();
    let count = 0;
    for (const partner of partners)
      for (const each of await linesOf(partner)) {
        const { data, errors } = await proof(viewers.partner(partner), each);
        expect(errors).toBeUndefined();
        const found = data?.['statementProof'] as Proof;
        expect(rootBy(found)).toBe(found.root);
        expect(rootBy({ ...found, content: found.content.replace(/"-?\d+"/, '"999999"') })).not.toBe(found.root);
        roots.add(found.root);
        count += 1;
      }
    expect({ roots: roots.size, count: count > 14 }).toEqual({ roots: 1, count: true });
    await ledger.subgraph.runJob('statement-roots');
    expect((await proof(viewers.partner('automotive'), first)).data?.['statementProof']).toMatchObject({ root: [...roots][0] });
  });

  test("a partner learns nothing of others' lines: not whether they exist, nor what a neighbour says", async () => {
    await ledger.at('2026-12-01T00:00:00+08:00');
    await close();
    const theirs = (await linesOf('coalition')).find((of) => of.endsWith('DEBTOR')) ?? '';
    const missing = { code: 'BAD_INPUT', argument: 'line' };
    for (const each of [theirs, '0193f000-0000-7000-8000-00000000000f:DEBTOR', 'x', `${theirs}:x`])
      expect((await proof(viewers.partner('automotive'), each)).errors?.[0]?.extensions).toEqual(missing);
    expect((await proof(viewers.member('0193f000-0000-7000-8000-00000000000a'), theirs)).errors?.[0]?.extensions?.['code']).toBe(
      'FORBIDDEN_FIELD',
    );
  });

  test('a closing whose root was not made is caught up with, once, by however many instances', async () => {
    await ledger.at('2026-12-01T00:00:00+08:00');
    await ledger.em().transactional((tx) => closeUseCase(tx as never, '2026-11', 'test'));
    const counts = (sql: string) => ledger.em().getConnection().execute<object[]>(sql);
    expect(await counts('select * from statement_root')).toEqual([]);
    await Promise.all([1, 2, 3].map(() => ledger.subgraph.runJob('statement-roots')));
    expect(
      await counts(`select r.lines::int as lines, (select count(*)::int from statement_leaf) as leaves, (select hash = merkle_root from statement_node
      order by level desc limit 1) as top from statement_root r`),
    ).toEqual([{ lines: 21, leaves: 21, top: true }]);
    const found = async () => (await verify(ledger.em(), { keys: [] })).findings.map((one) => sentenceOf(one, String));
    expect(await found()).toEqual([]);
    await counts(`do $$ begin set local session_replication_role = replica; update obligation set fen = fen + 1 where fen = 100; end $$`);
    expect(await found()).toEqual(['statements of 2026-11 do not lead to the root that was published']);
  });
});
