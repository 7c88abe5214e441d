/**
 * Records of a member at one issuer that another partner reads as well where the member agreed (class SHARED). Their class is OWN, for the
 * issuer itself needs no consent; the subgraph decides with the record in hand, and `explain` says so. Fields, or all fields of a type.
 */
export const sharedByConsent: ReadonlySet<string> = new Set([
  'Member.usableHere',
  'Member.wallets',
  'Member.wallet',
  'Member.balance',
  'Wallet',
  'Balance',
  'Lot',
]);

export const isSharedByConsent = (coordinate: string): boolean =>
  sharedByConsent.has(coordinate) || sharedByConsent.has(coordinate.split('.')[0] ?? '');
