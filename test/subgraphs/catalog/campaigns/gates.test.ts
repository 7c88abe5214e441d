import fc from 'fast-check';
import { itemNumbers, itemPrices } from '../../../../subgraphs/catalog/campaigns/campaign-facts.js';
import { missingFrom, statedBy, withThreshold } from '../../../../subgraphs/catalog/campaigns/disclosure.js';
import { type Claim, type Computed, mismatchesOf } from '../../../../subgraphs/catalog/campaigns/labels.js';
import { ruleNumbers } from '../../../../subgraphs/catalog/campaigns/rule-numbers.js';
import type { RuleTerms } from '../../../../subgraphs/catalog/ledger-port.js';
import { narrowerThan, unrestricted, type UseConditions, without } from '../../../../subgraphs/catalog/campaigns/parity.js';

describe('disclosure (A11)', () => {
  const whole = { threshold: 'a', accrualRule: 'b', expiry: 'c', limits: 'd' };
  test.each`
    disclosure                                    | missing
    ${null}                                       | ${'threshold accrualRule expiry limits'}
    ${whole}                                      | ${''}
    ${{ ...whole, threshold: null }}              | ${'threshold'}
    ${{ ...whole, threshold: ' ', limits: null }} | ${'threshold limits'}
  `('$disclosure lacks "$missing"', ({ disclosure, missing }) => {
    expect(missingFrom(disclosure as typeof whole).join(' ')).toBe(missing);
  });

  test.each`
    limits                                         | left
    ${'points pay at most 50 % of a bill'}         | ${'points pay  of a bill'}
    ${'积分最多抵扣账单的５０％'}                  | ${'积分'}
    ${'不超过订单金额的12.5%，每人限2次'}          | ${',每人限2次'}
    ${'30 per cent of a basket at the most'}       | ${''}
    ${'优惠券不叠加，积分最多抵扣账单的50%'}       | ${'优惠券不叠加,积分'}
    ${'参加活动的订单不得超过，积分至多付30%'}     | ${'参加活动的订单不得超过,积分'}
    ${'no more than 3 a day; at most 20 % in all'} | ${'no more than 3 a day;  in all'}
    ${'最多返50%，至多立减80%，最多可获赠50%'}     | ${'最多返50%,至多立减80%,最多可获赠50%'}
    ${'最多享50%优惠，至多50%的现金返还'}          | ${'最多享50%优惠,至多50%的现金返还'}
    ${'返现最多50%'}                               | ${'返现最多50%'}
    ${'最多\u200B返\u200B50%'}                     | ${'最多返50%'}
    ${'最多 50% off'}                              | ${'最多 50% off'}
    ${'at most 50 % cashback'}                     | ${'at most 50 % cashback'}
    ${'earn no more than 50 % of it'}              | ${'earn no more than 50 % of it'}
    ${'50 % more points at most'}                  | ${'50 % more points at most'}
    ${'最多抵扣50%，另返80%'}                      | ${',另返80%'}
  `('of the limits "$limits" no number that is a ceiling only is held against anything', ({ limits, left }) => {
    expect(statedBy({ ...whole, limits: limits as string })).toEqual(['a', 'b', 'c', left]);
  });

  test('the headline travels with its threshold (A12)', () => {
    expect(withThreshold({ zh: '积分换手机', en: 'Points get you a phone' }, '100,000 SHOP-P')).toEqual({
      zh: '积分换手机（门槛：100,000 SHOP-P）',
      en: 'Points get you a phone (from: 100,000 SHOP-P)',
    });
  });
});

const change = (reference: bigint, points: bigint): Computed[] => [
  { of: 'PRICE', numerator: points - reference, denominator: reference },
  { of: 'VALUE', numerator: reference - points, denominator: points },
];

const anyPurchase = { category: null, certificate: null, certificateRegistered: false, cardProduct: null, event: null, tier: null };
const base = (programme: string, perYuan: bigint, of: Partial<RuleTerms> = {}): RuleTerms => ({
  ...anyPurchase,
  programme,
  kind: 'BASE',
  rate: { numerator: perYuan, denominator: 100n },
  bonusBasisPoints: null,
  ...of,
});
const bonus = (programme: string, bonusBasisPoints: number, of: Partial<RuleTerms> = {}): RuleTerms => ({
  ...anyPurchase,
  programme,
  kind: 'BONUS',
  rate: null,
  bonusBasisPoints,
  ...of,
});

