import { walletOf } from './redeem.js';
import type { Stage } from './stage.js';
import type { Chapter, Facts } from './story.js';

/** B11, B12: points for taking part, with proof, once each and up to a month's cap. */
export function engagementChapter(): Chapter {
  let zheng = '';
  const happen = async (stage: Stage, kind: string, proofRef: string): Promise<Facts> => {
    const { reportEngagement } = await stage.ask<{
      reportEngagement: { code?: string; engagement?: { accrual: { points: number; withheld: number } | null } };
    }>(
      { partner: 'baby' },
      `mutation ($input: ReportEngagementInput!) { reportEngagement(input: $input) { __typename
        ... on EngagementReported { engagement { accrual { points withheld } } } ... on Refusal { code message } } }`,
      { input: { memberRef: zheng, kind, proofRef: `${proofRef}-${stage.run}` } },
    );
    const { code = 'REPORTED', engagement } = reportEngagement;
    return { code, earnedPoints: engagement?.accrual?.points ?? 0, withheldPoints: engagement?.accrual?.withheld ?? 0 };
  };
  return {
    title: { en: 'Taking part: M-Zheng at the baby brand', zh: '母婴互动：郑女士' },
    source: 'B11, B12',
    steps: [
      {
        says: { en: 'A lecture is 50 points', zh: '参加讲座得50分' },
        expects: { earnedPoints: 50 },
        async act(stage) {
          zheng = await stage.enrol('M-Zheng', 'baby');
          return happen(stage, 'LECTURE', 'lecture-1');
        },
      },
      {
        says: { en: 'A survey is 30, however often it is reported', zh: '问卷得30分，重复上报不重复给分' },
        expects: { earnedPoints: 30, 'availablePoints BABY-P': 80 },
        async act(stage) {
          const first = await happen(stage, 'SURVEY', 'survey-1');
          await happen(stage, 'SURVEY', 'survey-1');
          return { ...first, 'availablePoints BABY-P': (await walletOf(stage, zheng, 'BABY-P')).available };
        },
      },
      {
        says: { en: 'A suggestion that nobody made is not adopted', zh: '没有提过的建议不能算被采纳' },
        expects: { code: 'PROOF_MISSING' },
        act: (stage) => happen(stage, 'ADOPTED_SUGGESTION', 'idea-1'),
      },
      {
        says: { en: 'One that was made is 100 points when it is adopted', zh: '建议被采纳得100分' },
        expects: { earnedPoints: 100 },
        async act(stage) {
          await happen(stage, 'SUGGESTION', 'idea-1');
          return happen(stage, 'ADOPTED_SUGGESTION', 'idea-1');
        },
      },
      {
        says: { en: 'A fourth lecture of the month is above its cap of 150', zh: '当月第四场讲座超出150分上限' },
        expects: { earnedPoints: 0, withheldPoints: 50 },
        async act(stage) {
          for (const lecture of ['lecture-2', 'lecture-3']) await happen(stage, 'LECTURE', lecture);
          return happen(stage, 'LECTURE', 'lecture-4');
        },
      },
    ],
  };
}
