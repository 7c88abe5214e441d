import type { EntityManager } from '@mikro-orm/postgresql';
import type { PurchaseLine, Rule } from '../rules.js';
import { type Certificate, type PlaceAndTime, withCertificates } from './certificate.js';
import { ProductCertificate } from './product-certificate.entity.js';

/** Certificates of which rules demand that they are registered. */
const demandedBy = (rules: readonly Rule[]): string[] => [
  ...new Set(
    rules.flatMap(({ certificate, certificateRegistered }) => (certificateRegistered && certificate !== null ? [certificate] : [])),
  ),
];

/** The lines of a purchase as rules see them; the registry is only looked into where a rule asks for it. */
export async function registeredLines(
  em: EntityManager,
  lines: readonly PurchaseLine[],
  rules: readonly Rule[],
  sale: PlaceAndTime,
): Promise<readonly PurchaseLine[]> {
  const demanded = demandedBy(rules);
  const claiming = lines.filter(({ certificate }) => certificate && demanded.includes(certificate));
  if (claiming.length === 0) return lines;
  const categories = claiming.flatMap(({ category }) => (category ? [category] : []));
  const found = await em.find(
    ProductCertificate,
    {
      partnerId: sale.partner,
      scheme: { $in: demanded },
      $or: [{ skus: { $overlap: claiming.map(({ sku }) => sku) } }, { category: { $in: categories } }],
    },
    { disableIdentityMap: true },
  );
  return withCertificates(lines, found, sale);
}

/** The same for many purchases of a simulation: the registry as it stands, read once. */
export async function registry(
  em: EntityManager,
  rules: readonly Rule[],
): Promise<(lines: readonly PurchaseLine[], sale: PlaceAndTime) => readonly PurchaseLine[]> {
  const demanded = demandedBy(rules);
  if (demanded.length === 0) return (lines) => lines;
  const byPartner = new Map<string, Certificate[]>();
  for (const certificate of await em.find(ProductCertificate, { scheme: { $in: demanded } }, { disableIdentityMap: true }))
    byPartner.set(certificate.partnerId, [...(byPartner.get(certificate.partnerId) ?? []), certificate]);
  return (lines, sale) => withCertificates(lines, byPartner.get(sale.partner) ?? [], sale);
}
