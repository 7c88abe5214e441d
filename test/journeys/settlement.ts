import { viewers } from '../support/viewers.js';
import { type Story, told } from './story.js';

const finance = viewers.staff('finance');
const close = `mutation ($id: ID!) { closePeriod(id: $id) { __typename
  ... on PeriodClosed { replayed period { id status nets { partner { id } fen } totalFen } }
  ... on PeriodNotOver { endsAt }
  ... on Refusal { code message } } }`;

interface Closed {
  readonly __typename: string;
  readonly replayed: boolean;
  readonly period: {
    readonly nets: readonly { readonly partner: { readonly id: string }; readonly fen: number }[];
    readonly totalFen: number;
  };
}

/** P7, A6: a month that is over is netted once and for all. Moves the clock, and so comes last. */
export const settlementStory: Story = (graph) => {
  test('the month cannot be closed before it is over; afterwards its nets sum to zero, and again are the same', async () => {
    const clock = await told<string>(graph(), viewers.anonymous, '{ sandboxClock }');
    const local = new Date(Date.parse(clock) + 8 * 3_600_000);
    const id = local.toISOString().slice(0, 7);
    const end = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1) - 8 * 3_600_000);
    const moveTo = (at: Date): Promise<unknown> =>
      told(graph(), viewers.anonymous, 'mutation ($at: DateTime!) { sandbox { setClock(at: $at) } }', { at: at.toISOString() });

    expect(await told(graph(), finance, close, { id }, 'close-early')).toMatchObject({
      __typename: 'PeriodNotOver',
      endsAt: end.toISOString(),
    });
    await moveTo(new Date(end.getTime() + 1_000));
    const closed = await told<Closed>(graph(), finance, close, { id }, 'close');
    expect(closed).toMatchObject({ __typename: 'PeriodClosed', replayed: false, period: { id, status: 'CLOSED', totalFen: 0 } });
    expect(closed.period.nets.reduce((sum, { fen }) => sum + fen, 0)).toBe(0);
    expect(closed.period.nets.find(({ partner }) => partner.id === 'operator')?.fen).toBeGreaterThan(0);
    const again = await told<Closed>(graph(), finance, close, { id }, 'close-again');
    expect(again.period).toEqual(closed.period);

    const automotive = await told<{ status: string; netFen: number }>(
      graph(),
      viewers.partner('automotive'),
      'query ($id: ID!) { statement(period: $id) { status netFen } }',
      { id },
    );
    expect(automotive).toEqual({ status: 'CLOSED', netFen: closed.period.nets.find(({ partner }) => partner.id === 'automotive')?.fen });
  });

  test('after all of it the books are even', async () => {
    const books = await told<{ postings: number; sumPoints: number; liabilityFen: number }>(
      graph(),
      finance,
      '{ books { postings sumPoints liabilityFen } }',
    );
    expect(books.sumPoints).toBe(0);
    expect(books.postings).toBeGreaterThan(100);
    expect(books.liabilityFen).toBeGreaterThan(0);
  });
};
