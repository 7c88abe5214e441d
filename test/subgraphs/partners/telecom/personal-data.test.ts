import { serviceViewer } from '../../../../schema/viewer.js';
import { subgraph } from '../../../../subgraphs/partners/telecom/index.js';
import { must, openTrade, type OpenTrade, uids } from '../trade.js';

let telecom: OpenTrade;
beforeAll(async () => {
  telecom = await openTrade(subgraph, 'telecom');
});
afterAll(() => telecom.close());

const members = { ...serviceViewer('erasures', 'test'), via: 'members' };
const open = async (forfeit: boolean): Promise<unknown> =>
  must(
    await telecom.ask(
      members,
      'query ($uid: ID!, $forfeit: Boolean!) { openMatters(memberUid: $uid, forfeit: $forfeit) { what detail } }',
      { uid: uids.li, forfeit },
    ),
    'openMatters',
  );
const forget = async (): Promise<unknown> =>
  must(
    await telecom.ask(members, 'mutation ($uid: ID!) { forgetMember(memberUid: $uid, erasure: "e-1") }', { uid: uids.li }, 'erase:e-1'),
    'forgetMember',
  );
const deliver = (redemption: string, kind: string, amount: number) =>
  telecom.deliver(redemption, [{ line: 1, kind, amount, quantity: 1, item: kind.toLowerCase() }]);

test('90.00 of phone credit is owed until it is given up; a data pack was handed over', async () => {
  await deliver('r-pack', 'DATA_PACK', 10);
  expect(await open(false)).toEqual([]);
  await deliver('r-credit', 'PHONE_CREDIT', 9_000);
  expect(await open(false)).toEqual([{ what: 'PHONE_CREDIT', detail: '9000 fen telecom' }]);
  expect(await open(true)).toEqual([]);
  expect(await Promise.all([forget(), forget()])).toEqual([true, true]);
  expect(await forget()).toBe(true);
  expect(await open(false)).toEqual([]);
  expect(await telecom.sql('select fen, reason, cause from phone_credit_entry where member_uid = ? order by id', [uids.li])).toEqual([
    { fen: '9000', reason: 'DELIVERY', cause: 'r-credit' },
    { fen: '-9000', reason: 'GIVEN_UP', cause: expect.stringMatching(/^e-1\//) },
  ]);
  // An erasure that waits for another subgraph asks again, and a bill that was refused meanwhile has given back what it took.
  await deliver('r-back', 'PHONE_CREDIT', 500);
  expect(await forget()).toBe(true);
  expect(await open(false)).toEqual([]);
  // What was used up by it does not come back with the order.
  expect(await telecom.withdraw('r-credit')).toBe(false);
});