describe('what rules give together', () => {
  const values = new Map(['TEL-P', 'COAL-P'].map((id) => [id, { value: { numerator: 1n, denominator: 1n } }]));
  const dressed = { category: 'dress' };
  test.each`
    what                                        | rules                                                                                                                                | numbers
    ${'two bonuses for all'}                    | ${[bonus('COAL-P', 5_000), bonus('COAL-P', 5_000)]}                                                                                  | ${'ACCRUAL 100, ACCRUAL 100'}
    ${'of two programmes'}                      | ${[bonus('COAL-P', 5_000), bonus('TEL-P', 5_000)]}                                                                                   | ${'ACCRUAL 50, ACCRUAL 50'}
    ${'for dresses, and for shoes'}             | ${[bonus('COAL-P', 5_000, dressed), bonus('COAL-P', 5_000, { category: 'shoes' })]}                                                  | ${'ACCRUAL 50, ACCRUAL 50'}
    ${'for all, and more for dresses'}          | ${[bonus('COAL-P', 5_000), bonus('COAL-P', 5_000, dressed)]}                                                                         | ${'ACCRUAL 50, ACCRUAL 100'}
    ${'for dresses, and for what is green'}     | ${[bonus('COAL-P', 5_000, dressed), bonus('COAL-P', 5_000, { certificate: 'green' })]}                                               | ${'ACCRUAL 50, ACCRUAL 50'}
    ${'for dresses, and for green ones'}        | ${[bonus('COAL-P', 5_000, dressed), bonus('COAL-P', 5_000, { ...dressed, certificate: 'green' })]}                                   | ${'ACCRUAL 50, ACCRUAL 100'}
    ${'for the gold tier, and for dresses'}     | ${[bonus('COAL-P', 5_000, { tier: 'GOLD' }), bonus('COAL-P', 5_000, dressed)]}                                                       | ${'ACCRUAL 50, ACCRUAL 50'}
    ${'for what is green, and registered'}      | ${[bonus('COAL-P', 5_000, { certificate: 'green' }), bonus('COAL-P', 5_000, { certificate: 'green', certificateRegistered: true })]} | ${'ACCRUAL 50, ACCRUAL 100'}
    ${'a base, and more for dresses'}           | ${[base('COAL-P', 1n), bonus('COAL-P', 10_000, dressed)]}                                                                            | ${'GIVE_BACK 2, ACCRUAL 100'}
    ${'a base for jeans, and more for dresses'} | ${[base('COAL-P', 1n, { category: 'jeans' }), bonus('COAL-P', 10_000, dressed)]}                                                     | ${'ACCRUAL 100, GIVE_BACK 1'}
    ${'more for all, and a base for jeans'}     | ${[base('COAL-P', 1n), base('COAL-P', 5n, { category: 'jeans' }), bonus('COAL-P', 10_000)]}                                          | ${'GIVE_BACK 2, ACCRUAL 100, GIVE_BACK 10, ACCRUAL 100'}
    ${'two bases for all'}                      | ${[base('COAL-P', 1n), base('COAL-P', 2n)]}                                                                                          | ${'GIVE_BACK 3, GIVE_BACK 3'}
    ${'a base, and more elsewhere'}             | ${[base('TEL-P', 1n), bonus('COAL-P', 10_000)]}                                                                                      | ${'GIVE_BACK 1, ACCRUAL 100'}
    ${'a compensation of 10 % is no bonus'}     | ${[base('COAL-P', 1n), bonus('COAL-P', 1_000, { kind: 'EVENT', event: 'cancelled' })]}                                               | ${'GIVE_BACK 1'}
    ${'a compensation and a bonus'}             | ${[bonus('COAL-P', 9_000), bonus('COAL-P', 1_000, { kind: 'EVENT', event: 'cancelled' })]}                                           | ${'ACCRUAL 90'}
    ${'a programme that is not known'}          | ${[base('X-P', 1n), bonus('X-P', 10_000)]}                                                                                           | ${'ACCRUAL 100'}
  `('$what: $numbers', ({ rules, numbers }) => {
    const found = ruleNumbers(rules as RuleTerms[], values);
    expect(found.map(({ of, numerator, denominator }) => `${of} ${(numerator * 100n) / denominator}`).join(', ')).toBe(numbers);
  });
});

