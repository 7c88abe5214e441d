import { v7 as uuid } from 'uuid';
import { list, quoted } from './gather.js';
import type { Call } from './one-trip.js';
import type { BurnRequest, Leg } from './take-request.js';

/** Arguments of the SQL function `take_points`. */
export interface Take extends BurnRequest {
  readonly principal: string;
  readonly key: string;
  readonly hash: string;
  readonly expiresAt: string | null;
  readonly burn: boolean;
}

const plain: Call = { name: 'burn_points', text: 'select burn_points($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)' };
const one: Call = { name: 'take_points', text: 'select take_points($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)' };
const group: Call = {
  name: 'take_points_batch',
  text: 'select take_points_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)',
};

/** The cheapest call that may do it: what it cannot do, `take_points` does within the same trip. */
export const firstCall = (take: Take): readonly [Call, readonly unknown[]] =>
  take.burn && take.legs.length === 1 ? [plain, plainValues(take, take.legs[0] as Leg)] : fullCall(take);

/** The call that may do anything. */
export const fullCall = (take: Take): readonly [Call, readonly unknown[]] => [one, valuesOf(take)];

/** Several in one transaction; answers one line each. */
export const groupCall = (takes: readonly Take[]): readonly [Call, readonly unknown[]] => [group, groupValues(takes)];

const plainValues = (take: Take, { programme, points, fen }: Leg): unknown[] => [
  take.memberUid,
  take.principal,
  take.key,
  `\\x${take.hash}`,
  take.hold,
  take.redemption,
  take.acceptor,
  programme,
  String(points),
  String(fen),
  uuid(),
];

const valuesOf = (take: Take): unknown[] => [
  take.memberUid,
  take.principal,
  take.key,
  `\\x${take.hash}`,
  take.hold,
  take.redemption,
  take.acceptor,
  take.expiresAt,
  ...legValues(take.legs),
  list(take.legs, ids),
  take.burn,
];

function groupValues(takes: readonly Take[]): unknown[] {
  const legs = takes.flatMap((take) => take.legs);
  let first = 1;
  return [
    list(takes, (take) => take.memberUid),
    list(takes, (take) => quoted(take.principal)),
    list(takes, (take) => quoted(take.key)),
    list(takes, (take) => `"\\\\x${take.hash}"`),
    list(takes, (take) => take.hold),
    list(takes, (take) => take.redemption),
    list(takes, (take) => quoted(take.acceptor)),
    list(takes, (take) => take.expiresAt ?? 'NULL'),
    list(takes, (take) => take.burn),
    list(takes, (take) => (first += take.legs.length) - take.legs.length),
    list(takes, (take) => take.legs.length),
    list(legs, (leg) => quoted(leg.programme)),
    list(legs, (leg) => leg.points),
    list(legs, (leg) => leg.fen),
    list(legs, ids),
  ];
}

/** Legs as three arrays: programmes, points, fen. */
export const legValues = (legs: readonly Leg[]): string[] => [
  list(legs, (leg) => quoted(leg.programme)),
  list(legs, (leg) => leg.points),
  list(legs, (leg) => leg.fen),
];

/** The id of a leg's entry and of the obligation that it makes. Made here, for time-ordered ones cost the database more. */
const ids = (): string => uuid();
