import fc from 'fast-check';
import { chineseNumber } from '../../../subgraphs/kernel/chinese-number.js';
import { isShare, percentOf, reaches, type Stated, statedIn, type Written } from '../../../subgraphs/kernel/stated.js';

const decimal = ({ digits, decimals }: Written): string => {
  const all = String(digits < 0n ? -digits : digits).padStart(decimals + 1, '0');
  return `${all.slice(0, all.length - decimals)}${decimals > 0 ? `.${all.slice(-decimals)}` : ''}`;
};
const shown = (stated: Stated): string => {
  const size = decimal(stated);
  if (stated.kind === 'FACTOR') return `x${size}`;
  if (stated.kind === 'OFF') return `${size} off`;
  return `${stated.digits < 0n ? '-' : stated.signed ? '+' : ''}${size} %`;
};

test.each`
  text                          | states
  ${'10% back'}                 | ${'10 %'}
  ${'返10％'}                   | ${'10 %'}
  ${'返１０％'}                 | ${'10 %'}
  ${'+20.00 % value'}           | ${'+20.00 %'}
  ${'每积分价值＋20.00％'}      | ${'+20.00 %'}
  ${'−16.67 %'}                 | ${'-16.67 %'}
  ${'-16,67 %'}                 | ${'-16.67 %'}
  ${'1,000 % more'}             | ${'1000 %'}
  ${'1,234.5 %'}                | ${'1234.5 %'}
  ${'levels 1,2,3 %'}           | ${'3 %'}
  ${'1,2.5 %'}                  | ${'2.5 %'}
  ${'50 percent back'}          | ${'50 %'}
  ${'50 per cent back'}         | ${'50 %'}
  ${'fifty percent back'}       | ${'50 %'}
  ${'twenty-five per cent'}     | ${'25 %'}
  ${'one hundred percent'}      | ${'100 %'}
  ${'10-20 % more'}             | ${'20 %'}
  ${'50% here, 5％ there'}      | ${'50 %, 5 %'}
  ${'百分之五十'}               | ${'50 %'}
  ${'百分之50'}                 | ${'50 %'}
  ${'百分之百'}                 | ${'100 %'}
  ${'百分之十六点六七'}         | ${'16.67 %'}
  ${'百分之二十五'}             | ${'25 %'}
  ${'百分之负五'}               | ${'-5 %'}
  ${'提高5个百分点'}            | ${'5 %'}
  ${'返三成'}                   | ${'30 %'}
  ${'三成半'}                   | ${'35 %'}
  ${'8折'}                      | ${'20 off'}
  ${'８折'}                     | ${'20 off'}
  ${'八折'}                     | ${'20 off'}
  ${'八五折'}                   | ${'15 off'}
  ${'85折'}                     | ${'15 off'}
  ${'8.5折'}                    | ${'15 off'}
  ${'八点五折'}                 | ${'15 off'}
  ${'8.33折'}                   | ${'16.7 off'}
  ${'五折起'}                   | ${'50 off'}
  ${'一折'}                     | ${'90 off'}
  ${'95折'}                     | ${'5 off'}
  ${'10折'}                     | ${'0 off'}
  ${'半价'}                     | ${'50 off'}
  ${'对折'}                     | ${'50 off'}
  ${'half price'}               | ${'50 off'}
  ${'double points'}            | ${'x2'}
  ${'Doubled!'}                 | ${'x2'}
  ${'dou\u200Bble'}             | ${'x2'}
  ${'twice the points'}         | ${'x2'}
  ${'triple points'}            | ${'x3'}
  ${'Treble points'}            | ${'x3'}
  ${'thrice the value'}         | ${'x3'}
  ${'quadruple points'}         | ${'x4'}
  ${'three times on green'}     | ${'x3'}
  ${'5 times the points'}       | ${'x5'}
  ${'up to 3 times the points'} | ${'x3'}
  ${'two-fold'}                 | ${'x2'}
  ${'tenfold'}                  | ${'x10'}
  ${'2-fold'}                   | ${'x2'}
  ${'2x'}                       | ${'x2'}
  ${'5X points'}                | ${'x5'}
  ${'5 x points'}               | ${'x5'}
  ${'1.2x'}                     | ${'x1.2'}
  ${'1,2x'}                     | ${'x1.2'}
  ${'x1.5'}                     | ${'x1.5'}
  ${'积分x2'}                   | ${'x2'}
  ${'积分×２'}                  | ${'x2'}
  ${'×1.5'}                     | ${'x1.5'}
  ${'3× points'}                | ${'x3'}
  ${'积分*2'}                   | ${'x2'}
  ${'now,5x points'}            | ${'x5'}
  ${'双倍积分'}                 | ${'x2'}
  ${'雙倍積分'}                 | ${'x2'}
  ${'两倍'}                     | ${'x2'}
  ${'二倍'}                     | ${'x2'}
  ${'三倍积分'}                 | ${'x3'}
  ${'叁倍'}                     | ${'x3'}
  ${'10倍'}                     | ${'x10'}
  ${'十倍'}                     | ${'x10'}
  ${'十二倍'}                   | ${'x12'}
  ${'12倍'}                     | ${'x12'}
  ${'２倍'}                     | ${'x2'}
  ${'2 倍'}                     | ${'x2'}
  ${'1.2倍'}                    | ${'x1.2'}
  ${'1.5倍'}                    | ${'x1.5'}
  ${'一点五倍'}                 | ${'x1.5'}
  ${'两倍半'}                   | ${'x2.5'}
  ${'积分点三倍'}               | ${'x3'}
  ${'百倍'}                     | ${'x100'}
  ${'一百二十倍'}               | ${'x120'}
  ${'加倍兑换'}                 | ${'x2'}
  ${'翻倍'}                     | ${'x2'}
  ${'翻番'}                     | ${'x2'}
  ${'翻两番'}                   | ${'x4'}
  ${'多倍积分'}                 | ${'x2'}
  ${'积分增加一倍'}             | ${'x2'}
  ${'多一倍'}                   | ${'x2'}
  ${'增加两倍'}                 | ${'x3'}
  ${'增加到两倍'}               | ${'x2'}
  ${'0.5x the points'}          | ${'x0.5'}
  ${'三倍积分 / Triple points'} | ${'x3, x3'}
  ${'返两成'}                   | ${'20 %'}
  ${'20個百分點'}               | ${'20 %'}
  ${'二十个百分点'}             | ${'20 %'}
  ${'2️⃣倍积分'}                 | ${'x2'}
  ${'2\u3164倍'}                | ${'x2'}
  ${'2\u2800倍'}                | ${'x2'}
  ${'2\u0001倍'}                | ${'x2'}
  ${'dóuble points'}            | ${'x2'}
  ${'翻了一番'}                 | ${'x2'}
  ${'翻了兩番'}                 | ${'x4'}
  ${'翻2番'}                    | ${'x4'}
  ${'翻了番'}                   | ${'x2'}
  ${'翻 倍'}                    | ${'x2'}
  ${'加\u3000倍'}               | ${'x2'}
  ${'二 十 倍'}                 | ${'x20'}
  ${'百分百返还'}               | ${'100 %'}
  ${'半價'}                     | ${'50 off'}
  ${'對折'}                     | ${'50 off'}
  ${'數倍積分'}                 | ${'x2'}
  ${'百分之負五'}               | ${'-5 %'}
  ${'½ price'}                  | ${'50 off'}
  ${'1/2 price'}                | ${'50 off'}
  ${'2½倍'}                     | ${'x2.5'}
  ${'２½倍'}                    | ${'x2.5'}
  ${'twenty‑five percent'}      | ${'25 %'}
  ${'twenty–five percent'}      | ${'25 %'}
  ${'twenty—five percent'}      | ${'25 %'}
  ${'Sale — 20 %'}              | ${'20 %'}
  ${'价值‐5%'}                  | ${'-5 %'}
  ${'八折商品双倍积分，再返5%'} | ${'5 %, 20 off, x2'}
  ${''}                         | ${''}
  ${'12 months'}                | ${''}
  ${'500 yuan'}                 | ${''}
  ${'5,000'}                    | ${''}
  ${'满500元减50元'}            | ${''}
  ${'10 points per yuan'}       | ${''}
  ${'1 point per yuan'}         | ${''}
  ${'每消费1元积1分'}           | ${''}
  ${'每人限2次'}                | ${''}
  ${'24个月内有效'}             | ${''}
  ${'2027年1月10日'}            | ${''}
  ${'08:00-18:00'}              | ${''}
  ${'twice a month'}            | ${''}
  ${'3 times per member'}       | ${''}
  ${'at most 3 times.'}         | ${''}
  ${'once'}                     | ${''}
  ${'double room'}              | ${''}
  ${'2 x 500 ml'}               | ${''}
  ${'10×15 cm'}                 | ${''}
  ${'茶杯×2件'}                 | ${''}
  ${'茶杯×15件'}                | ${''}
  ${'5,000* points'}            | ${''}
  ${'max 2 per member'}         | ${''}
  ${'3折叠伞'}                  | ${''}
  ${'100积分折合1元'}           | ${''}
  ${'第三成员'}                 | ${''}
  ${'完成订单后'}               | ${''}
  ${'加入会员'}                 | ${''}
  ${'一百分百货券'}             | ${''}
  ${'第三成員'}                 | ${''}
  ${'3折疊伞'}                  | ${''}
  ${'on behalf officers'}       | ${''}
  ${'1/2 pieces'}               | ${''}
  ${'iPhone 15'}                | ${''}
  ${'Points get you a phone'}   | ${''}
`('"$text" states "$states"', ({ text, states }) =>
  expect(
    statedIn(text as string)
      .map(shown)
      .join(', '),
  ).toBe(states),
);

