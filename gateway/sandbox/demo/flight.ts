import { pointsFrom, redeem, type Redemption, walletOf } from './redeem.js';
import type { Chapter } from './story.js';

interface Cancelled {
  readonly code?: string;
  readonly replayed?: boolean;
  readonly cancellation?: {
    readonly restored: readonly { readonly points: number }[];
    readonly cashFen: number;
    readonly compensated: { readonly points: number } | null;
  };
}

/** B17: the carrier cancels, and the miles come back with a tenth on top. */
export function flightChapter(): Chapter {
  let feng = '';
  let booked: Redemption | null = null;
  const miles = 'AIR-M';
  return {
    title: { en: "A cancelled flight: M-Feng's miles", zh: '航班取消：冯先生的里程' },
    source: 'B16, B17',
    steps: [
      {
        says: { en: 'Fares of 60,000.00 earn a mile per 2 yuan', zh: '票价60,000元，每2元积1里程' },
        expects: { earnedPoints: 30_000 },
        async act(stage) {
          feng = await stage.enrol('M-Feng', 'airline');
          const { accrual } = await stage.report(feng, { kind: 'BOOKING', partner: 'airline', fen: 6_000_000, booking: 'FLIGHT' });
          return { earnedPoints: accrual?.points ?? 0 };
        },
      },
      {
        says: { en: 'A flight for all of them, and its tax of 90.00 in cash', zh: '全部里程兑换机票，税费90元付现金' },
        expects: { code: 'COMPLETED', 'usedPoints AIR-M': 30_000, cashFen: 9_000, 'availablePoints AIR-M': 0 },
        async act(stage) {
          const { code, redemption } = await redeem(stage, feng, ['award-flight', 'award-flight-tax'], [miles], 9_000);
          booked = redemption;
          const { available } = await walletOf(stage, feng, miles);
          const cashFen = redemption?.cashFen ?? null;
          return { code, 'usedPoints AIR-M': pointsFrom(redemption, miles), cashFen, 'availablePoints AIR-M': available };
        },
      },
      {
        says: { en: 'The carrier cancels: all back and 3,000 more, once', zh: '航司取消：里程与税费全退，另补3,000里程，仅一次' },
        expects: { restoredPoints: 30_000, cashBackFen: 9_000, compensatedPoints: 3_000, again: 'same', 'availablePoints AIR-M': 33_000 },
        async act(stage) {
          const cancel = async () =>
            (
              await stage.ask<{ cancelBooking: Cancelled }>(
                { partner: 'airline' },
                `mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { __typename
                  ... on BookingCancelled { replayed cancellation { restored { points } cashFen compensated { points } } } ... on Refusal { code message } } }`,
                { input: { booking: booked?.id ?? '', by: 'CARRIER', event: 'storm' } },
              )
            ).cancelBooking;
          const { cancellation } = await cancel();
          const again = await cancel();
          return {
            restoredPoints: cancellation?.restored.reduce((sum, { points }) => sum + points, 0) ?? null,
            cashBackFen: cancellation?.cashFen ?? null,
            compensatedPoints: cancellation?.compensated?.points ?? null,
            again: again.replayed === true ? 'same' : (again.code ?? 'other'),
            'availablePoints AIR-M': (await walletOf(stage, feng, miles)).available,
          };
        },
      },
    ],
  };
}
