import { allocate } from '../../../subgraphs/kernel/rational.js';

/** The ledger of one member as it should be: no database, no jobs, everything happens at its very instant. */
export class Model {
  now: number;
  frozen = false;
  readonly lots: Lot[] = [];
  readonly holds: Hold[] = [];
  readonly accruals: Accrual[] = [];
  readonly arrears: Record<string, number> = {};
  private readonly cashBack: Record<string, number> = {};
  /** Cash of every redemption here. */
  private cashTotal = 1;

  constructor(
    now: number,
    private readonly graceDays: Readonly<Record<string, number | null>>,
    /** Programmes of the shop where everything is redeemed, whose points cost a fen each and are deducted from refunds. */
    private readonly deducts: readonly string[],
  ) {
    this.now = now;
  }

  wait(ms: number): void {
    this.now += ms;
    for (const hold of this.holds)
      if (hold.state === 'OPEN' && hold.expiresAt !== null && hold.expiresAt <= this.now) this.giveBack(hold, 'EXPIRED');
    for (const lot of this.lots) if (this.isOver(lot)) lot.free = 0;
  }

  earn(
    programme: string,
    points: number,
    lot: Pick<Lot, 'id' | 'expiresAt' | 'earnedAt'>,
    accrual: string,
    redemption: string | null,
  ): void {
    const deducted = Math.min(this.arrears[programme] ?? 0, points);
    this.arrears[programme] = (this.arrears[programme] ?? 0) - deducted;
    const made = { id: accrual, programme, points, clawed: 0, redemption };
    this.accruals.push(made);
    this.lots.push({ ...lot, programme, free: points - deducted, held: 0, revivedAt: null, accrual });
    this.wait(0);
    // What came back before its purchase was reported.
    const back = redemption === null ? undefined : this.cashBack[redemption];
    if (back !== undefined) this.claw(made, back, this.cashTotal);
  }

  hold(id: string, redemption: string, asked: readonly Leg[], expiresAt: number | null): object {
    const legs = asked.filter(({ points }) => points > 0);
    if (this.frozen) return { __typename: 'MemberFrozen' };
    const parts: Part[] = [];
    for (const { programme, points } of legs) {
      const taken = this.take(programme, points);
      const missing = points - total(taken);
      if (missing > 0) {
        for (const { lot, points: back } of [...parts, ...taken]) lot.free += back;
        return { __typename: 'PointsMissing', programme, missing };
      }
      parts.push(...taken.map(({ lot, points: of }) => ({ lot, points: of, expiresAt: lot.expiresAt, returned: 0 })));
    }
    for (const { lot, points } of parts) lot.held += points;
    this.holds.push({
      id,
      redemption,
      legs: legs.map(({ programme, points }) => ({ programme, points, returned: 0 })),
      parts,
      state: 'OPEN',
      expiresAt,
      capturedAt: null,
    });
    this.wait(0);
    return { __typename: 'HoldPlaced', hold: id };
  }

  pin(hold: Hold): object {
    return this.closed(hold) ?? (Object.assign(hold, { state: 'PINNED', expiresAt: null }), { __typename: 'HoldPinned' });
  }

  /** All of it, or of each programme what `asked` names and no more than is held. */
  capture(hold: Hold, asked?: readonly Leg[]): object {
    const closed = this.closed(hold);
    if (closed) return closed;
    if (asked) this.narrow(hold, asked);
    for (const { lot, points } of hold.parts) lot.held -= points;
    hold.state = 'CAPTURED';
    hold.capturedAt = this.now;
    return { __typename: 'HoldCaptured' };
  }

  freeze(): void {
    this.frozen = true;
    for (const hold of this.holds) if (hold.state === 'OPEN' && hold.expiresAt !== null) this.giveBack(hold, 'RELEASED');
  }

  /** Points to another member; what arrives are lots of its own, which the ledger names afterwards. */
  transfer(to: Model, programme: string, points: number): { answer: object; arrived: readonly Arrived[] } {
    const refused = (answer: object) => ({ answer, arrived: [] });
    if (this.frozen) return refused({ __typename: 'MemberFrozen' });
    if (to.frozen) return refused({ __typename: 'RecipientUnavailable' });
    if ((this.arrears[programme] ?? 0) > 0) return refused({ __typename: 'InArrears', arrears: this.arrears[programme] });
    const taken = this.take(programme, points);
    const missing = points - total(taken);
    if (missing > 0) {
      for (const { lot, points: back } of taken) lot.free += back;
      return refused({ __typename: 'InsufficientPoints', missing });
    }
    const arrived = taken.map(({ lot: { id: from, earnedAt, expiresAt }, points: free }) => {
      const lot = { id: '', programme, accrual: '', earnedAt, expiresAt, free, held: 0, revivedAt: null };
      to.lots.push(lot);
      return { from, lot };
    });
    to.settle(programme);
    return { answer: { __typename: 'Transferred' }, arrived };
  }

