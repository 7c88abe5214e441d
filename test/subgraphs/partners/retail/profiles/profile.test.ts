import type { Viewer } from '../../../../../schema/viewer.js';
import { subgraph } from '../../../../../subgraphs/partners/retail/index.js';
import { profileOf } from '../../../../../subgraphs/partners/retail/profiles/profile.js';
import { viewers } from '../../../../support/viewers.js';
import { codeOf, memberFields, must, openTrade, type OpenTrade, uids } from '../../trade.js';

const day = 86_400_000;
const at = (days: number): Date => new Date(Date.parse('2026-03-01T00:00:00Z') + days * day);
const basket = (days: number, ...lines: (readonly [string | undefined, bigint])[]) => ({
  at: at(days),
  amountFen: lines.reduce((sum, [, fen]) => sum + fen, 0n),
  lines: lines.map(([category, fen]) => ({ category, fen })),
});

test.each`
  what                                 | purchases                                                                                              | profile
  ${'nothing'}                         | ${[]}                                                                                                  | ${null}
  ${'once'}                            | ${[basket(0, ['dress', 100n])]}                                                                        | ${{ purchases: 1, averageFen: 100n, everyDays: null, lastAt: at(0), categories: [{ category: 'dress', purchases: 1, spentFen: 100n, shareBasisPoints: 10_000, sizes: [], colours: [] }] }}
  ${'no category'}                     | ${[basket(0, [undefined, 7n])]}                                                                        | ${{ purchases: 1, averageFen: 7n, everyDays: null, lastAt: at(0), categories: [] }}
  ${'thrice in 21 days, out of order'} | ${[basket(21, ['jeans', 50n]), basket(0, ['dress', 100n], ['dress', 51n]), basket(7, ['jeans', 50n])]} | ${{ purchases: 3, averageFen: 83n, everyDays: 10, lastAt: at(21), categories: [{ category: 'dress', purchases: 1, spentFen: 151n, shareBasisPoints: 6_016, sizes: [], colours: [] }, { category: 'jeans', purchases: 2, spentFen: 100n, shareBasisPoints: 3_984, sizes: [], colours: [] }] }}
`('who bought $what', ({ purchases, profile }) => {
  expect(profileOf(purchases)).toEqual(profile);
});

test('sizes and colours are told per category, each basket once, the one of most baskets first', () => {
  const line = (category: string | undefined, size?: string, colour?: string) => ({ category, fen: 100n, size, colour });
  const buy = (days: number, ...lines: ReturnType<typeof line>[]) => ({ at: at(days), amountFen: 100n, lines });
  const profile = profileOf([
    buy(0, line('jeans', '32', 'blue'), line('jeans', '32', 'black')),
    buy(1, line('jeans', '32', 'black'), line('dress', 'M', 'red')),
    buy(2, line('jeans', '33', 'black'), line(undefined, 'L', 'white')),
  ]);
  expect(profile?.categories.map(({ category, sizes, colours }) => [category, sizes, colours])).toEqual([
    [
      'jeans',
      [
        { value: '32', purchases: 2 },
        { value: '33', purchases: 1 },
      ],
      [
        { value: 'black', purchases: 3 },
        { value: 'blue', purchases: 1 },
      ],
    ],
    ['dress', [{ value: 'M', purchases: 1 }], [{ value: 'red', purchases: 1 }]],
  ]);
});

let retail: OpenTrade;
beforeAll(async () => {
  retail = await openTrade(subgraph, 'fashion');
  for (const [basketRef, fen] of [
    ['K-1', 30_000],
    ['K-2', 10_001],
  ] as const)
    must(
      await retail.ask(
        viewers.partner('fashion'),
        'mutation ($input: ReportBasketInput!) { reportBasket(input: $input) { __typename } }',
        {
          input: {
            memberRef: 'li',
            basketRef,
            lines: [{ sku: 'x', fen, ...(basketRef === 'K-1' ? { category: 'dress', size: 'M', colour: '红' } : { category: 'jeans' }) }],
          },
        },
        basketRef,
      ),
      'reportBasket',
    );
});
afterAll(() => retail.close());

const profiles = (viewer: Viewer, args = '') =>
  retail.ask(
    viewer,
    ...memberFields(
      uids.li,
      `preferenceProfiles${args} { partner { id } purchases averageFen everyDays categories { category spentFen shareBasisPoints sizes { value purchases } colours { value } } }`,
    ),
  );
const shown = (answer: Awaited<ReturnType<typeof profiles>>): unknown =>
  (answer.data?.['_entities'] as { preferenceProfiles: unknown }[])[0]?.preferenceProfiles;
const fashion = {
  partner: { id: 'fashion' },
  purchases: 2,
  averageFen: 20_000,
  everyDays: 0,
  categories: [
    { category: 'dress', spentFen: 30_000, shareBasisPoints: 7_500, sizes: [{ value: 'M', purchases: 1 }], colours: [{ value: '红' }] },
    { category: 'jeans', spentFen: 10_001, shareBasisPoints: 2_500, sizes: [], colours: [] },
  ],
};

test('A20: a profile is there while the member agrees to it, for the partner that has it and for the member', async () => {
  expect(codeOf(await profiles(viewers.partner('fashion')))).toBe('CONSENT_REQUIRED');
  expect(shown(await profiles(viewers.member(uids.li)))).toEqual([]);
  retail.ledger.profiled.add(`${uids.li} fashion`);
  for (const viewer of [viewers.partner('fashion'), viewers.partnerStaff('fashion'), viewers.member(uids.li)])
    expect(shown(await profiles(viewer))).toEqual([fashion]);
  retail.ledger.profiled.delete(`${uids.li} fashion`);
  expect(codeOf(await profiles(viewers.partner('fashion')))).toBe('CONSENT_REQUIRED');
  expect(shown(await profiles(viewers.member(uids.li)))).toEqual([]);
});

test('nobody else reads it, whatever was agreed', async () => {
  retail.ledger.profiled.add(`${uids.li} fashion`);
  retail.ledger.profiled.add(`${uids.li} baby`);
  // A partner with a consent of its own has what was bought at its own shop, which is nothing.
  expect(shown(await profiles(viewers.partner('baby')))).toEqual([]);
  expect(codeOf(await profiles(viewers.partner('shop')))).toBe('CONSENT_REQUIRED');
  for (const viewer of [viewers.staff('admin'), viewers.staff('approver')]) expect(shown(await profiles(viewer))).toEqual([]);
  for (const viewer of [viewers.member(uids.wang), viewers.regulator]) expect(codeOf(await profiles(viewer))).toBe('FORBIDDEN_FIELD');
  for (const args of ['(months: 0)', '(months: 61)']) expect(codeOf(await profiles(viewers.partner('fashion'), args))).toBe('BAD_INPUT');
});
