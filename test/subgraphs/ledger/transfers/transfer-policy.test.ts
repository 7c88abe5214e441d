import { againstPolicy, defaultPolicy, type TransferHistory } from '../../../../subgraphs/ledger/transfers/transfer-policy.js';

const policy = { allowed: true, periodDays: 30, sentPoints: 100n, receivedPoints: 200n, senders: 2 };
const none: TransferHistory = { sentPoints: 0n, receivedPoints: 0n, senders: 0, known: false };

test.each`
  of                                                                    | points  | outcome
  ${{}}                                                                 | ${100n} | ${'goes'}
  ${{}}                                                                 | ${101n} | ${'TRANSFER_LIMIT, 100 left'}
  ${{ sentPoints: 99n }}                                                | ${1n}   | ${'goes'}
  ${{ sentPoints: 99n }}                                                | ${2n}   | ${'TRANSFER_LIMIT, 1 left'}
  ${{ sentPoints: 150n }}                                               | ${1n}   | ${'TRANSFER_LIMIT, 0 left'}
  ${{ receivedPoints: 150n }}                                           | ${50n}  | ${'goes'}
  ${{ receivedPoints: 150n }}                                           | ${51n}  | ${'RECIPIENT_UNAVAILABLE'}
  ${{ senders: 1 }}                                                     | ${1n}   | ${'goes'}
  ${{ senders: 2 }}                                                     | ${1n}   | ${'RECIPIENT_UNAVAILABLE'}
  ${{ senders: 2, known: true }}                                        | ${1n}   | ${'goes'}
  ${{ sentPoints: 99n, receivedPoints: 199n, known: true, senders: 9 }} | ${1n}   | ${'goes'}
`('$points points after $of: $outcome', ({ of, points, outcome }: { of: Partial<TransferHistory>; points: bigint; outcome: string }) => {
  const refused = againstPolicy(policy, { ...none, ...of }, points);
  const text = refused === null ? 'goes' : refused.code === 'TRANSFER_LIMIT' ? `${refused.code}, ${refused.left} left` : refused.code;
  expect(text).toBe(outcome);
});

test('where nobody said anything there are no transfers', () => {
  expect(againstPolicy(defaultPolicy, none, 1n)).toEqual({ kind: 'refused', code: 'TRANSFER_NOT_ALLOWED' });
});