test.each`
  text          | written
  ${'十'}       | ${'10'}
  ${'二十'}     | ${'20'}
  ${'一百零五'} | ${'105'}
  ${'两千三百'} | ${'2300'}
  ${'一万二千'} | ${'12000'}
  ${'万'}       | ${'10000'}
  ${'二〇三'}   | ${'203'}
  ${'零点五'}   | ${'0.5'}
`('$text is $written', ({ text, written }) => expect(decimal(chineseNumber(text as string))).toBe(written));

test.each`
  text         | written
  ${'+16.7'}   | ${'167 1 signed'}
  ${'－16,67'} | ${'-1667 2 signed'}
  ${'20 %'}    | ${'20 0'}
  ${'２０％'}  | ${'20 0'}
  ${'1,000'}   | ${'1000 0'}
  ${'x'}       | ${null}
  ${'20 30'}   | ${null}
  ${''}        | ${null}
`('"$text" as a percentage is $written', ({ text, written }) => {
  const read = percentOf(text as string);
  expect(read && `${read.digits} ${read.decimals}${read.signed ? ' signed' : ''}`).toBe(written);
});

test('a share is as it is written, to one decimal at the least; a multiple is reached or passed', () => {
  const fifth = { numerator: 1n, denominator: 5n };
  const written = (digits: bigint, decimals: number): Written => ({ digits, decimals });
  expect([isShare(written(20n, 0), fifth), isShare(written(200n, 1), fifth), isShare(written(201n, 1), fifth)]).toEqual([
    true,
    true,
    false,
  ]);
  const sixth = { numerator: -1n, denominator: 6n };
  expect([isShare(written(-17n, 0), sixth), isShare(written(-167n, 1), sixth), isShare(written(-1667n, 2), sixth)]).toEqual([
    false,
    true,
    true,
  ]);
  expect([reaches(written(12n, 1), fifth), reaches(written(120001n, 5), fifth), reaches(written(2n, 0), fifth)]).toEqual([
    true,
    false,
    false,
  ]);
});

test('every multiple reads the same in digits, in full width, after a cross, and in numerals', () => {
  const numerals = '零一二三四五六七八九';
  const ofNumerals = (n: number): string =>
    n < 10 ? (numerals[n] as string) : `${n < 20 ? '' : numerals[Math.floor(n / 10)]}十${n % 10 === 0 ? '' : numerals[n % 10]}`;
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 99 }), fc.integer({ min: 0, max: 9 }), (whole, tenth) => {
      const arabic = tenth === 0 ? `${whole}` : `${whole}.${tenth}`;
      const wide = [...arabic].map((char) => (char === '.' ? char : String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0))).join('');
      const chinese = `${ofNumerals(whole)}${tenth === 0 ? '' : `点${numerals[tenth]}`}`;
      for (const text of [
        `${arabic}倍`,
        `${wide}倍`,
        `${chinese}倍积分`,
        `${arabic}x`,
        `x${arabic}`,
        `积分×${arabic}`,
        `${arabic} times the points`,
      ])
        expect(`${text}: ${statedIn(text).map(shown).join()}`).toBe(`${text}: x${arabic}`);
    }),
    { seed: 23, numRuns: 100 },
  );
});
