import { buildSchema, graphql, GraphQLError } from 'graphql';
import { type SubgraphAnswer, type Transport, Unavailable } from '../../../schema/transport.js';
import type { Viewer } from '../../../schema/viewer.js';

/** How one call goes: as it should; lost on the way there; done, but the answer is lost; or the caller dies on getting it. */
export type Weather = 'fine' | 'lostCall' | 'lostAnswer';

interface Leg {
  readonly programme: string;
  readonly points: number;
  readonly fen: number;
}
interface Hold {
  readonly memberUid: string;
  readonly legs: readonly Leg[];
  state: 'PLACED' | 'CAPTURED' | 'RELEASED';
  expiresAt: string | null;
}
interface Programme {
  readonly id: string;
  readonly issuer: string;
  readonly valueFen: number;
  readonly valuePoints: number;
  readonly acceptors?: readonly string[];
}

interface FakeRule {
  readonly programme: string;
  readonly kind?: string;
  readonly category?: string;
  readonly rate?: { points: number; fen: number };
  readonly bonusBasisPoints?: number;
  readonly name?: string;
  readonly version?: number;
  readonly state?: 'DRAFT' | 'PUBLISHED' | 'ENDED';
  readonly validFrom?: string | null;
  readonly validUntil?: string;
}
const alwaysInForce = {
  certificateRegistered: false,
  version: 1,
  state: 'PUBLISHED',
  validFrom: '2020-01-01T00:00:00.000Z',
  validUntil: null,
};

const scalars = 'scalar Points scalar Fen scalar DateTime';
const ledgerSchema = buildSchema(`${scalars}
  type Spendable { programme: ID! issuer: ID! available: Points! valueFen: Fen! valuePoints: Points! earliestExpiry: DateTime acceptorIsIssuer: Boolean! }
  type PartnerTerms { id: ID! trade: String suspended: Boolean! }
  type ProgrammeTerms { programme: ID! issuer: ID! valueFen: Fen! valuePoints: Points! }
  scalar _Any type ProgrammeRef { id: ID! rules: [AccrualRule!]! } type Rate { points: Points! fen: Fen! }
  type AccrualRule { id: ID! kind: String! name: String! version: Int! state: String! validFrom: DateTime validUntil: DateTime programme: ProgrammeRef! rate: Rate bonusBasisPoints: Int category: String certificate: String certificateRegistered: Boolean! cardProduct: String event: String tier: String }
  union _Entity = AccrualRule
  type Query { _entities(representations: [_Any!]!): [_Entity]! spendable(memberUid: ID!, acceptor: ID!): [Spendable!]! programmeTerms(ids: [ID!]!): [ProgrammeTerms!]! partnerTerms(id: ID!): PartnerTerms
    earnedEver(memberUid: ID!, programme: ID!): Points! purchasesSince(partner: ID!, memberUid: ID!, since: DateTime!): Int! accrualPreview(memberUid: ID!, partner: ID!, lines: [PreviewLineInput!]!): AccrualPreview }
  input PreviewLineInput { sku: String! category: String! fen: Fen! cashFen: Fen! } type AccrualPreview { programme: ID! points: Points! }
  input LegInput { programme: ID! points: Points! fen: Fen! }
  input PlaceHoldInput { hold: ID! redemption: ID! memberUid: ID! acceptor: ID! legs: [LegInput!]! expiresAt: DateTime }
  input ReturnPointsInput { return: ID! redemption: ID! legs: [LegInput!]! cashFen: Fen! cashTotalFen: Fen! goods: [ReturnedGoodsInput!]! }
  input ReturnedGoodsInput { sku: String! returned: Int! quantity: Int! fen: Fen! }
  type HoldPlaced { hold: ID! } type PointsMissing { programme: ID! missing: Points! } type MemberFrozen { code: String! }
  type HoldPinned { hold: ID! } type HoldExpired { code: String! } type HoldEnded { state: String! }
  type HoldCaptured { hold: ID! } type HoldReleased { released: Boolean! }
  type RestoredLot { lot: ID! programme: ID! points: Points! expiresAt: DateTime }
  type PointsReturned { restored: [RestoredLot!]! clawback: Points! arrears: Points! deducted: [Deducted!]! settled: Points! } type Deducted { programme: ID! points: Points! fen: Fen! } type NothingToReturn { code: String! }
  input CouponDebtInput { use: ID! issuer: ID! acceptor: ID! programme: ID! fen: Fen! } type CouponCleared { obligation: ID! } input CouponPartInput { return: ID! fen: Fen! }
  union PlaceHold = HoldPlaced | PointsMissing | MemberFrozen
  union PinHold = HoldPinned | HoldExpired | HoldEnded
  union CaptureHold = HoldCaptured | HoldExpired | HoldEnded
  union ReleaseHold = HoldReleased | HoldEnded
  union ReturnPoints = PointsReturned | NothingToReturn
  type Mutation { placeHold(input: PlaceHoldInput!): PlaceHold! pinHold(hold: ID!, memberUid: ID): PinHold! captureHold(hold: ID!, memberUid: ID, legs: [LegInput!]): CaptureHold!
    releaseHold(hold: ID!, memberUid: ID): ReleaseHold! returnPoints(input: ReturnPointsInput!): ReturnPoints!
    oweForCoupon(input: CouponDebtInput!): CouponCleared! takeBackCoupon(use: ID!, part: CouponPartInput): CouponCleared! }`);
