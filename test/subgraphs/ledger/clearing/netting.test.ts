import fc from 'fast-check';
import { netsOf, type Owed, positionsOf } from '../../../../subgraphs/ledger/clearing/netting.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);

const yan: Owed = { kind: 'REDEMPTION', debtor: 'coalition', creditor: 'automotive', fen: 30000n, feeFen: 600n, feeBorneBy: 'ACCEPTOR' };
const back = { kind: 'RETURN', debtor: 'automotive', creditor: 'coalition' } as const;

const asText = (owed: readonly Owed[]) =>
  netsOf(owed).map(
    ({ partner, receivableFen, payableFen, feeFen, netFen }) => `${partner} ${receivableFen}-${payableFen}-${feeFen}=${netFen}`,
  );

test.each`
  why                        | owed                                                                                   | nets
  ${'nobody'}                | ${[]}                                                                                  | ${[]}
  ${'M-Yan'}                 | ${[yan]}                                                                               | ${['automotive 30000-0-600=29400', 'coalition 0-30000-0=-30000', 'operator 600-0-0=600']}
  ${'M-Yan, issuer pays'}    | ${[{ ...yan, feeBorneBy: 'ISSUER' }]}                                                  | ${['automotive 30000-0-0=30000', 'coalition 0-30000-600=-30600', 'operator 600-0-0=600']}
  ${'charity'}               | ${[{ ...yan, creditor: 'edu', feeFen: 0n }]}                                           | ${['coalition 0-30000-0=-30000', 'edu 30000-0-0=30000']}
  ${'full return'}           | ${[yan, { ...yan, ...back }]}                                                          | ${['automotive 30000-30000-0=0', 'coalition 30000-30000-0=0', 'operator 600-600-0=0']}
  ${'returned, issuer pays'} | ${[{ ...yan, ...back, feeBorneBy: 'ISSUER' }]}                                         | ${['automotive 0-30000-0=-30000', 'coalition 30000-0--600=30600', 'operator 0-600-0=-600']}
  ${'shop of the operator'}  | ${[{ ...yan, creditor: 'operator' }]}                                                  | ${['coalition 0-30000-0=-30000', 'operator 30600-0-600=30000']}
  ${'earned elsewhere'}      | ${[{ ...yan, kind: 'ACCRUAL', debtor: 'fashion', creditor: 'coalition', feeFen: 0n }]} | ${['coalition 30000-0-0=30000', 'fashion 0-30000-0=-30000']}
`('nets of $why', ({ owed, nets }) => expect(asText(owed)).toEqual(nets));

const partners = ['automotive', 'coalition', 'edu', 'operator', 'telecom'];
const owed: fc.Arbitrary<Owed> = fc
  .record({
    kind: fc.constantFrom('REDEMPTION', 'ACCRUAL', 'RETURN') as fc.Arbitrary<Owed['kind']>,
    sides: fc.shuffledSubarray(partners, { minLength: 2, maxLength: 2 }),
    fen: fc.bigInt(1n, 2n ** 53n),
    feeFen: fc.bigInt(0n, 2n ** 53n),
    feeBorneBy: fc.constantFrom('ACCEPTOR', 'ISSUER') as fc.Arbitrary<Owed['feeBorneBy']>,
  })
  .map(({ sides: [debtor = '', creditor = ''], kind, fen, feeFen, feeBorneBy }) => ({ kind, debtor, creditor, fen, feeFen, feeBorneBy }));

test(`nets sum to zero, whatever is owed, and come out of receivable, payable and fee (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(owed, { maxLength: 60 }), (all) => {
      const nets = netsOf(all);
      expect(nets.reduce((sum, net) => sum + net.netFen, 0n)).toBe(0n);
      for (const net of nets) expect(net.netFen).toBe(net.receivableFen - net.payableFen - net.feeFen);
      expect(nets.map((net) => net.partner)).toEqual([...new Set(all.flatMap(positionsOf).map((position) => position.partner))].sort());
    }),
    { seed },
  );
});

test(`obligations summed by sides and terms net to the same as one by one (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(owed, { maxLength: 60 }), (all) => {
      const sums = new Map<string, Owed>();
      for (const one of all) {
        const key = [one.kind, one.debtor, one.creditor, one.feeBorneBy].join();
        const { fen, feeFen } = sums.get(key) ?? { fen: 0n, feeFen: 0n };
        sums.set(key, { ...one, fen: fen + one.fen, feeFen: feeFen + one.feeFen });
      }
      // A fee of nothing makes no line for the operator, which a sum cannot change.
      expect(netsOf(sums.values())).toEqual(netsOf(all));
    }),
    { seed },
  );
});

test(`an obligation and its full reversal leave nobody owing (seed ${seed})`, () => {
  fc.assert(
    fc.property(owed, (one) => {
      fc.pre(one.kind === 'REDEMPTION');
      const reversal: Owed = { ...one, kind: 'RETURN', debtor: one.creditor, creditor: one.debtor };
      expect(netsOf([one, reversal]).every((net) => net.netFen === 0n && net.feeFen === 0n)).toBe(true);
    }),
    { seed },
  );
});