  /** As far as the clock can be set back without anything becoming undone. */
  backBy(ms: number): number {
    const ends = [...this.lots, ...this.holds].map(({ expiresAt }) => expiresAt ?? 0).filter((at) => at <= this.now);
    return Math.max(this.now - ms, ...ends, ...this.lots.map(({ earnedAt }) => earnedAt));
  }

  release(hold: Hold): object {
    if (hold.state !== 'OPEN' && hold.state !== 'PINNED') return { __typename: 'HoldEnded', state: hold.state };
    this.giveBack(hold, 'RELEASED');
    return { __typename: 'HoldReleased' };
  }

  giveLegsBack(hold: Hold, asked: readonly Leg[], cash: number, cashTotal: number): object {
    const legs = asked.filter(({ points }) => points > 0);
    const cashBefore = this.cashBack[hold.redemption] ?? 0;
    const taken = hold.state === 'CAPTURED' ? hold.legs : [];
    const fits = legs.every(({ programme, points }) =>
      taken.some((leg) => leg.programme === programme && leg.returned + points <= leg.points),
    );
    if ((legs.length === 0 && cash === 0) || cashBefore + cash > cashTotal || !fits) return { __typename: 'NothingToReturn' };
    const restored = legs.flatMap(({ programme, points }) => this.restore(hold, programme, points));
    this.cashBack[hold.redemption] = cashBefore + cash;
    this.cashTotal = cashTotal;
    let [clawback, arrears] = [0, 0];
    // Only who redeemed there pays cash back.
    let refund = hold.state === 'CAPTURED' ? cash : 0;
    const deducted: { programme: string; points: number; fen: number }[] = [];
    for (const accrual of this.accruals.filter(({ redemption }) => redemption === hold.redemption).sort(byId)) {
      const { got, owed, kept } = this.claw(accrual, cashBefore + cash, cashTotal, refund);
      clawback += got;
      arrears += owed;
      refund -= kept;
      if (kept === 0) continue;
      const same = deducted.find(({ programme }) => programme === accrual.programme);
      if (same) [same.points, same.fen] = [same.points + kept, same.fen + kept];
      else deducted.push({ programme: accrual.programme, points: kept, fen: kept });
    }
    const settled = [...new Set(legs.map(({ programme }) => programme))]
      .filter((programme) => restored.some((part) => part.programme === programme))
      .reduce((sum, programme) => sum + this.settle(programme), 0);
    return { __typename: 'PointsReturned', restored, clawback, arrears, deducted, settled };
  }

  /** What is owed is taken out of what has come in. */
  private settle(programme: string): number {
    const settled = total(this.take(programme, this.arrears[programme] ?? 0));
    if (settled > 0) this.arrears[programme] = (this.arrears[programme] ?? 0) - settled;
    return settled;
  }

  /** Takes back what an accrual gave for what was paid back; what is not there any more the refund pays for, and the rest is owed. */
  private claw(accrual: Accrual, done: number, of: number, refund = 0): { got: number; owed: number; kept: number } {
    const due = Math.floor((accrual.points * done) / of) - accrual.clawed;
    if (due <= 0) return { got: 0, owed: 0, kept: 0 };
    const own = this.take(accrual.programme, due, (lot) => lot.accrual === accrual.id);
    const got = total(own) + total(this.take(accrual.programme, due - total(own)));
    accrual.clawed += due;
    const kept = this.deducts.includes(accrual.programme) ? Math.min(due - got, refund) : 0;
    this.arrears[accrual.programme] = (this.arrears[accrual.programme] ?? 0) + due - got - kept;
    return { got, owed: due - got - kept, kept };
  }

  /** What may be spent and what is held. */
  balance(programme: string): { available: number; held: number } {
    const lots = this.lots.filter((lot) => lot.programme === programme);
    return { available: lots.reduce((sum, lot) => sum + lot.free, 0), held: lots.reduce((sum, lot) => sum + lot.held, 0) };
  }