const partnerSchema = buildSchema(`
  input DeliveryLineInput { line: Int! kind: String! amount: Int! quantity: Int! item: ID! }
  input DeliveryOrderInput { redemption: ID! memberUid: ID! partner: ID! lines: [DeliveryLineInput!]! }
  type DeliveredLine { line: Int! reference: String detail: String }
  type DeliveryReceipt { accepted: Boolean! reason: String lines: [DeliveredLine!]! }
  type DeliveryWithdrawn { withdrawn: Boolean! }
  type Query { nothing: Boolean }
  type Mutation { deliver(order: DeliveryOrderInput!): DeliveryReceipt! withdrawDelivery(redemption: ID!, part: DeliveryPartInput): DeliveryWithdrawn! }
  input DeliveryPartInput { return: ID! lines: [ReturnedPieceInput!]! } input ReturnedPieceInput { line: Int! quantity: Int! }`);
const membersSchema = buildSchema(
  'scalar DateTime type Band { band: String! thresholdBasisPoints: Int! } type Query { findMemberUid(ref: String!): ID creditBand(memberUid: ID!, recipient: ID!): Band! consentsFor(memberUids: [ID!]!, recipient: ID!, at: DateTime): [Consented!]! } type Consented { member: ID! open: [String!]! guardian: [String!]! purposes: [Purpose!]! } type Purpose { purpose: String! classes: [String!]! }',
);

/**
 * The other subgraphs as the catalog meets them at the edge of the network: small, but honest. Points move between available, held and
 * burned; every write happens once per key; a delivery once per redemption, and never after it was withdrawn.
 */
