/** A purchase as the partner's own report tells it. Amounts in fen; `at` is ISO 8601, now where absent. */
export type Purchase = { readonly partner: string; readonly ref: string; readonly at?: string } & (
  | { readonly kind: 'BILL'; readonly fen: number; readonly period: string }
  | { readonly kind: 'SERVICE_ORDER'; readonly fen: number; readonly sku: string; readonly category: string }
  | {
      readonly kind: 'CARD';
      readonly fen: number;
      readonly transaction: 'SPEND' | 'OPENING';
      readonly product: 'STANDARD' | 'GREEN';
      readonly certificate?: string;
    }
  | { readonly kind: 'BOOKING'; readonly fen: number; readonly booking: 'FLIGHT' | 'HOTEL' | 'SCENIC' }
  | { readonly kind: 'BASKET'; readonly fen: number; readonly sku: string; readonly category: string }
);

type WithoutRef<P> = P extends Purchase ? Omit<P, 'ref'> : never;
/** A purchase that has no reference yet. */
export type NewPurchase = WithoutRef<Purchase>;
