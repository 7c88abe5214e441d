import type { Stage } from './stage.js';
import { redeem } from './redeem.js';
import type { Chapter, Step } from './story.js';

const billFen = 10_000;
const months = Array.from({ length: 12 }, (_, index) => index + 1);

interface Bill {
  readonly creditAppliedFen: number;
  readonly netFen: number;
}

/** B2–B5, I1, I2: a year of telephone bills, and the data pack at 800 points. */
export function telecomChapter(): Chapter {
  let li = '';
  let second = '';
  const year = { boughtFen: 0, appliedFen: 0 };
  const bill = async (stage: Stage, member: string, fen: number, month: number) =>
    stage.report<Bill>(
      member,
      { kind: 'BILL', partner: 'telecom', fen, period: `2026-${String(month).padStart(2, '0')}` },
      'creditAppliedFen netFen',
    );
  const monthly = (month: number): Step => ({
    says: {
      en:
        month === 1
          ? 'Month 1: no credit yet; the 1,000 points become 10.00 of phone credit'
          : `Month ${month}: last month's credit pays 10.00 of 100.00`,
      zh: month === 1 ? '第1个月：尚无话费可抵；1,000积分换10元话费' : `第${month}个月：上月话费抵扣10元，实付90元`,
    },
    expects: { appliedFen: month === 1 ? 0 : 1_000, netFen: month === 1 ? 10_000 : 9_000, earnedPoints: 1_000, creditBoughtFen: 1_000 },
    async act(stage) {
      if (month === 1) li = await stage.enrol('M-Li', 'telecom');
      const { creditAppliedFen, netFen, accrual } = await bill(stage, li, billFen, month);
      const { redemption } = await redeem(stage, li, 'phone-credit-10', ['TEL-P'], 0);
      year.appliedFen += creditAppliedFen;
      year.boughtFen += redemption?.priceFen ?? 0;
      return { appliedFen: creditAppliedFen, netFen, earnedPoints: accrual?.points ?? 0, creditBoughtFen: redemption?.priceFen ?? 0 };
    },
  });
  return {
    title: { en: 'The telephone bill: M-Li pays 100.00 a month', zh: '话费：李女士每月话费100元' },
    source: 'B2–B5, I1, I2',
    steps: [
      ...months.map(monthly),
      {
        says: { en: 'The year: 12 × 10.00 granted, of which 11 were used within it', zh: '全年：得到12×10元，其中11次当年用掉' },
        expects: { creditBoughtFen: 12_000, appliedFen: 11_000, creditLeftFen: 1_000 },
        async act(stage) {
          const query = 'query ($ref: String!) { member(ref: $ref) { phoneCreditFen } }';
          const { member } = await stage.ask<{ member: { phoneCreditFen: number } }>({ partner: 'telecom' }, query, { ref: li });
          return { creditBoughtFen: year.boughtFen, appliedFen: year.appliedFen, creditLeftFen: member.phoneCreditFen };
        },
      },
      {
        says: { en: 'A bill of 79.90 earns 799 points: one short of the data pack', zh: '79.90元话费得799分：换流量包还差1分' },
        expects: { earnedPoints: 799, code: 'INSUFFICIENT_POINTS', missingPoints: 1 },
        async act(stage) {
          second = await stage.enrol('M-Li-2', 'telecom');
          const { accrual } = await bill(stage, second, 7_990, 1);
          const { code, missingPoints } = await redeem(stage, second, 'data-pack-10gb', ['TEL-P'], 0);
          return { earnedPoints: accrual?.points ?? 0, code, missingPoints };
        },
      },
      {
        says: { en: 'With one point more, 800 points are 10 GB', zh: '再得1分，800分换10GB流量包' },
        expects: { earnedPoints: 1, code: 'COMPLETED', gigabytes: 10 },
        async act(stage) {
          const { accrual } = await bill(stage, second, 10, 2);
          const { code } = await redeem(stage, second, 'data-pack-10gb', ['TEL-P'], 0);
          const query = 'query ($ref: String!) { member(ref: $ref) { dataPacks { gb } } }';
          const { member } = await stage.ask<{ member: { dataPacks: { gb: number }[] } }>({ partner: 'telecom' }, query, { ref: second });
          return { earnedPoints: accrual?.points ?? 0, code, gigabytes: member.dataPacks.reduce((sum, { gb }) => sum + gb, 0) };
        },
      },
    ],
  };
}