export class FakePeers {
  readonly programmes: Programme[] = [
    { id: 'TEL-P', issuer: 'telecom', valueFen: 1, valuePoints: 1 },
    { id: 'AUTO-P', issuer: 'automotive', valueFen: 10, valuePoints: 1 },
    { id: 'COAL-P', issuer: 'coalition', valueFen: 1, valuePoints: 1 },
    { id: 'BANK-P', issuer: 'banking', valueFen: 1, valuePoints: 5 },
  ];
  readonly trades = new Map<string, string | null>([
    ['telecom', 'TELECOM'],
    ['automotive', 'AUTOMOTIVE'],
    ['banking', 'BANKING'],
    ['insurer', null],
    ['shop', 'RETAIL'],
  ]);
  /** Accrual rules, by id; published and in force for ever where nothing else is said. */
  readonly rules = new Map<string, FakeRule>();
  /** Members of the band TRUSTED, as far as they agreed. */
  readonly trusted = new Set<string>();
  /** Members and partners that may keep a profile of what they like. */
  readonly profiled = new Set<string>();
  /** Members and partners that may know who the member is. */
  readonly named = new Set<string>();
  /** Members and partners that may read what the member has elsewhere. */
  readonly shared = new Set<string>();
  /** Consents for INSIGHT, by member and partner: from when, and until when where it was withdrawn. */
  readonly insight = new Map<string, { from: string; until?: string }[]>();
  readonly suspended = new Set<string>();
  readonly frozen = new Set<string>();
  readonly refs = new Map<string, string>();
  readonly expiries = new Map<string, string>();
  readonly available = new Map<string, number>();
  /** When members bought, by member and partner. */
  readonly purchases = new Map<string, string[]>();
  /** Points ever earned, by member and programme. */
  readonly earned = new Map<string, number>();
  readonly burned = new Map<string, number>();
  readonly holds = new Map<string, Hold>();
  readonly deliveries = new Map<string, { subgraph: string; order: { lines: { line: number; item: string; quantity: number }[] } }>();
  readonly withdrawn = new Set<string>();
  /** Pieces that desks took back with returns. */
  readonly takenBack: { return: string; lines: readonly { line: number; quantity: number }[] }[] = [];
  readonly returns: { legs: readonly Leg[]; cashFen: number; cashTotalFen: number; goods: readonly object[] }[] = [];
  /** What of returned cash is deducted for points that were spent. */
  deducts: (cashFen: number) => { programme: string; points: number; fen: number }[] = () => [];
  /** What partners owe each other for coupons, by use; negative once it was taken back. */
  readonly couponDebts: { use: string; issuer: string; acceptor: string; programme: string; fen: number }[] = [];
  /** Every call that had its effect or would have had it again, by field. */
  readonly calls = new Map<string, number>();
  refuseDelivery: string | null = null;
  keepsDeliveries = false;
  /** What a call waits for before anything else; for partners that take their time. */
  slow: (field: string) => Promise<void> = () => new Promise((resolve) => void setImmediate(resolve));
  /** Decides the weather of each call. */
  weather: (field: string) => Weather = () => 'fine';
  private readonly answers = new Map<string, { body: string; answer: unknown }>();

  give(memberUid: string, programme: string, points: number): void {
    this.available.set(`${memberUid} ${programme}`, (this.available.get(`${memberUid} ${programme}`) ?? 0) + points);
  }

  pointsOf(memberUid: string, programme: string): { available: number; held: number; burned: number } {
    let held = 0;
    for (const hold of this.holds.values())
      if (hold.memberUid === memberUid && hold.state === 'PLACED')
        for (const leg of hold.legs) if (leg.programme === programme) held += leg.points;
    return {
      held,
      available: this.available.get(`${memberUid} ${programme}`) ?? 0,
      burned: this.burned.get(`${memberUid} ${programme}`) ?? 0,
    };
  }

  readonly transport: Transport = {
    send: (subgraph, request, viewer) => this.send(subgraph, request.query, request.variables ?? {}, viewer),
    ready: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };

