import { differencesOf, isBeyondLimit } from '../../../../subgraphs/catalog/complaints/complaint.js';

test.each`
  advertised                                | delivered                                   | differences
  ${[{ name: 'material', value: 'steel' }]} | ${[{ name: 'material', value: 'steel' }]}   | ${[]}
  ${[{ name: 'material', value: 'steel' }]} | ${[{ name: 'material', value: ' steel ' }]} | ${[]}
  ${[{ name: 'material', value: 'steel' }]} | ${[{ name: 'material', value: 'tin' }]}     | ${[{ name: 'material', advertised: 'steel', delivered: 'tin' }]}
  ${[]}                                     | ${[{ name: 'material', value: 'tin' }]}     | ${[{ name: 'material', advertised: null, delivered: 'tin' }]}
  ${[{ name: 'material', value: 'steel' }]} | ${[]}                                       | ${[]}
`('$advertised and $delivered', ({ advertised, delivered, differences }) =>
  expect(differencesOf(advertised as never, delivered as never)).toEqual(differences),
);

test.each`
  orders  | complaints | limit  | least | beyond
  ${20n}  | ${1n}      | ${500} | ${20} | ${true}
  ${20n}  | ${1n}      | ${501} | ${20} | ${false}
  ${19n}  | ${19n}     | ${500} | ${20} | ${false}
  ${200n} | ${9n}      | ${500} | ${20} | ${false}
  ${200n} | ${10n}     | ${500} | ${20} | ${true}
  ${20n}  | ${0n}      | ${1}   | ${1}  | ${false}
`('$complaints of $orders at a limit of $limit: $beyond', ({ orders, complaints, limit, least, beyond }) =>
  expect(
    isBeyondLimit({ orders, complaints } as never, { complaintLimitBasisPoints: limit as number, complaintLeastOrders: least as number }),
  ).toBe(beyond),
);
