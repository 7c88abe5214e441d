import {
  type NewObligation,
  obligationsOf,
  type RecordedObligation,
  reversalOf,
  reversalsOf,
} from '../../../../subgraphs/ledger/clearing/obligations.js';

const issuers: Record<string, string> = { 'AUTO-P': 'automotive', 'COAL-P': 'coalition', 'TEL-P': 'telecom' };

/** `COAL-P:30000=30000` is 30,000 points that covered 30,000 fen. */
const legsOf = (text: string) =>
  text.split(', ').map((leg) => {
    const [, programme = '', points = '', fen = ''] = /^(.+):(\d+)=(\d+)$/.exec(leg) ?? [];
    return { programme, issuer: issuers[programme] as string, points: BigInt(points), fen: BigInt(fen) };
  });

const asText = (obligations: readonly NewObligation[]) =>
  obligations.map(({ debtor, creditor, points, fen, feeFen }) => `${debtor}>${creditor} ${points} ${fen} fee ${feeFen}`).join(', ');

test.each`
  why                          | kind            | acceptor        | bp       | legs                                       | owed
  ${'M-Yan'}                   | ${'REDEMPTION'} | ${'automotive'} | ${200}   | ${'AUTO-P:1000=10000, COAL-P:30000=30000'} | ${'coalition>automotive 30000 30000 fee 600'}
  ${'own points at own shop'}  | ${'REDEMPTION'} | ${'automotive'} | ${200}   | ${'AUTO-P:5000=50000'}                     | ${''}
  ${'charity, no fee'}         | ${'REDEMPTION'} | ${'edu'}        | ${0}     | ${'COAL-P:2000=2000'}                      | ${'coalition>edu 2000 2000 fee 0'}
  ${'two issuers'}             | ${'REDEMPTION'} | ${'retailer'}   | ${200}   | ${'TEL-P:100=100, COAL-P:200=200'}         | ${'telecom>retailer 100 100 fee 2, coalition>retailer 200 200 fee 4'}
  ${'fee rounded down'}        | ${'REDEMPTION'} | ${'retailer'}   | ${200}   | ${'COAL-P:99=99'}                          | ${'coalition>retailer 99 99 fee 1'}
  ${'fee below a fen'}         | ${'REDEMPTION'} | ${'retailer'}   | ${200}   | ${'COAL-P:49=49'}                          | ${'coalition>retailer 49 49 fee 0'}
  ${'fee of everything'}       | ${'REDEMPTION'} | ${'retailer'}   | ${10000} | ${'COAL-P:49=49'}                          | ${'coalition>retailer 49 49 fee 49'}
  ${'worth nothing'}           | ${'REDEMPTION'} | ${'retailer'}   | ${200}   | ${'COAL-P:1=0'}                            | ${''}
  ${'shop issues for another'} | ${'ACCRUAL'}    | ${'fashion'}    | ${200}   | ${'COAL-P:1000=1000'}                      | ${'fashion>coalition 1000 1000 fee 0'}
  ${'shop issues its own'}     | ${'ACCRUAL'}    | ${'automotive'} | ${200}   | ${'AUTO-P:1000=10000'}                     | ${''}
`('$why: $legs at $acceptor makes "$owed"', ({ kind, acceptor, bp, legs, owed }) =>
  expect(
    asText(
      obligationsOf({
        kind,
        acceptor: { id: acceptor, feeBasisPoints: bp, feeBorneBy: 'ACCEPTOR' },
        legs: legsOf(legs),
        cause: 'hold',
        redemption: null,
      }),
    ),
  ).toBe(owed),
);

test('an obligation carries its terms and its cause', () => {
  const [obligation] = obligationsOf({
    kind: 'REDEMPTION',
    acceptor: { id: 'automotive', feeBasisPoints: 200, feeBorneBy: 'ISSUER' },
    legs: legsOf('COAL-P:30000=30000'),
    cause: 'the hold',
    redemption: 'the redemption',
  });
  expect(obligation).toMatchObject({
    kind: 'REDEMPTION',
    programme: 'COAL-P',
    feeBorneBy: 'ISSUER',
    cause: 'the hold',
    redemption: 'the redemption',
  });
});