  private restore(hold: Hold, programme: string, points: number): { lot: string; programme: string; points: number }[] {
    hold.legs.filter((leg) => leg.programme === programme).forEach((leg) => (leg.returned += points));
    const parts = hold.parts.filter(({ lot }) => lot.programme === programme);
    const shares = allocate(
      BigInt(points),
      parts.map((part) => BigInt(part.points - part.returned)),
    ).map(Number);
    const days = this.graceDays[programme] ?? null;
    return parts.flatMap((part, n) => {
      const [share, { lot }] = [shares[n] ?? 0, part];
      if (share === 0) return [];
      part.returned += share;
      const over = this.isOver(lot);
      if (over && !days) return [];
      const isOfEarlierLife = over || (lot.revivedAt !== null && hold.capturedAt !== null && hold.capturedAt < lot.revivedAt);
      if (isOfEarlierLife && days && lot.expiresAt !== null) {
        const until = Math.max(this.now + days * day, lot.expiresAt);
        if (over) lot.revivedAt = this.now;
        else this.lengthenHeld(lot, lot.expiresAt, until);
        lot.expiresAt = until;
      }
      lot.free += share;
      return [{ lot: lot.id, programme, points: share }];
    });
  }

  /** What is held of a lot lives as long as the lot; what was held of an earlier life of it does not. */
  private lengthenHeld(lot: Lot, before: number, until: number): void {
    for (const { state, parts } of this.holds)
      if (state === 'OPEN' || state === 'PINNED')
        for (const part of parts) if (part.lot === lot && part.expiresAt === before) part.expiresAt = until;
  }

  /** The parts that were taken first stay; the rest is back, or gone with its lot. */
  private narrow(hold: Hold, asked: readonly Leg[]): void {
    const left: Record<string, number> = {};
    for (const { programme, points } of asked) left[programme] = (left[programme] ?? 0) + points;
    for (const leg of hold.legs) leg.points = left[leg.programme] ?? 0;
    for (const part of hold.parts) {
      const kept = Math.min(part.points, left[part.lot.programme] ?? 0);
      left[part.lot.programme] = (left[part.lot.programme] ?? 0) - kept;
      const back = part.points - kept;
      part.points = kept;
      part.lot.held -= back;
      if (part.expiresAt === null || part.expiresAt > this.now) part.lot.free += back;
    }
    hold.legs = hold.legs.filter(({ points }) => points > 0);
    hold.parts = hold.parts.filter(({ points }) => points > 0);
  }

  private closed({ state, expiresAt }: Hold): object | null {
    if (state === 'EXPIRED') return { __typename: 'HoldExpired', expiredAt: new Date(expiresAt ?? Number.NaN).toISOString() };
    return state === 'CAPTURED' || state === 'RELEASED' ? { __typename: 'HoldEnded', state } : null;
  }

  private giveBack(hold: Hold, state: 'RELEASED' | 'EXPIRED'): void {
    for (const { lot, points, expiresAt } of hold.parts) {
      lot.held -= points;
      if (expiresAt === null || expiresAt > this.now) lot.free += points;
    }
    hold.state = state;
  }

  /** Takes what there is, earliest expiry first. */
  private take(programme: string, points: number, only: (lot: Lot) => boolean = () => true): { lot: Lot; points: number }[] {
    let left = points;
    const lots = this.lots.filter((lot) => lot.programme === programme && lot.free > 0 && only(lot)).sort(firstOut);
    return lots.flatMap((lot) => {
      const taken = Math.min(lot.free, left);
      lot.free -= taken;
      left -= taken;
      return taken > 0 ? [{ lot, points: taken }] : [];
    });
  }

  private isOver(lot: Lot): boolean {
    return lot.expiresAt !== null && lot.expiresAt <= this.now;
  }
}

export interface Leg {
  readonly programme: string;
  readonly points: number;
}
export interface Arrived {
  /** The sender's lot. */
  readonly from: string;
  readonly lot: Lot;
}
interface Lot {
  id: string;
  readonly programme: string;
  readonly accrual: string;
  readonly earnedAt: number;
  expiresAt: number | null;
  free: number;
  held: number;
  revivedAt: number | null;
}
interface Part {
  readonly lot: Lot;
  points: number;
  expiresAt: number | null;
  returned: number;
}
export interface Hold {
  readonly id: string;
  readonly redemption: string;
  legs: { programme: string; points: number; returned: number }[];
  parts: Part[];
  state: 'OPEN' | 'PINNED' | 'CAPTURED' | 'RELEASED' | 'EXPIRED';
  expiresAt: number | null;
  capturedAt: number | null;
}
interface Accrual {
  readonly id: string;
  readonly programme: string;
  readonly points: number;
  readonly redemption: string | null;
  clawed: number;
}

const day = 86_400_000;
const total = (parts: readonly { points: number }[]): number => parts.reduce((sum, { points }) => sum + points, 0);
const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
const never = Number.MAX_SAFE_INTEGER;
const firstOut = (a: Lot, b: Lot): number => (a.expiresAt ?? never) - (b.expiresAt ?? never) || a.earnedAt - b.earnedAt || byId(a, b);
