import { subgraph } from '../../../../subgraphs/partners/retail/index.js';
import { viewers } from '../../../support/viewers.js';
import { must, openTrade, type OpenTrade, uids } from '../trade.js';

let retail: OpenTrade;
beforeAll(async () => {
  retail = await openTrade(subgraph, 'baby');
});
afterAll(() => retail.close());
beforeEach(async () => {
  await retail.sql('delete from engagement');
  retail.ledger.accruals.length = 0;
});

let keys = 0;
const happen = async (kind: string, proofRef: string, memberRef = 'li', key = `happen-${(keys += 1)}`): Promise<unknown> =>
  must(
    await retail.ask(
      viewers.partner('baby'),
      `mutation ($input: ReportEngagementInput!) { reportEngagement(input: $input) {
        __typename ... on EngagementReported { replayed engagement { kind proofRef } } ... on Refusal { code } } }`,
      { input: { kind, proofRef, memberRef } },
      key,
    ),
    'reportEngagement',
  );
const told = (): readonly string[] => retail.ledger.accruals.map(({ purchaseRef }) => purchaseRef);
const eventIds = async (): Promise<readonly string[]> =>
  (await retail.sql<{ event_id: string }>('select event_id from engagement order by id')).map(({ event_id }) => event_id);

test('to the ledger an event is a number, which names neither the member nor the proof, and is the same at every try', async () => {
  await Promise.all([
    happen('SURVEY', 's-1'),
    happen('SURVEY', 's-1'),
    happen('SURVEY', 's-1', 'li', 'once'),
    happen('SURVEY', 's-1', 'li', 'once'),
  ]);
  await happen('SURVEY', 's-1');
  expect(told()).toEqual([expect.stringMatching(/^event\/[0-9a-f-]{36}$/)]);
  for (const secret of [...Object.values(uids), 's-1', 'SURVEY']) expect(told()[0]).not.toContain(secret);
  // The same survey counts for another member, and another survey for the same one.
  await happen('SURVEY', 's-1', 'wang');
  await happen('SURVEY', 's-2');
  expect(new Set(told()).size).toBe(3);
  expect(told()).toEqual((await eventIds()).map((id) => `event/${id}`));
});

test('a crash between the record and the accrual finds the same number again, whoever goes on', async () => {
  retail.ledger.mood = 'unavailable after';
  await expect(happen('LECTURE', 'l-1')).rejects.toThrow('SUBGRAPH_UNAVAILABLE');
  retail.ledger.mood = 'answers';
  await retail.sql(`update engagement set lease_until = now() - interval '1 second'`);
  await Promise.all([retail.subgraph.runJob('finish-engagements'), happen('LECTURE', 'l-1')]);
  expect(told()).toHaveLength(1);
});

test('an event that was refused and is reported again is the same one to the ledger', async () => {
  retail.ledger.mood = { refuses: 'RULE_MISSING' };
  expect(await happen('LECTURE', 'l-1')).toMatchObject({ code: 'RULE_MISSING' });
  retail.ledger.mood = 'answers';
  expect(await happen('LECTURE', 'l-1')).toMatchObject({ __typename: 'EngagementReported', replayed: false });
  const [first, second] = await eventIds();
  expect(second).toBe(first);
  expect(told()).toEqual([`event/${first}`]);
});

test('an adopted suggestion without its proof: one audit entry, and the same answer under the same key, also once there is one', async () => {
  const missing = { __typename: 'ProofMissing', code: 'PROOF_MISSING' };
  expect(await Promise.all([1, 2].map(() => happen('ADOPTED_SUGGESTION', 'idea', 'li', 'adopt')))).toEqual([missing, missing]);
  expect(await happen('SUGGESTION', 'idea', 'wang')).toMatchObject({ replayed: false });
  expect(await happen('ADOPTED_SUGGESTION', 'idea', 'li', 'adopt-2')).toEqual(missing); // It was somebody else's.
  expect(await happen('SUGGESTION', 'idea')).toMatchObject({ replayed: false });
  expect(await happen('ADOPTED_SUGGESTION', 'idea', 'li', 'adopt')).toEqual(missing);
  expect(await retail.sql(`select principal, operation, key, outcome from audit where detail like '%PROOF_MISSING%' order by id`)).toEqual(
    ['adopt', 'adopt-2'].map((key) => ({ principal: 'partner:baby', operation: 'reportEngagement', key, outcome: 'REFUSED' })),
  );
  expect(told()).toEqual([]);
  expect(await happen('ADOPTED_SUGGESTION', 'idea')).toMatchObject({ replayed: false, engagement: { kind: 'ADOPTED_SUGGESTION' } });
  expect(told()).toHaveLength(1);
});
