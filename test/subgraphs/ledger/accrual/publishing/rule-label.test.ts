import { rational } from '../../../../../subgraphs/kernel/rational.js';
import { mismatchesOf } from '../../../../../subgraphs/ledger/accrual/publishing/rule-label.js';
import { base, bonus, rule } from '../rule-builders.js';

const fen = rational(1n);
const telecom = base(10, 100);
const garage = base(1, 100);
test.each`
  claim                         | of                                                  | value            | computed
  ${'1% back'}                  | ${telecom}                                          | ${fen}           | ${'10.00 % give-back'}
  ${'10% back'}                 | ${telecom}                                          | ${fen}           | ${null}
  ${'返10％'}                   | ${telecom}                                          | ${fen}           | ${null}
  ${'1% back'}                  | ${base(1, 100)}                                     | ${fen}           | ${null}
  ${'1.00 %'}                   | ${base(1, 100)}                                     | ${fen}           | ${null}
  ${'0.99 %'}                   | ${base(1, 100)}                                     | ${fen}           | ${'1.00 % give-back'}
  ${'10% back on service'}      | ${garage}                                           | ${rational(10n)} | ${null}
  ${'33.3% back'}               | ${base(1, 3)}                                       | ${fen}           | ${null}
  ${'33% back'}                 | ${base(1, 3)}                                       | ${fen}           | ${'33.33 % give-back'}
  ${'double points'}            | ${bonus(10_000, {})}                                | ${fen}           | ${null}
  ${'double points'}            | ${bonus(9_999, {})}                                 | ${fen}           | ${'99.99 % on top of the base'}
  ${'双倍积分'}                 | ${bonus(2_000, {})}                                 | ${fen}           | ${'20.00 % on top of the base'}
  ${'绿色三倍'}                 | ${bonus(20_000, {})}                                | ${fen}           | ${null}
  ${'three times on green'}     | ${bonus(10_000, {})}                                | ${fen}           | ${'100.00 % on top of the base'}
  ${'3x points'}                | ${bonus(20_000, {})}                                | ${fen}           | ${null}
  ${'4倍'}                      | ${bonus(20_000, {})}                                | ${fen}           | ${'200.00 % on top of the base'}
  ${'+50% on dresses'}          | ${bonus(5_000, {})}                                 | ${fen}           | ${null}
  ${'double points'}            | ${telecom}                                          | ${fen}           | ${'10.00 % give-back'}
  ${'10% of the miles'}         | ${rule({ kind: 'EVENT', bonusBasisPoints: 1_000 })} | ${fen}           | ${null}
  ${'5%'}                       | ${rule({ kind: 'EVENT', eventPoints: 50n })}        | ${fen}           | ${'no share of anything'}
  ${'三倍积分 / Triple points'} | ${bonus(2_000, {})}                                 | ${fen}           | ${'20.00 % on top of the base'}
  ${'1.5倍积分'}                | ${bonus(5_000, {})}                                 | ${fen}           | ${null}
  ${'x1.5'}                     | ${bonus(5_000, {})}                                 | ${fen}           | ${null}
  ${'x1.5'}                     | ${bonus(4_999, {})}                                 | ${fen}           | ${'49.99 % on top of the base'}
  ${'1.2x'}                     | ${bonus(2_000, {})}                                 | ${fen}           | ${null}
  ${'12倍'}                     | ${bonus(10_000, {})}                                | ${fen}           | ${'100.00 % on top of the base'}
  ${'quadruple'}                | ${bonus(30_000, {})}                                | ${fen}           | ${null}
  ${'五折'}                     | ${bonus(5_000, {})}                                 | ${fen}           | ${'50.00 % on top of the base'}
  ${'百分之五十'}               | ${bonus(5_000, {})}                                 | ${fen}           | ${null}
  ${'50 percent back'}          | ${telecom}                                          | ${fen}           | ${'10.00 % give-back'}
  ${'10 percent back'}          | ${telecom}                                          | ${fen}           | ${null}
  ${'12 months'}                | ${telecom}                                          | ${fen}           | ${null}
  ${'10 points per yuan'}       | ${telecom}                                          | ${fen}           | ${null}
  ${''}                         | ${telecom}                                          | ${fen}           | ${null}
`('"$claim": $computed', ({ claim, of, value, computed }) =>
  expect(mismatchesOf([claim as string, null], of, value)).toEqual(computed === null ? [] : [{ claimed: claim, computed }]),
);
