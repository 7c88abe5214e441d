import { badInput } from '../kernel/errors.js';

/** One redeemed line to deliver. */
export interface DeliveryLine {
  readonly line: number;
  readonly kind: string;
  /** Of one unit, in the unit of its kind. */
  readonly amount: number;
  readonly quantity: number;
  readonly item: string;
}

/** Everything of one redemption that one partner delivers. */
export interface DeliveryOrder {
  readonly redemption: string;
  readonly memberUid: string;
  readonly partner: string;
  readonly lines: readonly DeliveryLine[];
}

/** Pieces of one line that come back. */
export interface ReturnedPiece {
  readonly line: number;
  readonly quantity: number;
}

/** Pieces of a delivery that come back with a return. */
export interface DeliveryPart {
  readonly return: string;
  readonly lines: readonly ReturnedPiece[];
}

/** How a trade delivers one kind of thing. */
export interface Handover {
  /** True where every unit has a code of its own, as vouchers and tickets do. */
  readonly perUnit: boolean;
  /** Opens the reference, so that people can tell a ticket from a shipment. */
  readonly prefix: string;
  /** What the member receives, in few words that need no translation. */
  readonly detail: (line: Pick<DeliveryLine, 'amount' | 'quantity' | 'item'>) => string;
}

/** Kinds that a trade delivers. `otherwise` serves every kind that is not named. */
export interface Handovers {
  readonly kinds: Readonly<Record<string, Handover>>;
  readonly otherwise?: Handover;
}

export const handoverOf = ({ kinds, otherwise }: Handovers, kind: string): Handover | undefined =>
  Object.hasOwn(kinds, kind) ? kinds[kind] : otherwise;

export interface PlannedEntitlement extends DeliveryLine {
  readonly reference: string;
  readonly detail: string;
}

export type DeliveryPlan =
  | { readonly kind: 'deliver'; readonly entitlements: readonly PlannedEntitlement[] }
  | { readonly kind: 'refuse'; readonly reason: string };

/** Pure but for the codes, which are an argument: all lines of an order as entitlements, or why none can be delivered here. */
export function planDelivery(handovers: Handovers, order: DeliveryOrder, code: () => string): DeliveryPlan {
  const entitlements: PlannedEntitlement[] = [];
  for (const line of order.lines) {
    const handover = handoverOf(handovers, line.kind);
    if (!handover) return { kind: 'refuse', reason: `${line.kind} is not delivered here` };
    const units = handover.perUnit ? line.quantity : 1;
    for (let unit = 0; unit < units; unit++) {
      entitlements.push({
        ...line,
        quantity: handover.perUnit ? 1 : line.quantity,
        reference: handover.prefix + code(),
        detail: handover.detail(line),
      });
    }
  }
  return { kind: 'deliver', entitlements };
}

const mostUnits = 1_000;

/** Refuses an order that no catalog of ours would send. */
export function checkOrder({ redemption, lines }: DeliveryOrder): void {
  if (redemption.length === 0 || redemption.length > 100) throw badInput('`redemption` is 1 to 100 characters', { argument: 'redemption' });
  if (lines.length === 0 || new Set(lines.map(({ line }) => line)).size < lines.length)
    throw badInput('An order has at least one line, and each line once', { argument: 'lines' });
  for (const { line, amount, quantity } of lines) {
    if (quantity < 1 || quantity > mostUnits) throw badInput(`\`quantity\` is 1 to ${mostUnits}`, { argument: 'quantity', line });
    if (amount < 0) throw badInput('`amount` is not negative', { argument: 'amount', line });
  }
}
