import type { PurchaseLine } from '../rules.js';

/** A certificate of a product, as far as purchases ask. It covers articles or a whole category of one partner. */
export interface Certificate {
  readonly scheme: string;
  readonly partnerId: string;
  readonly skus: readonly string[] | null;
  readonly category: string | null;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly revokedAt: Date | null;
}

/** Where and when a line was bought. */
export interface PlaceAndTime {
  readonly partner: string;
  readonly at: Date;
}

/** Whether it covers the line: from `validFrom` on, until before `validUntil`, and until before it was revoked. */
export function covers(certificate: Certificate, line: PurchaseLine, { partner, at }: PlaceAndTime): boolean {
  const { scheme, partnerId, skus, category, validFrom, validUntil, revokedAt } = certificate;
  if (scheme !== line.certificate || partnerId !== partner) return false;
  if (at < validFrom || at >= validUntil || (revokedAt !== null && at >= revokedAt)) return false;
  return skus === null ? category !== null && category === line.category : skus.includes(line.sku);
}

/** The lines, each with whether one of the certificates covers what it claims. */
export const withCertificates = (
  lines: readonly PurchaseLine[],
  certificates: readonly Certificate[],
  sale: PlaceAndTime,
): readonly PurchaseLine[] =>
  lines.map((line) => ({ ...line, registered: certificates.some((certificate) => covers(certificate, line, sale)) }));
