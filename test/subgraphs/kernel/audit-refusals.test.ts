import { refusedWrites } from '../../../subgraphs/kernel/audit-refusals.js';

const refused = (path: (string | number)[], code = 'FORBIDDEN_OPERATION') => ({ message: 'no', path, extensions: { code } });

test.each`
  what                            | query                                                                      | variables                 | errors                                                   | header       | writes
  ${'a write'}                    | ${'mutation { adjust { __typename } }'}                                    | ${{}}                     | ${[refused(['adjust'])]}                                 | ${'h'}       | ${['adjust h']}
  ${'under an alias and its key'} | ${'mutation { a: adjust @idempotent(key: "k") { __typename } }'}           | ${{}}                     | ${[refused(['a'])]}                                      | ${'h'}       | ${['adjust k']}
  ${'a key by variable'}          | ${'mutation ($k: String!) { adjust @idempotent(key: $k) { __typename } }'} | ${{ k: 'v' }}             | ${[refused(['adjust'], 'FORBIDDEN_FIELD')]}              | ${undefined} | ${['adjust v']}
  ${'a key that is none'}         | ${'mutation ($k: String!) { adjust @idempotent(key: $k) { __typename } }'} | ${{ k: 'v'.repeat(201) }} | ${[refused(['adjust'])]}                                 | ${undefined} | ${['adjust ']}
  ${'two of three'}               | ${'mutation { a: x { i } b: y { i } c: z { i } }'}                         | ${{}}                     | ${[refused(['a']), refused(['c'], 'PARTNER_SUSPENDED')]} | ${'h'}       | ${['x h', 'z h']}
  ${'a field below a write'}      | ${'mutation { adjust { member { name } } }'}                               | ${{}}                     | ${[refused(['adjust', 'member', 'name'])]}               | ${'h'}       | ${[]}
  ${'a read'}                     | ${'{ member { name } }'}                                                   | ${{}}                     | ${[refused(['member'])]}                                 | ${'h'}       | ${[]}
  ${'another error'}              | ${'mutation { adjust { __typename } }'}                                    | ${{}}                     | ${[refused(['adjust'], 'BAD_INPUT')]}                    | ${'h'}       | ${[]}
`('$what', ({ query, variables, errors, header, writes }) => {
  expect(refusedWrites({ query, variables }, { errors }, header).map(({ operation, key }) => `${operation} ${key}`)).toEqual(writes);
});
