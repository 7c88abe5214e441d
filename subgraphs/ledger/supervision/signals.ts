/** What look-through supervision sees: who got, gave and spent what, out of the journal. Plain rows, in no order. */
export interface Gift {
  readonly member: string;
  /** Who gave the points; null for a correction. */
  readonly partner: string | null;
  readonly at: Date;
}

/** Points that went from one member to another. */
export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly at: Date;
}

/** Points for having brought somebody in, or money paid for coming in. */
export interface Happening {
  readonly member: string;
  readonly partner: string;
  readonly at: Date;
}

/** Points spent that were never earned with a purchase of the spender's own; `fen` is what they are worth. */
export interface CashOut {
  readonly member: string;
  readonly acceptor: string;
  readonly fen: bigint;
  readonly at: Date;
}

export interface Facts {
  readonly gifts: readonly Gift[];
  readonly transfers: readonly Transfer[];
  readonly rewards: readonly Happening[];
  readonly fees: readonly Happening[];
  readonly cashOuts: readonly CashOut[];
}

export const signalKinds = ['NO_PURCHASE', 'FAN_IN', 'RECRUIT_REWARD', 'ENTRY_FEE', 'CASH_OUT'] as const;
export type SignalKind = (typeof signalKinds)[number];

/** From which value on a signal counts, and how much it then adds to the score. */
export interface SignalTerms {
  readonly threshold: bigint;
  readonly weight: number;
}

export interface Signal extends SignalTerms {
  readonly kind: SignalKind;
  readonly value: bigint;
  readonly hit: boolean;
}

/** Members who are looked at together, in order; the hub is the one to whom most of the others gave. */
export interface Group {
  readonly hub: string;
  readonly members: readonly string[];
}

/** Pure: members joined by transfers, however many steps apart, and everybody else who stands out alone. */
export function groupsOf({ gifts, transfers, rewards, fees, cashOuts }: Facts): Group[] {
  const leader = new Map<string, string>();
  const find = (member: string): string => {
    let at = member;
    for (let next = leader.get(at); next !== undefined && next !== at; next = leader.get(at)) at = next;
    leader.set(member, at);
    return at;
  };
  for (const { member } of [...gifts, ...rewards, ...fees, ...cashOuts]) find(member);
  for (const { from, to } of transfers) leader.set(find(from), find(to));
  const groups = new Map<string, string[]>();
  for (const member of leader.keys()) {
    const group = groups.get(find(member)) ?? [];
    group.push(member);
    groups.set(find(member), group);
  }
  const senders = sendersOf(transfers);
  return [...groups.values()].map((members) => {
    const sorted = members.toSorted();
    const hub = sorted.reduce((best, member) => ((senders.get(member)?.size ?? 0) > (senders.get(best)?.size ?? 0) ? member : best));
    return { hub, members: sorted };
  });
}

/** Pure: every signal of a group with its value, whether or not it counts. */
export function signalsOf({ members }: Group, facts: Facts, terms: Readonly<Record<SignalKind, SignalTerms>>): Signal[] {
  const inside = new Set(members);
  const of = <R extends { readonly member: string }>(rows: readonly R[]): R[] => rows.filter(({ member }) => inside.has(member));
  const senders = sendersOf(facts.transfers.filter(({ to }) => inside.has(to)));
  const values: Readonly<Record<SignalKind, bigint>> = {
    NO_PURCHASE: BigInt(of(facts.gifts).length),
    FAN_IN: BigInt(Math.max(0, ...[...senders.values()].map(({ size }) => size))),
    RECRUIT_REWARD: mostOfOne(of(facts.rewards)),
    ENTRY_FEE: BigInt(of(facts.fees).length),
    CASH_OUT: of(facts.cashOuts).reduce((sum, { fen }) => sum + fen, 0n),
  };
  return signalKinds.map((kind) => {
    const [value, { threshold, weight }] = [values[kind], terms[kind]];
    return { kind, value, threshold, weight, hit: value >= threshold };
  });
}

/** Pure: the sum of what counts. */
export const scoreOf = (signals: readonly Signal[]): number => signals.reduce((sum, { hit, weight }) => sum + (hit ? weight : 0), 0);

/** Pure: partners that gave, rewarded, took fees or were paid in what a group did. */
export function partnersIn({ members }: Group, { gifts, rewards, fees, cashOuts }: Facts): string[] {
  const inside = new Set(members);
  const named = [
    ...[...gifts, ...rewards, ...fees].map(({ member, partner }) => ({ member, partner })),
    ...cashOuts.map(({ member, acceptor }) => ({ member, partner: acceptor })),
  ];
  return [...new Set(named.flatMap(({ member, partner }) => (partner !== null && inside.has(member) ? [partner] : [])))].toSorted();
}

/** Pure: what is new since a member's last case was cleared; what was looked into once raises no second alarm. */
export function since({ gifts, transfers, rewards, fees, cashOuts }: Facts, clearedAt: ReadonlyMap<string, Date>): Facts {
  const isNew = (member: string, at: Date): boolean => at > (clearedAt.get(member) ?? new Date(0));
  const ofMember = <R extends { readonly member: string; readonly at: Date }>(rows: readonly R[]): R[] =>
    rows.filter(({ member, at }) => isNew(member, at));
  return {
    gifts: ofMember(gifts),
    transfers: transfers.filter(({ from, to, at }) => isNew(from, at) && isNew(to, at)),
    rewards: ofMember(rewards),
    fees: ofMember(fees),
    cashOuts: ofMember(cashOuts),
  };
}

/** Who gave to each receiver. */
function sendersOf(transfers: readonly Transfer[]): Map<string, Set<string>> {
  const senders = new Map<string, Set<string>>();
  for (const { from, to } of transfers) senders.set(to, (senders.get(to) ?? new Set()).add(from));
  return senders;
}

function mostOfOne(rows: readonly { readonly member: string }[]): bigint {
  const counts = new Map<string, number>();
  for (const { member } of rows) counts.set(member, (counts.get(member) ?? 0) + 1);
  return BigInt(Math.max(0, ...counts.values()));
}
