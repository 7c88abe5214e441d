import { pointsFrom, redeem, walletOf } from './redeem.js';
import type { Chapter, Step } from './story.js';

/** A26–A29, I6: 1,000 yuan a month at the garage, a maintenance for every 5,000 points. */
export function garageChapter(): Chapter {
  let wang = '';
  let realisedFen = 0;
  const spend = (from: number, to: number, availablePoints: number): Step => ({
    says:
      from === to
        ? { en: `Month ${to}: another 1,000.00`, zh: `第${to}个月：再消费1,000元` }
        : { en: `Months ${from} to ${to}: 1,000.00 each, 1 point per yuan`, zh: `第${from}至${to}个月：每月消费1,000元，1元积1分` },
    expects: { earnedPoints: (to - from + 1) * 1_000, availablePoints },
    async act(stage) {
      if (wang === '') wang = await stage.enrol('M-Wang', 'automotive');
      let earnedPoints = 0;
      for (let month = from; month <= to; month += 1) {
        const order = { kind: 'SERVICE_ORDER', partner: 'automotive', fen: 100_000, sku: 'repair', category: 'repair' } as const;
        earnedPoints += (await stage.report(wang, order)).accrual?.points ?? 0;
      }
      return { earnedPoints, availablePoints: (await walletOf(stage, wang, 'AUTO-P')).available };
    },
  });
  const maintenance = (month: number): Step => ({
    says: { en: `Month ${month}: 5,000 points are a basic maintenance of 500.00`, zh: `第${month}个月：5,000分兑换500元基础保养` },
    expects: { code: 'COMPLETED', 'usedPoints AUTO-P': 5_000, priceFen: 50_000, cashFen: 0 },
    async act(stage) {
      const { code, redemption } = await redeem(stage, wang, 'basic-maintenance', ['AUTO-P'], 0);
      realisedFen += redemption?.priceFen ?? 0;
      return {
        code,
        'usedPoints AUTO-P': pointsFrom(redemption, 'AUTO-P'),
        priceFen: redemption?.priceFen ?? null,
        cashFen: redemption?.cashFen ?? null,
      };
    },
  });
  return {
    title: { en: 'The garage: M-Wang spends 1,000.00 a month', zh: '4S店：王先生每月消费1,000元' },
    source: 'A26–A29, I6',
    steps: [
      spend(1, 4, 4_000),
      {
        says: { en: 'After month 4 the maintenance is still 1,000 points away', zh: '第4个月后：兑换保养还差1,000分' },
        expects: { code: 'INSUFFICIENT_POINTS', missingPoints: 1_000 },
        async act(stage) {
          const { code, missingPoints } = await redeem(stage, wang, 'basic-maintenance', ['AUTO-P'], 0);
          return { code, missingPoints };
        },
      },
      spend(5, 5, 5_000),
      maintenance(5),
      spend(6, 10, 5_000),
      maintenance(10),
      spend(11, 12, 2_000),
      {
        says: { en: 'The year: 12,000 points are 1,000.00 realised and 200.00 left', zh: '全年：12,000分，已兑现1,000元，结余价值200元' },
        expects: { realisedFen: 100_000, availablePoints: 2_000, residualFen: 20_000 },
        async act(stage) {
          const { available, valueFen } = await walletOf(stage, wang, 'AUTO-P');
          return { realisedFen, availablePoints: available, residualFen: valueFen };
        },
      },
    ],
  };
}
