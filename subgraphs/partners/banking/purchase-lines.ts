import type { PurchaseLine } from '../purchase-line.js';
import { type CardProduct, CardTransactionKind } from './card-kinds.js';

export interface CardFacts {
  readonly kind: CardTransactionKind;
  readonly cardProduct: CardProduct;
  readonly amountFen: bigint;
  readonly category?: string | null | undefined;
  readonly certificate?: string | null | undefined;
}

/** Card points follow spending only: opening a card, drawing cash and fees have no lines, so no rule can reward them. */
export function cardLines({ kind, cardProduct, amountFen, category, certificate }: CardFacts): readonly PurchaseLine[] {
  if (kind !== CardTransactionKind.SPEND) return [];
  return [
    {
      sku: 'card',
      category: category ?? undefined,
      fen: amountFen,
      cashFen: amountFen,
      certificate: certificate ?? undefined,
      cardProduct,
      event: kind,
    },
  ];
}