  private async send(
    subgraph: string,
    source: string,
    variables: Readonly<Record<string, unknown>>,
    viewer: Viewer,
  ): Promise<SubgraphAnswer> {
    const field =
      /\b(placeHold|pinHold|captureHold|releaseHold|returnPoints|oweForCoupon|takeBackCoupon|deliver|withdrawDelivery)\(/.exec(
        source,
      )?.[1] ?? 'read';
    const weather = this.weather(field);
    await this.slow(field);
    if (weather === 'lostCall') throw new Unavailable(subgraph, 'the call was lost');
    if (!viewer.via) throw new Error('a subgraph calls in its own name');
    const schema = subgraph === 'ledger' ? ledgerSchema : subgraph === 'members' ? membersSchema : partnerSchema;
    const result = await graphql({ schema, source, variableValues: variables, rootValue: this.root(subgraph, viewer) });
    this.calls.set(field, (this.calls.get(field) ?? 0) + 1);
    if (weather === 'lostAnswer') throw new Unavailable(subgraph, 'the answer was lost');
    return JSON.parse(JSON.stringify(result)) as SubgraphAnswer;
  }

  private root(subgraph: string, viewer: Viewer): object {
    const once =
      <A>(work: (args: A) => unknown) =>
      (args: A): unknown => {
        const key = `${viewer.kind}:${viewer.sub} ${viewer.idempotencyKey ?? ''}`;
        if (viewer.idempotencyKey === undefined) throw refuse('BAD_INPUT', 'no key');
        const body = JSON.stringify(args);
        const earlier = this.answers.get(key);
        if (earlier && earlier.body !== body) throw refuse('IDEMPOTENCY_CONFLICT', 'another body');
        if (earlier) return earlier.answer;
        const answer = work(args);
        this.answers.set(key, { body, answer });
        return answer;
      };
    return {
      _entities: ({ representations }: { representations: { id: string }[] }) =>
        representations.map(({ id }) => {
          const rule = this.rules.get(id);
          const published = [...this.rules].filter(([, { programme, state }]) => programme === rule?.programme && state !== 'DRAFT');
          const rules = published.map(([name, other]) => Object.assign({ name }, alwaysInForce, other));
          return rule
            ? {
                __typename: 'AccrualRule',
                id,
                ...alwaysInForce,
                name: id,
                kind: rule.rate ? 'BASE' : 'BONUS',
                ...rule,
                programme: { id: rule.programme, rules },
              }
            : null;
        }),
      creditBand: ({ memberUid }: { memberUid: string }) => ({
        band: this.trusted.has(memberUid) ? 'TRUSTED' : 'BASE',
        thresholdBasisPoints: this.trusted.has(memberUid) ? 9_000 : 10_000,
      }),
      consentsFor: ({ memberUids, recipient, at }: { memberUids: string[]; recipient: string; at?: string }) =>
        memberUids.map((member) => ({
          member,
          open: [
            ...(this.named.has(`${member} ${recipient}`) ? ['PII'] : []),
            ...(this.shared.has(`${member} ${recipient}`) ? ['SHARED'] : []),
          ],
          guardian: [],
          purposes: [
            ...(this.profiled.has(`${member} ${recipient}`) ? [{ purpose: 'PREFERENCES', classes: [] }] : []),
            ...(this.insight.get(`${member} ${recipient}`) ?? [])
              .filter(({ from, until }) => (at === undefined ? until === undefined : from <= at && (until === undefined || at < until)))
              .map(() => ({ purpose: 'INSIGHT', classes: [] })),
          ],
        })),
      findMemberUid: ({ ref }: { ref: string }) => this.refs.get(`${viewer.partner ?? 'member'}/${ref}`) ?? null,
      partnerTerms: ({ id }: { id: string }) =>
        this.trades.has(id) ? { id, trade: this.trades.get(id), suspended: this.suspended.has(id) } : null,
      programmeTerms: ({ ids }: { ids: string[] }) =>
        this.programmes
          .filter(({ id }) => ids.includes(id))
          .map(({ id, issuer, valueFen, valuePoints }) => ({ programme: id, issuer, valueFen, valuePoints })),
      earnedEver: ({ memberUid, programme }: { memberUid: string; programme: string }) => this.earned.get(`${memberUid} ${programme}`) ?? 0,
      purchasesSince: ({ partner, memberUid, since }: { partner: string; memberUid: string; since: string }) =>
        (this.purchases.get(`${memberUid} ${partner}`) ?? []).filter((at) => Date.parse(at) > Date.parse(since)).length,
      // One COAL-P per yuan of cash, at the shop only.
      accrualPreview: ({ partner, lines }: { partner: string; lines: { cashFen: number }[] }) =>
        partner === 'shop' ? { programme: 'COAL-P', points: Math.floor(lines.reduce((sum, line) => sum + line.cashFen, 0) / 100) } : null,
      spendable: ({ memberUid, acceptor }: { memberUid: string; acceptor: string }) =>
        this.programmes
          .filter(({ acceptors }) => !acceptors || acceptors.includes(acceptor))
          .map(({ id, issuer, valueFen, valuePoints }) => ({
            programme: id,
            issuer,
            valueFen,
            valuePoints,
            available: this.available.get(`${memberUid} ${id}`) ?? 0,
            earliestExpiry: this.expiries.get(id) ?? null,
            acceptorIsIssuer: issuer === acceptor,
          }))
          .filter(({ available }) => available > 0),
      placeHold: once(({ input }: { input: { hold: string; memberUid: string; legs: Leg[]; expiresAt: string | null } }) =>
        this.placeHold(input),
      ),
      pinHold: once(({ hold }: { hold: string }) => this.endHold(hold, 'pin')),
      captureHold: once(({ hold, legs }: { hold: string; legs?: Leg[] }) => this.captureHold(hold, legs)),
      releaseHold: once(({ hold }: { hold: string }) => this.endHold(hold, 'release')),
      returnPoints: once(({ input }: { input: FakePeers['returns'][number] }) => {
        this.returns.push(input);
        const restored = input.legs.map(({ programme, points }) => ({ lot: `lot-${programme}`, programme, points, expiresAt: null }));
        return { __typename: 'PointsReturned', restored, clawback: 0, arrears: 0, deducted: this.deducts(input.cashFen), settled: 0 };
      }),
      oweForCoupon: once(({ input }: { input: FakePeers['couponDebts'][number] }) => {
        this.couponDebts.push({ ...input });
        return { obligation: input.use };
      }),
      takeBackCoupon: once(({ use, part }: { use: string; part?: { fen: number } | null }) => {
        const debt = this.couponDebts.find((owed) => owed.use === use);
        if (!debt) throw refuse('BAD_INPUT', 'nothing is owed');
        this.couponDebts.push({ ...debt, fen: -(part?.fen ?? debt.fen) });
        return { obligation: use };
      }),
      deliver: once(({ order }: { order: { redemption: string; lines: { line: number; item: string; quantity: number }[] } }) => {
        if (this.withdrawn.has(order.redemption)) return { accepted: false, reason: 'withdrawn', lines: [] };
        if (this.refuseDelivery !== null) return { accepted: false, reason: this.refuseDelivery, lines: [] };
        if (this.deliveries.has(order.redemption)) throw new Error('delivered twice');
        this.deliveries.set(order.redemption, { subgraph, order });
        return { accepted: true, lines: order.lines.map(({ line }) => ({ line, reference: `ref-${line}`, detail: null })) };
      }),
      withdrawDelivery: once(({ redemption, part }: { redemption: string; part?: FakePeers['takenBack'][number] | null }) => {
        if (this.keepsDeliveries && this.deliveries.has(redemption)) return { withdrawn: false };
        if (part) {
          this.takenBack.push(part);
          return { withdrawn: true };
        }
        this.deliveries.delete(redemption);
        this.withdrawn.add(redemption);
        return { withdrawn: true };
      }),
    };
  }

  private placeHold(input: { hold: string; memberUid: string; legs: Leg[]; expiresAt: string | null }): object {
    if (this.frozen.has(input.memberUid)) return { __typename: 'MemberFrozen', code: 'MEMBER_FROZEN' };
    if (this.holds.has(input.hold)) throw new Error('held twice');
    for (const { programme, points } of input.legs) {
      const missing = points - (this.available.get(`${input.memberUid} ${programme}`) ?? 0);
      if (missing > 0) return { __typename: 'PointsMissing', programme, missing };
    }
    for (const { programme, points } of input.legs) this.give(input.memberUid, programme, -points);
    this.holds.set(input.hold, { memberUid: input.memberUid, legs: input.legs, state: 'PLACED', expiresAt: input.expiresAt });
    return { __typename: 'HoldPlaced', hold: input.hold };
  }

  private captureHold(id: string, legs: Leg[] | undefined): object {
    const hold = this.holds.get(id);
    if (!legs || hold?.state !== 'PLACED') return this.endHold(id, 'capture');
    for (const { programme, points } of hold.legs) {
      const back = points - (legs.find((leg) => leg.programme === programme)?.points ?? 0);
      if (back < 0) throw refuse('BAD_INPUT', 'more than was held');
      this.give(hold.memberUid, programme, back);
    }
    this.holds.set(id, { ...hold, legs });
    return this.endHold(id, 'capture');
  }

  private endHold(id: string, how: 'pin' | 'capture' | 'release'): object {
    const hold = this.holds.get(id);
    if (!hold) throw refuse('BAD_INPUT', 'no such hold');
    if (hold.state !== 'PLACED') return { __typename: 'HoldEnded', state: hold.state };
    if (how === 'pin') {
      hold.expiresAt = null;
      return { __typename: 'HoldPinned', hold: id };
    }
    hold.state = how === 'capture' ? 'CAPTURED' : 'RELEASED';
    const target = how === 'capture' ? this.burned : this.available;
    for (const { programme, points } of hold.legs) {
      const key = `${hold.memberUid} ${programme}`;
      target.set(key, (target.get(key) ?? 0) + points);
    }
    return how === 'capture' ? { __typename: 'HoldCaptured', hold: id } : { __typename: 'HoldReleased', released: true };
  }
}

const refuse = (code: string, message: string): GraphQLError => new GraphQLError(message, { extensions: { code } });
