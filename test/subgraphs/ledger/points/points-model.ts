import { obligationsOf } from '../../../../subgraphs/ledger/clearing/obligations.js';
import { isAccepted } from '../../../../subgraphs/ledger/partners/programme.entity.js';
import { mayGoOn, type HoldState } from '../../../../subgraphs/ledger/points/holds.js';
import { burn, isExpired } from '../../../../subgraphs/ledger/points/lots.js';
import { entryOf, type NewEntry } from '../../../../subgraphs/ledger/points/posting.js';
import type { Leg } from '../../../../subgraphs/ledger/points/take-request.js';

export interface ModelLot {
  readonly id: string;
  readonly programme: string;
  remaining: bigint;
  held: bigint;
  readonly earnedAt: Date;
  readonly usableFrom: Date;
  readonly expiresAt: Date | null;
}

export interface ModelProgramme {
  readonly id: string;
  readonly issuerId: string;
  readonly acceptanceScope: 'ALL' | 'GROUP' | 'SINGLE';
  readonly acceptancePartners: readonly string[];
  readonly value: { readonly fen: bigint; readonly points: bigint };
}

export interface ModelHold {
  readonly id: string;
  readonly redemption: string;
  state: HoldState;
  expiresAt: Date | null;
  endedAt: Date | null;
  readonly legs: readonly Leg[];
  readonly parts: readonly { readonly programme: string; readonly lot: string; readonly points: bigint; readonly expiresAt: Date | null }[];
}

/** What an answer says, without ids that the other side made. */
export type ModelAnswer = Readonly<Record<string, unknown>>;

/** One member's points by the pure functions alone: what the functions in the database are compared with. */
export class PointsModel {
  readonly holds: ModelHold[] = [];
  readonly entries: NewEntry[] = [];
  readonly owed: { debtor: string; creditor: string; fen: bigint; feeFen: bigint; programme: string; points: bigint }[] = [];
  frozen = false;

  constructor(
    readonly lots: readonly ModelLot[],
    private readonly programmes: readonly ModelProgramme[],
    private readonly acceptor: { readonly id: string; readonly feeBasisPoints: number; readonly feeBorneBy: 'ACCEPTOR' | 'ISSUER' },
  ) {}

  take(id: string, redemption: string, legs: readonly Leg[], expiresAt: Date | null, at: Date, burning: boolean): ModelAnswer {
    if (this.frozen) return { kind: 'refused', code: 'MEMBER_FROZEN' };
    this.lapse(at);
    const parts: ModelHold['parts'][number][] = [];
    for (const leg of legs) {
      const programme = this.programme(leg.programme);
      const own = isAccepted(programme, this.acceptor.id) ? this.lots.filter((lot) => lot.programme === leg.programme) : [];
      const taken = burn(
        own.map(({ id, remaining, held, earnedAt, usableFrom, expiresAt: until }) => ({
          id,
          free: remaining - held,
          earnedAt,
          usableFrom,
          expiresAt: until,
        })),
        leg.points,
        at,
      );
      if (taken.kind === 'refused') {
        const { missing } = taken;
        const missingFen = (missing * programme.value.fen) / programme.value.points;
        return { kind: 'refused', code: 'INSUFFICIENT_POINTS', programme: leg.programme, missing, missingFen };
      }
      for (const part of taken.parts) parts.push({ ...part, programme: leg.programme, expiresAt: this.lot(part.lot).expiresAt });
    }
    for (const part of parts) this.lot(part.lot).held += part.points;
    const hold: ModelHold = { id, redemption, state: 'OPEN', expiresAt, endedAt: null, legs, parts };
    this.holds.push(hold);
    return burning ? this.capture(hold, at) : { kind: 'placed', hold: id, expiresAt, before: false };
  }

  step(id: string, step: 'pin' | 'capture' | 'release', at: Date): ModelAnswer {
    const hold = this.holds.find((candidate) => candidate.id === id) as ModelHold;
    const may = mayGoOn(hold, at);
    if (may.kind === 'refused') return may;
    if (step === 'capture') return this.capture(hold, at);
    if (step === 'release') {
      this.giveBack(hold, 'RELEASED', at);
      return { kind: 'released', hold: id };
    }
    hold.state = 'PINNED';
    hold.expiresAt = null;
    return { kind: 'pinned', hold: id };
  }

  /** What the jobs book: holds that ran out, then lots that did, as far as they are not held. */
  sweep(at: Date): void {
    this.lapse(at);
    const due = this.lots.filter((lot) => isExpired(lot, at) && lot.remaining > lot.held);
    const order = (lot: ModelLot): string => `${lot.expiresAt?.toISOString()} ${lot.id}`;
    for (const lot of due.toSorted((a, b) => (order(a) < order(b) ? -1 : 1))) {
      const points = lot.remaining - lot.held;
      lot.remaining = lot.held;
      this.entries.push(entryOf('EXPIRY', lot.programme, { kind: 'EXPIRY', id: lot.id }, [{ lot: lot.id, points }]));
    }
  }

  private capture(hold: ModelHold, at: Date): ModelAnswer {
    for (const part of hold.parts) {
      this.lot(part.lot).held -= part.points;
      this.lot(part.lot).remaining -= part.points;
    }
    const cause = { kind: 'REDEMPTION', id: hold.redemption } as const;
    for (const { programme } of hold.legs)
      this.entries.push(
        entryOf(
          'BURN',
          programme,
          cause,
          hold.parts.filter((part) => part.programme === programme).map(({ lot, points }) => ({ lot, points })),
        ),
      );
    Object.assign(hold, { state: 'CAPTURED', endedAt: at });
    const legs = hold.legs.map((leg) => ({ ...leg, issuer: this.programme(leg.programme).issuerId }));
    const owed = obligationsOf({ kind: 'REDEMPTION', acceptor: this.acceptor, legs, cause: hold.redemption, redemption: hold.redemption });
    this.owed.push(...owed);
    const obligations = owed.map(({ debtor, creditor, fen, feeFen }) => ({ debtor, creditor, fen, feeFen }));
    return { kind: 'captured', hold: hold.id, obligations };
  }

  private lapse(at: Date): void {
    const due = this.holds.filter(({ state, expiresAt }) => state === 'OPEN' && expiresAt !== null && expiresAt <= at);
    for (const hold of due.toSorted((a, b) => (a.id < b.id ? -1 : 1))) this.giveBack(hold, 'EXPIRED', at);
  }

  private giveBack(hold: ModelHold, state: 'RELEASED' | 'EXPIRED', at: Date): void {
    for (const { lot, programme, points, expiresAt } of hold.parts) {
      this.lot(lot).held -= points;
      if (!isExpired({ expiresAt }, at)) continue;
      this.lot(lot).remaining -= points;
      this.entries.push(entryOf('EXPIRY', programme, { kind: 'HOLD', id: hold.id }, [{ lot, points }]));
    }
    Object.assign(hold, { state, endedAt: at });
  }

  private lot(id: string): ModelLot {
    return this.lots.find((lot) => lot.id === id) as ModelLot;
  }

  private programme(id: string): ModelProgramme {
    return this.programmes.find((programme) => programme.id === id) as ModelProgramme;
  }
}
