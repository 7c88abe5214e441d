import { serviceViewer } from '../../../schema/viewer.js';
import { boundaryOf, isUuid, within } from '../../../subgraphs/partners/visibility.js';
import { viewers } from '../../support/viewers.js';

test.each`
  who                       | viewer                                              | boundary
  ${'a partner'}            | ${viewers.partner('telecom')}                       | ${{ partner: 'telecom' }}
  ${'its staff'}            | ${viewers.partnerStaff('telecom')}                  | ${{ partner: 'telecom' }}
  ${'a peer on its behalf'} | ${{ ...viewers.partner('telecom'), via: 'ledger' }} | ${{ partner: 'telecom' }}
  ${'a member'}             | ${viewers.member('u-1')}                            | ${{ memberUid: 'u-1' }}
  ${'the operator'}         | ${viewers.staff()}                                  | ${{}}
  ${'the regulator'}        | ${viewers.regulator}                                | ${{}}
  ${'a peer'}               | ${serviceViewer('catalog', 't')}                    | ${{}}
  ${'a member without uid'} | ${{ ...viewers.member('u-1'), uid: undefined }}     | ${null}
  ${'anybody'}              | ${viewers.anonymous}                                | ${null}
`('$who is shown $boundary', ({ viewer, boundary }) => expect(boundaryOf(viewer)).toEqual(boundary));

test('a boundary is a condition with its parameters', () => {
  expect(within({})).toEqual({ condition: 'true', parameters: [] });
  expect(within({ partner: 'a', memberUid: 'b' })).toEqual({
    condition: 'true and partner = ? and member_uid = ?',
    parameters: ['a', 'b'],
  });
});

test.each([
  ['01900000-0000-7000-8000-000000000001', true],
  ['01900000-0000-7000-8000-00000000000', false],
  ["01900000-0000-7000-8000-000000000001'", false],
  ['', false],
])('%s is an id: %s', (id, expected) => expect(isUuid(id)).toBe(expected));
