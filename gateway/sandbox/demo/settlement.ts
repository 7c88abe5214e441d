import type { Stage } from './stage.js';
import type { Chapter } from './story.js';

/** Settlement: a month closes when it is over, all nets sum to zero, and so do the books. */
export function settlementChapter(): Chapter {
  let period = '';
  return {
    title: { en: 'Settlement: what everybody owes sums to zero', zh: '清算：各方收付合计为零' },
    source: 'A17, A18',
    steps: [
      {
        says: { en: 'The nets of this month, over all partners and the operator', zh: '本期全部合作方与运营方的净额' },
        expects: { totalFen: 0 },
        async act(stage) {
          const { sandboxClock } = await stage.ask<{ sandboxClock: string }>({ staff: 'finance' }, '{ sandboxClock }');
          period = new Date(Date.parse(sandboxClock) + 8 * 3_600_000).toISOString().slice(0, 7);
          const query = 'query ($id: ID!) { settlementPeriod(id: $id) { totalFen nets { fen } } }';
          const { settlementPeriod } = await stage.ask<{ settlementPeriod: { totalFen: number; nets: { fen: number }[] } }>(
            { staff: 'finance' },
            query,
            { id: period },
          );
          return { totalFen: settlementPeriod.totalFen + settlementPeriod.nets.reduce((sum, { fen }) => sum + fen, 0) };
        },
      },
      {
        says: { en: 'A month that is not over cannot be closed', zh: '未结束的结算期不能关账' },
        expects: { code: 'PERIOD_NOT_OVER' },
        act: async (stage) => ({ code: (await close(stage, period)).code }),
      },
      {
        says: { en: 'The month before closes, and closing it again gives the same', zh: '上一期关账；重复关账结果相同' },
        expects: { code: 'CLOSED', totalFen: 0, again: 'same' },
        async act(stage) {
          const first = await close(stage, monthBefore(period));
          const second = await close(stage, monthBefore(period));
          return { code: first.code, totalFen: first.totalFen, again: first.nets === second.nets ? 'same' : 'different' };
        },
      },
      {
        says: { en: 'The books: every point that came from somewhere went somewhere', zh: '账簿：每一分都有来有去' },
        expects: { sumPoints: 0 },
        async act(stage) {
          const { books } = await stage.ask<{ books: { sumPoints: number } }>({ staff: 'finance' }, '{ books { sumPoints } }');
          return { sumPoints: books.sumPoints };
        },
      },
    ],
  };
}

/** Pure: `2026-01` -> `2025-12`. */
export function monthBefore(period: string): string {
  const [year = 0, month = 0] = period.split('-').map(Number);
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`;
}

async function close(stage: Stage, id: string): Promise<{ code: string; totalFen: number | null; nets: string }> {
  const document = `mutation ($id: ID!) {
    closePeriod(id: $id) {
      __typename
      ... on PeriodClosed { period { totalFen nets { partner { id } fen } } }
      ... on Refusal { code message }
    }
  }`;
  const { closePeriod } = await stage.ask<{
    closePeriod: { code?: string; period?: { totalFen: number; nets: { partner: { id: string }; fen: number }[] } };
  }>({ staff: 'finance' }, document, { id });
  const { period } = closePeriod;
  return { code: period ? 'CLOSED' : (closePeriod.code ?? ''), totalFen: period?.totalFen ?? null, nets: JSON.stringify(period?.nets) };
}