describe('labels (I1, I3, I4)', () => {
  const anniversary = change(6_000n, 5_000n);
  const values = new Map(['TEL-P', 'COAL-P'].map((id) => [id, { value: { numerator: 1n, denominator: 1n } }]));
  const telecom = ruleNumbers([base('TEL-P', 10n)], values);
  const dress = ruleNumbers([base('COAL-P', 1n), bonus('COAL-P', 10_000, { category: 'dress' })], values);
  const both = '-16.67 % price, +20.00 % value';
  const claim = (kind: Claim['kind'], of: Claim['of'], said: string | null): Claim => ({
    kind,
    of,
    percent: kind === 'PERCENTAGE' ? said : null,
    text: kind === 'FREE_TEXT' ? said : null,
  });
  test.each`
    numbers                   | kind            | of             | said                          | computed
    ${anniversary}            | ${'PERCENTAGE'} | ${'VALUE'}     | ${'+16.7'}                    | ${both}
    ${anniversary}            | ${'PERCENTAGE'} | ${'VALUE'}     | ${'+20.00'}                   | ${null}
    ${anniversary}            | ${'PERCENTAGE'} | ${'VALUE'}     | ${'20'}                       | ${null}
    ${anniversary}            | ${'PERCENTAGE'} | ${'PRICE'}     | ${'-16.67'}                   | ${null}
    ${anniversary}            | ${'PERCENTAGE'} | ${'PRICE'}     | ${'−16.7'}                    | ${null}
    ${anniversary}            | ${'PERCENTAGE'} | ${'PRICE'}     | ${'-17'}                      | ${both}
    ${anniversary}            | ${'PERCENTAGE'} | ${'PRICE'}     | ${'+16.67'}                   | ${both}
    ${anniversary}            | ${'PERCENTAGE'} | ${'PRICE'}     | ${'-20.00'}                   | ${both}
    ${anniversary}            | ${'DOUBLE'}     | ${'VALUE'}     | ${null}                       | ${both}
    ${anniversary}            | ${'DOUBLE'}     | ${null}        | ${null}                       | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'加倍兑换'}                 | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'Double redemption'}        | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'points worth 16.7% more'}  | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'16.67 % off'}              | ${null}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'積分價 +20.00％'}          | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'ｐｒｉｃｅ +20.00 %'}      | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'每积分价值+20.00％'}       | ${null}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'Store anniversary'}        | ${null}
    ${change(6_000n, 3_000n)} | ${'DOUBLE'}     | ${'VALUE'}     | ${null}                       | ${null}
    ${change(6_000n, 3_001n)} | ${'DOUBLE'}     | ${'VALUE'}     | ${null}                       | ${'-49.98 % price, +99.93 % value'}
    ${telecom}                | ${'PERCENTAGE'} | ${'GIVE_BACK'} | ${'1'}                        | ${'+10.00 % give-back'}
    ${telecom}                | ${'FREE_TEXT'}  | ${null}        | ${'话费1%返积分'}             | ${'+10.00 % give-back'}
    ${telecom}                | ${'PERCENTAGE'} | ${'GIVE_BACK'} | ${'10'}                       | ${null}
    ${dress}                  | ${'DOUBLE'}     | ${'ACCRUAL'}   | ${null}                       | ${null}
    ${dress}                  | ${'FREE_TEXT'}  | ${null}        | ${'连衣裙专区积分加倍'}       | ${null}
    ${dress}                  | ${'PERCENTAGE'} | ${'GIVE_BACK'} | ${'2'}                        | ${null}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'1.2倍兑换'}                | ${null}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'points worth 1.2x'}        | ${null}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'1.21倍兑换'}               | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'12倍兑换'}                 | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'Triple points'}            | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'三倍积分'}                 | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'8.33折'}                   | ${null}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'五折'}                     | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'half price'}               | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'0.9x the points'}          | ${null}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'0.8x the points'}          | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'百分之五十优惠'}           | ${both}
    ${anniversary}            | ${'FREE_TEXT'}  | ${null}        | ${'fifty percent cheaper'}    | ${both}
    ${anniversary}            | ${'DOUBLE'}     | ${'PRICE'}     | ${null}                       | ${both}
    ${change(6_000n, 4_800n)} | ${'FREE_TEXT'}  | ${null}        | ${'8折'}                      | ${null}
    ${change(6_000n, 5_100n)} | ${'FREE_TEXT'}  | ${null}        | ${'八五折'}                   | ${null}
    ${dress}                  | ${'FREE_TEXT'}  | ${null}        | ${'三倍积分 / Triple points'} | ${'+100.00 % accrual'}
    ${telecom}                | ${'FREE_TEXT'}  | ${null}        | ${'50 percent back'}          | ${'+10.00 % give-back'}
    ${[]}                     | ${'PERCENTAGE'} | ${'VALUE'}     | ${'+20'}                      | ${'nothing of the kind'}
  `('$kind $of "$said": $computed', ({ numbers, kind, of, said, computed }) => {
    const found = mismatchesOf([claim(kind as Claim['kind'], of as Claim['of'], said as string | null)], [], numbers as Computed[]);
    expect(found.map((mismatch) => mismatch.computed)).toEqual(computed === null ? [] : [computed]);
  });

  test('the headline is held against the numbers like any other text, and said once', () => {
    expect(mismatchesOf([], ['加倍兑换', '加倍兑换', 'Anniversary'], anniversary)).toHaveLength(1);
  });

  test('true of all items, or not true', () => {
    const mixed = [...anniversary, ...change(6_000n, 6_000n)];
    expect(mismatchesOf([claim('PERCENTAGE', 'VALUE', '+20.00')], [], mixed)).toHaveLength(1);
  });

  test('any change, written from its own numbers, passes under its name and no other', () => {
    const points = fc.bigInt({ min: 100n, max: 100_000n });
    const said = ({ numerator, denominator }: Computed): string => {
      const hundredths = (numerator * 20_000n + (numerator < 0n ? -denominator : denominator)) / (denominator * 2n);
      const digits = String(hundredths < 0n ? -hundredths : hundredths).padStart(3, '0');
      return `${hundredths < 0n ? '-' : '+'}${digits.slice(0, -2)}.${digits.slice(-2)}`;
    };
    fc.assert(
      fc.property(points, points, (from, to) => {
        const numbers = change(from, to);
        const [price, worth] = numbers.map(said) as [string, string];
        const wrong = (of: Claim['of'], number: string) => mismatchesOf([claim('PERCENTAGE', of, number)], [], numbers).length;
        expect([wrong('PRICE', price), wrong('VALUE', worth)]).toEqual([0, 0]);
        if (price !== worth) expect(wrong('VALUE', price)).toBe(1);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  describe('what an item costs in every part of the time of a campaign', () => {
    const day = (n: number): Date => new Date(Date.UTC(2026, 4, n));
    const special = (points: bigint, from: number, until: number) => ({
      id: `${from}`,
      version: 2,
      points,
      from: day(from),
      until: day(until),
      reason: '',
      author: '',
    });
    const of = (...overrides: ReturnType<typeof special>[]) => ({
      item: 'x',
      regular: [{ points: 6_000n, from: day(1), until: null }],
      overrides,
      closed: [],
      lookBackMs: 7 * 86_400_000,
    });
    const one = of(special(5_000n, 10, 20));
    test.each`
      history                                                 | from  | until | lookBack | falls             | prices
      ${one}                                                  | ${12} | ${15} | ${7}     | ${'-1000'}        | ${'6000/5000'}
      ${one}                                                  | ${10} | ${20} | ${7}     | ${'-1000'}        | ${'6000/5000'}
      ${one}                                                  | ${1}  | ${10} | ${7}     | ${'0'}            | ${'null/6000'}
      ${one}                                                  | ${20} | ${25} | ${7}     | ${'0'}            | ${'null/6000'}
      ${one}                                                  | ${19} | ${25} | ${7}     | ${'-1000, 0'}     | ${'6000/5000, null/6000'}
      ${one}                                                  | ${5}  | ${25} | ${7}     | ${'-1000, 0, 0'}  | ${'6000/5000, null/6000, null/6000'}
      ${one}                                                  | ${25} | ${25} | ${7}     | ${''}             | ${''}
      ${one}                                                  | ${12} | ${15} | ${10}    | ${'0'}            | ${'null/5000'}
      ${of(special(5_000n, 10, 12), special(4_000n, 12, 20))} | ${10} | ${20} | ${7}     | ${'-1000, -1000'} | ${'6000/5000, 5000/4000'}
      ${of()}                                                 | ${10} | ${20} | ${7}     | ${'0'}            | ${'null/6000'}
    `('from $from to $until, $lookBack days back: $prices', ({ history, from, until, lookBack, falls, prices }) => {
      const time = [day(from as number), day(until as number)] as const;
      const given = { ...(history as typeof one), lookBackMs: (lookBack as number) * 86_400_000 };
      const numbers = itemNumbers([given], ...time).filter(({ of: subject }) => subject === 'PRICE');
      expect(numbers.map(({ numerator }) => numerator).join(', ')).toBe(falls);
      expect(
        itemPrices([given], ...time)
          .map(({ was, now }) => `${was}/${now}`)
          .join(', '),
      ).toBe(prices);
    });
  });
});

describe('parity (B15, I18)', () => {
  const hours = (...spans: [number, number][]) => ({ hours: spans.map(([from, until]) => ({ from: from * 60, until: until * 60 })) });
  test.each`
    cash                                                     | points                                            | differences
    ${{}}                                                    | ${{}}                                             | ${''}
    ${hours([8, 18])}                                        | ${hours([8, 18])}                                 | ${''}
    ${hours([8, 18])}                                        | ${hours([8, 12], [12, 18])}                       | ${''}
    ${hours([8, 18])}                                        | ${hours([7, 20])}                                 | ${''}
    ${hours([8, 18])}                                        | ${{}}                                             | ${''}
    ${hours([8, 18])}                                        | ${hours([8, 16])}                                 | ${'HOURS 16:00-18:00'}
    ${hours([8, 18])}                                        | ${hours([9, 12], [13, 18])}                       | ${'HOURS 08:00-09:00, 12:00-13:00'}
    ${{}}                                                    | ${hours([8, 18])}                                 | ${'HOURS 00:00-08:00, 18:00-24:00'}
    ${{ days: [1, 6, 7] }}                                   | ${{ days: [1] }}                                  | ${'DAYS SAT SUN'}
    ${{}}                                                    | ${{ days: [1, 2, 3, 4, 5] }}                      | ${'DAYS SAT SUN'}
    ${{ services: ['guide'] }}                               | ${{}}                                             | ${'SERVICES guide'}
    ${{}}                                                    | ${{ services: ['guide'] }}                        | ${''}
    ${{ days: [6], services: ['guide'], ...hours([8, 18]) }} | ${{ days: [1], services: [], ...hours([9, 18]) }} | ${'DAYS SAT; HOURS 08:00-09:00; SERVICES guide'}
  `('$cash in cash, $points in points: "$differences"', ({ cash, points, differences }) => {
    const of = (conditions: unknown): UseConditions => ({ ...unrestricted, ...(conditions as object) });
    const found = narrowerThan(of(cash), of(points)).map(({ what, lacking }) => `${what} ${lacking}`);
    expect(found.join('; ')).toBe(differences);
  });

  test('what is left of spans is what no other covers, point by point', () => {
    const span = fc
      .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 10 }))
      .map(([from, length]) => ({ from, until: from + length }));
    const within = (spans: readonly { from: number; until: number }[], at: number): boolean =>
      spans.some(({ from, until }) => from <= at && at < until);
    fc.assert(
      fc.property(fc.array(span, { maxLength: 4 }), fc.array(span, { maxLength: 4 }), (spans, taken) => {
        const left = without(spans, taken);
        for (let at = 0; at < 45; at += 1) expect(within(left, at)).toBe(within(spans, at) && !within(taken, at));
      }),
      { seed: 15, numRuns: 300 },
    );
  });
});

describe('was 6,000, now 5,000 (G47)', () => {
  const start = new Date('2030-05-08T00:00:00+08:00');
  const until = new Date('2030-06-01T00:00:00+08:00');
  const dayMs = 86_400_000;
  const history = (msBefore: number, earlier: readonly { points: bigint; days: number }[] = []) => ({
    item: 'cleaning',
    regular: [{ points: 6_000n, from: new Date(start.getTime() - msBefore), until: null }],
    overrides: [
      ...earlier.map(({ points, days }, index) => ({
        id: `e${index}`,
        version: 9,
        reason: '',
        author: '',
        points,
        from: new Date(start.getTime() - (days + 1) * dayMs),
        until: new Date(start.getTime() - days * dayMs),
      })),
      { id: 'o', version: 2, reason: '', author: '', points: 5_000n, from: start, until },
    ],
    closed: [],
    lookBackMs: 7 * dayMs,
  });
  const pricesAt = (from: ReturnType<typeof history>) => itemPrices([from], start, until);
  test.each`
    history                                               | was       | because
    ${history(7 * dayMs + 1_000)}                         | ${6_000n} | ${'a second more than 7 days'}
    ${history(7 * dayMs)}                                 | ${6_000n} | ${'exactly 7 days'}
    ${history(7 * dayMs - 1_000)}                         | ${null}   | ${'a second less than 7 days'}
    ${history(30 * dayMs, [{ points: 5_500n, days: 6 }])} | ${5_500n} | ${'another special price within the 7 days'}
    ${history(30 * dayMs, [{ points: 5_500n, days: 7 }])} | ${6_000n} | ${'one that ended 7 days before'}
  `('$because: the price before is $was', ({ history: given, was }) =>
    expect(pricesAt(given as ReturnType<typeof history>)).toEqual([{ was, now: 5_000n }]),
  );

  const sound = [{ was: 6_000n, now: 5_000n }];
  const said = 'was 6,000, now 5,000';
  test.each`
    words                                 | prices                              | computed
    ${said}                               | ${sound}                            | ${null}
    ${'原价6000积分，现价5000积分'}       | ${sound}                            | ${null}
    ${'Was 6000 points - now only 5000!'} | ${sound}                            | ${null}
    ${'was 7,000, now 5,000'}             | ${sound}                            | ${'was 6000, now 5000'}
    ${'原价7000，现价5000'}               | ${sound}                            | ${'was 6000, now 5000'}
    ${'was 6,000, now 4,000'}             | ${sound}                            | ${'was 6000, now 5000'}
    ${'原价７０００，现价５０００'}       | ${sound}                            | ${'was 6000, now 5000'}
    ${'原价7\u200B000，现价5000'}         | ${sound}                            | ${'was 6000, now 5000'}
    ${'原價 7000，現價 5000'}             | ${sound}                            | ${'was 6000, now 5000'}
    ${'原价为7000，现价仅5000'}           | ${sound}                            | ${'was 6000, now 5000'}
    ${'现价5000（原价7000）'}             | ${sound}                            | ${'was 6000, now 5000'}
    ${'Now only 5,000 (was 7,000)'}       | ${sound}                            | ${'was 6000, now 5000'}
    ${'原价６０００，现价５０００'}       | ${sound}                            | ${null}
    ${'现价5000（原价6000）'}             | ${sound}                            | ${null}
    ${'现价5000，原价6000，现价5000'}     | ${sound}                            | ${null}
    ${'Now 5,000, before: 7,000'}         | ${sound}                            | ${'was 6000, now 5000'}
    ${'now 5,000 points, before 31 May'}  | ${sound}                            | ${null}
    ${said}                               | ${[]}                               | ${'no special price'}
    ${said}                               | ${[{ was: null, now: 5_000n }]}     | ${'now 5000, without a price before that counts'}
    ${said}                               | ${[...sound, { was: 9n, now: 8n }]} | ${'was 6000, now 5000; was 9, now 8'}
    ${'a cleaning for 5,000 points'}      | ${[]}                               | ${null}
  `('"$words": $computed', ({ words, prices, computed }) => {
    const found = mismatchesOf([], [words as string], [], prices as typeof sound);
    expect(found.map((mismatch) => mismatch.computed)).toEqual(computed === null ? [] : [computed]);
  });
});
