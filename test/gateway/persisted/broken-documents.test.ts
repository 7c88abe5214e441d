import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { brokenDocuments } from '../../../gateway/persisted/broken-documents.js';
import { idOf } from '../../../gateway/persisted/manifest.js';
import { readSupergraph } from '../../../schema/compose.js';

const { gatewaySdl, access } = readSupergraph(readFileSync('schema/supergraph.graphql', 'utf8'));
const schema = Supergraph.build(gatewaySdl).apiSchema().toGraphQLJSSchema();
const check = (client: string, text: string): unknown[] => brokenDocuments([{ client, id: idOf(text), text }], schema, access);

const balance = 'query Balance($ref: String!) { member(ref: $ref) { balance(programme: "TEL-P") { available } } }';

test('what a kind of callers can still ask is whole', () => {
  expect(check('telecom', balance)).toEqual([]);
  expect(check('partner', balance)).toEqual([]);
  expect(check('member', 'query Wallet { me { wallets { available } } }')).toEqual([]);
});

test('a name that is gone breaks the documents that have it, by client and operation', () => {
  expect(check('telecom', balance.replace('available', 'spendable'))).toMatchObject([
    { client: 'telecom', operation: 'Balance', problems: [expect.stringContaining('"spendable"')] },
  ]);
  expect(check('garage-app', '{ nowhere }')).toMatchObject([{ client: 'garage-app', operation: expect.stringMatching(/^sha256:/) }]);
});

test('a name that is closed to a kind of callers is gone for it, and for it alone', () => {
  const settlement = 'mutation Close { closePeriod(id: "2026-11") { __typename } }';
  expect(check('member', settlement)).toMatchObject([{ client: 'member', operation: 'Close' }]);
  expect(check('staff', settlement)).toEqual([]);
});
