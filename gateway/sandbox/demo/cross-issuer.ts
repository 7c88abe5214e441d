import { pointsFrom, redeem, type Redemption, type Wallet, walletOf } from './redeem.js';
import type { NewPurchase } from '../purchases.js';
import type { Stage } from './stage.js';
import type { Chapter } from './story.js';

interface Obligation {
  readonly kind: string;
  readonly debtor: { readonly id: string };
  readonly creditor: { readonly id: string };
  readonly fen: number;
  readonly feeFen: number;
  readonly netFen: number;
  readonly period: string;
}

/** B19, A27, A33: a maintenance of 500.00 paid with points of two issuers and cash; who owes whom; and all of it taken back. */
export function crossIssuerChapter(): Chapter {
  let yan = '';
  let redemption: Redemption | null = null;
  let before: Record<'AUTO-P' | 'COAL-P', Wallet>;
  let period = '';
  let statementBefore = 0;
  const wallets = async (stage: Stage) => ({
    'AUTO-P': await walletOf(stage, yan, 'AUTO-P'),
    'COAL-P': await walletOf(stage, yan, 'COAL-P'),
  });
  return {
    title: { en: "Another issuer's points: M-Yan's maintenance", zh: '通积通兑：严女士的基础保养' },
    source: 'B19, A27, A33',
    steps: [
      {
        says: {
          en: 'M-Yan earns 1,000 points at the garage and 30,000 of the coalition',
          zh: '严女士在4S店得1,000分，在联盟商户得30,000分',
        },
        expects: { 'availablePoints AUTO-P': 1_000, 'availablePoints COAL-P': 30_000 },
        async act(stage) {
          yan = await stage.enrol('M-Yan', 'automotive', 'retailer');
          const order: NewPurchase = { kind: 'SERVICE_ORDER', partner: 'automotive', fen: 100_000, sku: 'repair', category: 'repair' };
          await stage.report(yan, order);
          await stage.report(yan, { kind: 'BASKET', partner: 'retailer', fen: 3_000_000, sku: 'daily-goods', category: 'daily' });
          before = await wallets(stage);
          return { 'availablePoints AUTO-P': before['AUTO-P'].available, 'availablePoints COAL-P': before['COAL-P'].available };
        },
      },
      {
        says: {
          en: 'The maintenance of 500.00: 100.00 and 300.00 by points, 100.00 in cash',
          zh: '500元保养：积分抵100元和300元，现金100元',
        },
        expects: { code: 'COMPLETED', 'usedPoints AUTO-P': 1_000, 'usedPoints COAL-P': 30_000, cashFen: 10_000, priceFen: 50_000 },
        async act(stage) {
          period = await periodNow(stage);
          statementBefore = await statementNet(stage, period);
          const redeemed = await redeem(stage, yan, 'basic-maintenance', ['AUTO-P', 'COAL-P'], 10_000);
          redemption = redeemed.redemption;
          return {
            code: redeemed.code,
            'usedPoints AUTO-P': pointsFrom(redemption, 'AUTO-P'),
            'usedPoints COAL-P': pointsFrom(redemption, 'COAL-P'),
            cashFen: redemption?.cashFen ?? null,
            priceFen: redemption?.priceFen ?? null,
          };
        },
      },
      {
        says: { en: 'The coalition owes the garage the value of its points, less the fee', zh: '联盟欠4S店其积分的价值，扣除手续费' },
        expects: { obligations: 1, debtor: 'coalition', creditor: 'automotive', owedFen: 30_000, feeFen: 600, receivesFen: 29_400 },
        async act(stage) {
          const owed = await obligationsOf(stage, redemption?.id);
          const [first] = owed;
          period = first?.period ?? period;
          return {
            obligations: owed.length,
            debtor: first?.debtor.id ?? null,
            creditor: first?.creditor.id ?? null,
            owedFen: first?.fen ?? null,
            feeFen: first?.feeFen ?? null,
            receivesFen: first?.netFen ?? null,
          };
        },
      },
      {
        says: { en: "It stands in the garage's statement", zh: '4S店的对账单随之增加' },
        expects: { statementFen: 29_400 },
        act: async (stage) => ({ statementFen: (await statementNet(stage, period)) - statementBefore }),
      },
      {
        says: { en: 'The service is cancelled: points and cash go back, each its own way', zh: '服务取消：积分与现金分别退回' },
        expects: { restoredPoints: 31_000, cashBackFen: 10_000, arrearsPoints: 0 },
        act: (stage) => takeBack(stage, redemption),
      },
      {
        says: { en: 'The points are in the very lots that they came from', zh: '积分退回原批次，有效期不变' },
        expects: { lots: 'as before' },
        async act(stage) {
          const same = JSON.stringify(await wallets(stage)) === JSON.stringify(before);
          return { lots: same ? 'as before' : 'changed' };
        },
      },
      {
        says: { en: 'Nobody owes anybody for it any more, and the fee is given back', zh: '相应债权债务全部冲回，手续费退还' },
        expects: { statementFen: 0 },
        act: async (stage) => ({ statementFen: (await statementNet(stage, period)) - statementBefore }),
      },
    ],
  };
}

async function obligationsOf(stage: Stage, id: string | undefined): Promise<readonly Obligation[]> {
  const query = 'query ($id: ID!) { redemption(id: $id) { obligations { kind debtor { id } creditor { id } fen feeFen netFen period } } }';
  const { redemption } = await stage.ask<{ redemption: { obligations: Obligation[] } }>({ partner: 'automotive' }, query, { id });
  return redemption.obligations;
}

/** The month in Shanghai by the graph's own clock, which a sandbox can move. */
async function periodNow(stage: Stage): Promise<string> {
  const { sandboxClock } = await stage.ask<{ sandboxClock: string }>({ staff: 'finance' }, '{ sandboxClock }');
  return new Date(Date.parse(sandboxClock) + 8 * 3_600_000).toISOString().slice(0, 7);
}

async function statementNet(stage: Stage, period: string): Promise<number> {
  const query = 'query ($period: ID!) { statement(period: $period) { netFen } }';
  return (await stage.ask<{ statement: { netFen: number } }>({ partner: 'automotive' }, query, { period })).statement.netFen;
}

async function takeBack(stage: Stage, redemption: Redemption | null) {
  const document = `mutation ($redemption: ID!, $lines: [ReturnLineInput!]!) {
    returnLines(redemption: $redemption, lines: $lines, reason: SERVICE_CANCELLED) {
      __typename
      ... on LinesReturned { restored { points } cashFen arrears }
      ... on Refusal { code message }
    }
  }`;
  const lines = redemption?.lines.map(({ line }) => ({ line, quantity: 1 }));
  const { returnLines } = await stage.ask<{
    returnLines: { restored?: { points: number }[]; cashFen?: number; arrears?: number; code?: string };
  }>({ partner: 'automotive' }, document, { redemption: redemption?.id, lines });
  return {
    restoredPoints: returnLines.restored?.reduce((sum, { points }) => sum + points, 0) ?? null,
    cashBackFen: returnLines.cashFen ?? null,
    arrearsPoints: returnLines.arrears ?? null,
  };
}
