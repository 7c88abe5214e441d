import { pointsFrom, redeem, walletOf } from './redeem.js';
import type { Stage } from './stage.js';
import type { Chapter } from './story.js';

/** A7, A8: what a good credit record gives, and only to who agreed that it counts. */
export function creditChapter(): Chapter {
  let qian = '';
  let zhou = '';
  const order = { kind: 'SERVICE_ORDER', partner: 'automotive', sku: 'repair', category: 'repair' } as const;
  const record = (stage: Stage, member: string, band: 'TRUSTED' | 'BASE') =>
    stage.ask({ partner: 'city' }, 'mutation ($input: RecordCreditInput!) { recordCredit(input: $input) { __typename } }', {
      input: { member, band, source: 'city' },
    });
  const agree = (stage: Stage, member: string) =>
    stage.ask(
      { member },
      'mutation { grantConsent(recipient: "automotive", purpose: CREDIT_BENEFITS, classes: [CREDIT]) { __typename ... on Refusal { code message } } }',
    );
  const maintenance = (stage: Stage, member: string) => redeem(stage, member, 'basic-maintenance', ['AUTO-P'], 0);
  return {
    title: { en: 'Good credit: M-Qian and M-Zhou', zh: '信用激励：钱先生与周女士' },
    source: 'A7, A8',
    steps: [
      {
        says: { en: 'Both have 4,500 points; unasked, a good record counts for nothing', zh: '两人各有4,500分；未经同意，信用不起作用' },
        expects: { availablePoints: 4_500, code: 'INSUFFICIENT_POINTS', missingPoints: 500 },
        async act(stage) {
          qian = await stage.enrol('M-Qian', 'automotive', 'city');
          zhou = await stage.enrol('M-Zhou', 'automotive', 'city');
          for (const member of [qian, zhou]) await stage.report(member, { ...order, fen: 450_000 });
          await record(stage, qian, 'TRUSTED');
          await record(stage, zhou, 'BASE');
          const { code, missingPoints } = await maintenance(stage, qian);
          return { availablePoints: (await walletOf(stage, qian, 'AUTO-P')).available, code, missingPoints };
        },
      },
      {
        says: { en: 'Both agree: M-Qian has the maintenance for 4,500 points', zh: '两人同意后：钱先生4,500分即可兑换保养' },
        expects: { code: 'COMPLETED', 'usedPoints AUTO-P': 4_500, priceFen: 50_000, cashFen: 0 },
        async act(stage) {
          for (const member of [qian, zhou]) await agree(stage, member);
          const { code, redemption } = await maintenance(stage, qian);
          const { priceFen = null, cashFen = null } = redemption ?? {};
          return { code, 'usedPoints AUTO-P': pointsFrom(redemption, 'AUTO-P'), priceFen, cashFen };
        },
      },
      {
        says: { en: 'M-Zhou is 500 points short', zh: '周女士还差500分' },
        expects: { code: 'INSUFFICIENT_POINTS', missingPoints: 500 },
        async act(stage) {
          const { code, missingPoints } = await maintenance(stage, zhou);
          return { code, missingPoints };
        },
      },
      {
        says: {
          en: '1,000.00 at the garage: 1,250 points for M-Qian, 1,000 for M-Zhou',
          zh: '消费1,000元：钱先生得1,250分，周女士得1,000分',
        },
        expects: { earnedPoints: 1_250, otherPoints: 1_000 },
        async act(stage) {
          const earned = async (member: string) => (await stage.report(member, { ...order, fen: 100_000 })).accrual?.points ?? 0;
          return { earnedPoints: await earned(qian), otherPoints: await earned(zhou) };
        },
      },
    ],
  };
}