const recorded = (obligation: Partial<NewObligation>, id = 'original'): RecordedObligation => ({
  id,
  period: '2026-11',
  kind: 'REDEMPTION',
  debtor: 'coalition',
  creditor: 'automotive',
  programme: 'COAL-P',
  points: 30000n,
  fen: 30000n,
  feeFen: 600n,
  feeBorneBy: 'ACCEPTOR',
  cause: 'hold',
  redemption: 'r',
  ...obligation,
});
const share = (amount: bigint) => ({ points: amount, fen: amount });

test('a full return reverses amount and fee exactly, the other way round', () => {
  expect(reversalOf(recorded({}), share(0n), share(30000n), 'return')).toEqual({
    kind: 'RETURN',
    debtor: 'automotive',
    creditor: 'coalition',
    programme: 'COAL-P',
    points: 30000n,
    fen: 30000n,
    feeFen: 600n,
    feeBorneBy: 'ACCEPTOR',
    cause: 'return',
    redemption: 'r',
    reverses: 'original',
  });
});

test.each`
  fen       | fee     | parts                           | fees
  ${30000n} | ${600n} | ${[15000n, 15000n]}             | ${[300n, 300n]}
  ${100n}   | ${2n}   | ${[33n, 33n, 34n]}              | ${[0n, 1n, 1n]}
  ${99n}    | ${1n}   | ${[50n, 49n]}                   | ${[0n, 1n]}
  ${7n}     | ${7n}   | ${[1n, 1n, 1n, 1n, 1n, 1n, 1n]} | ${[1n, 1n, 1n, 1n, 1n, 1n, 1n]}
  ${100n}   | ${0n}   | ${[1n, 99n]}                    | ${[0n, 0n]}
`('$fen with a fee of $fee returned in $parts reverses fees of $fees', ({ fen, fee, parts, fees }) => {
  const original = recorded({ points: fen, fen, feeFen: fee });
  let before = 0n;
  const reversed = (parts as bigint[]).map((part) => {
    const reversal = reversalOf(original, share(before), share(part), 'return');
    before += part;
    return reversal?.feeFen;
  });
  expect(reversed).toEqual(fees);
});

test('nothing returned makes no reversal, and more than was owed is our own fault', () => {
  expect(reversalOf(recorded({}), share(0n), share(0n), 'return')).toBeNull();
  expect(() => reversalOf(recorded({}), share(29999n), share(2n), 'return')).toThrow(/More is returned/);
});

test('reversals of a redemption count what went back before, and skip programmes that made no obligation', () => {
  const original = recorded({ points: 300n, fen: 100n, feeFen: 2n });
  const first = reversalsOf(
    [original],
    'REDEMPTION',
    [
      { programme: 'COAL-P', points: 100n, fen: 33n },
      { programme: 'AUTO-P', points: 9n, fen: 90n },
    ],
    'a',
  );
  expect(asText(first)).toBe('automotive>coalition 100 33 fee 0');
  const soFar = [original, recorded(first[0] as NewObligation, 'first')];
  expect(asText(reversalsOf(soFar, 'REDEMPTION', [{ programme: 'COAL-P', points: 200n, fen: 67n }], 'b'))).toBe(
    'automotive>coalition 200 67 fee 2',
  );
  expect(() => reversalsOf(soFar, 'REDEMPTION', [{ programme: 'COAL-P', points: 201n, fen: 67n }], 'b')).toThrow(/More is returned/);
});

test('points taken back from an earner are worth their share of the price, in full when all are back', () => {
  const terms = { kind: 'ACCRUAL', debtor: 'fashion', creditor: 'coalition', feeFen: 0n } as const;
  const earned = [recorded({ ...terms, points: 3n, fen: 10n }, 'one'), recorded({ ...terms, points: 5n, fen: 5n }, 'two')];
  const first = reversalsOf(earned, 'ACCRUAL', [{ programme: 'COAL-P', points: 2n }], 'a');
  expect(asText(first)).toBe('coalition>fashion 2 6 fee 0');
  const rest = reversalsOf(
    [...earned, recorded(first[0] as NewObligation, 'first')],
    'ACCRUAL',
    [{ programme: 'COAL-P', points: 6n }],
    'b',
  );
  expect(asText(rest)).toBe('coalition>fashion 1 4 fee 0, coalition>fashion 5 5 fee 0');
});
