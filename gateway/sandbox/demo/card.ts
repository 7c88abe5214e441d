import type { Stage } from './stage.js';
import { walletOf } from './redeem.js';
import type { Chapter } from './story.js';

/** A14, A15, B9: card points follow spending, and a green card earns three times on certified green goods. */
export function cardChapter(): Chapter {
  let wu = '';
  const card = (stage: Stage, facts: { transaction: 'SPEND' | 'OPENING'; fen: number; product?: 'GREEN'; certificate?: string }) =>
    stage.report(wu, { kind: 'CARD', partner: 'banking', product: 'STANDARD', ...facts });
  return {
    title: { en: 'The bank card: M-Wu opens one and spends', zh: '银行卡：吴先生开卡与消费' },
    source: 'A14, A15, B9',
    steps: [
      {
        says: { en: 'Opening the card earns nothing', zh: '开卡不送积分' },
        expects: { earnedPoints: 0, availablePoints: 0 },
        async act(stage) {
          wu = await stage.enrol('M-Wu', 'banking');
          const { accrual } = await card(stage, { transaction: 'OPENING', fen: 0 });
          return { earnedPoints: accrual?.points ?? 0, availablePoints: (await walletOf(stage, wu, 'BANK-P')).available };
        },
      },
      {
        says: { en: 'Spending 1,000.00 earns 1,000 points', zh: '刷卡消费1,000元得1,000分' },
        expects: { earnedPoints: 1_000, availablePoints: 1_000 },
        async act(stage) {
          const { accrual } = await card(stage, { transaction: 'SPEND', fen: 100_000 });
          return { earnedPoints: accrual?.points ?? 0, availablePoints: (await walletOf(stage, wu, 'BANK-P')).available };
        },
      },
      {
        says: { en: 'The green card earns 300 points on 100.00 of certified green goods', zh: '绿色卡购买100元认证绿色商品得300分' },
        expects: { earnedPoints: 300 },
        async act(stage) {
          const { accrual } = await card(stage, { transaction: 'SPEND', fen: 10_000, product: 'GREEN', certificate: 'GREEN' });
          return { earnedPoints: accrual?.points ?? 0 };
        },
      },
      {
        says: { en: 'A rule that rewards the opening of a card is refused', zh: '办卡送积分的规则不予保存' },
        expects: { code: 'LINT_FAILED', problem: 'SPEND_TRIGGER_MISSING' },
        async act(stage) {
          const document = `mutation ($input: DraftRuleInput!) {
            draftRule(input: $input) { __typename ... on LintFailed { code problems { code } } }
          }`;
          const rule = {
            programme: 'BANK-P',
            name: `card opening ${stage.run}`,
            kind: 'BASE',
            rate: { points: 1_000, fen: 1 },
            event: 'OPENING',
          };
          const { draftRule } = await stage.ask<{ draftRule: { code?: string; __typename: string; problems?: { code: string }[] } }>(
            { staff: 'admin' },
            document,
            { input: rule },
          );
          return { code: draftRule.code ?? draftRule.__typename, problem: draftRule.problems?.[0]?.code ?? null };
        },
      },
    ],
  };
}
