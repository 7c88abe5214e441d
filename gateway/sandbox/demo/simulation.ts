import type { Chapter } from './story.js';

const admin = { staff: 'admin' } as const;

interface Simulated {
  readonly points: number;
  readonly extraPoints: number;
  readonly salesFen: number;
  readonly costFen: number;
  readonly costBasisPointsOfSales: number;
}

/** I7: what a rule would cost is known before it is published; the draft stays one. */
export function simulationChapter(): Chapter {
  return {
    title: { en: 'Before it is published: what a rule costs', zh: '规则试算：发布前先知成本' },
    source: 'I7',
    steps: [
      {
        says: {
          en: 'Double points on 1,000.00 at the garage: 1,000 points more, a tenth of the sales',
          zh: '4S店消费1,000元双倍积分：多发1,000分，成本占销售额一成',
        },
        expects: { earnedPoints: 2_000, extraPoints: 1_000, costFen: 10_000, salesFen: 100_000, share: '10.00 %' },
        async act(stage) {
          const category = `demo-${stage.run}`;
          const { draftRule } = await stage.ask<{ draftRule: { rule?: { id: string } } }>(
            admin,
            `mutation ($input: DraftRuleInput!) { draftRule(input: $input) { __typename ... on RuleDrafted { rule { id } } ... on Refusal { code message } } }`,
            { input: { programme: 'AUTO-P', name: `double ${stage.run}`, kind: 'BONUS', bonusBasisPoints: 10_000, category } },
          );
          const { simulate } = await stage.ask<{ simulate: Simulated }>(
            admin,
            `query ($rule: ID!, $sample: [SamplePurchaseInput!]) {
              simulate(rule: $rule, sample: $sample) { points extraPoints salesFen costFen costBasisPointsOfSales } }`,
            { rule: draftRule.rule?.id, sample: [{ lines: [{ sku: 'service', category, fen: 100_000 }] }] },
          );
          const { points, extraPoints, costFen, salesFen, costBasisPointsOfSales } = simulate;
          return { earnedPoints: points, extraPoints, costFen, salesFen, share: `${(costBasisPointsOfSales / 100).toFixed(2)} %` };
        },
      },
    ],
  };
}
