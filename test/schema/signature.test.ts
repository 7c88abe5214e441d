import { sign, type SigningKey, verify } from '../../schema/signature.js';
import { viewers } from '../support/viewers.js';

const key: SigningKey = { id: 'now', secret: 'a'.repeat(32) };
const next: SigningKey = { id: 'next', secret: 'b'.repeat(32) };
const viewer = viewers.partner('telecom');
const at = 1_800_000_000_000;
const body = '{"query":"{ __typename }"}';
const headers = sign([key], 'ledger', viewer, body, at);

test('the viewer arrives as it was sent', () => {
  expect(verify([key], 'ledger', headers, body, at + 59_999)).toEqual(viewer);
});

test('during a rotation both keys are heard', () => {
  expect(verify([next, key], 'ledger', headers, body, at)).toEqual(viewer);
  expect(verify([next, key], 'ledger', sign([next, key], 'ledger', viewer, body, at), body, at)).toEqual(viewer);
});

const forged = Buffer.from(JSON.stringify({ ...viewer, partner: 'banking' })).toString('base64url');

test.each`
  what                    | keys      | subgraph     | sent                                                     | text          | now
  ${'unsigned'}           | ${[key]}  | ${'ledger'}  | ${{}}                                                    | ${body}       | ${at}
  ${'too old'}            | ${[key]}  | ${'ledger'}  | ${headers}                                               | ${body}       | ${at + 60_001}
  ${'from the future'}    | ${[key]}  | ${'ledger'}  | ${headers}                                               | ${body}       | ${at - 60_001}
  ${'body altered'}       | ${[key]}  | ${'ledger'}  | ${headers}                                               | ${`${body} `} | ${at}
  ${'meant for another'}  | ${[key]}  | ${'catalog'} | ${headers}                                               | ${body}       | ${at}
  ${'principal altered'}  | ${[key]}  | ${'ledger'}  | ${{ ...headers, 'tongdui-principal': forged }}           | ${body}       | ${at}
  ${'unknown key'}        | ${[next]} | ${'ledger'}  | ${headers}                                               | ${body}       | ${at}
  ${'malformed'}          | ${[key]}  | ${'ledger'}  | ${{ ...headers, 'tongdui-signature': 'k=now;t=1;s=zz' }} | ${body}       | ${at}
  ${'header given twice'} | ${[key]}  | ${'ledger'}  | ${{ ...headers, 'tongdui-signature': ['a', 'b'] }}       | ${body}       | ${at}
`('a call that is $what is refused', ({ keys, subgraph, sent, text, now }) => {
  expect(verify(keys, subgraph, sent, text, now)).toBeNull();
});
