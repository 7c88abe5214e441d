import { v7 as uuid } from 'uuid';
import { now } from '../../../kernel/clock.js';
import { badInput } from '../../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../../kernel/idempotency.js';
import { rows } from '../../../kernel/sql.js';
import type { Context } from '../../context.js';
import { Partner } from '../../partners/partner.entity.js';
import { ProductCertificate } from './product-certificate.entity.js';

/** A certificate as it is to be registered; either articles or a category. */
export interface NewCertificate {
  readonly scheme: string;
  readonly number: string;
  readonly issuer: string;
  readonly partner: string;
  readonly skus?: readonly string[] | null;
  readonly category?: string | null;
  readonly validFrom: Date;
  readonly validUntil: Date;
}

type Registered =
  | { readonly kind: 'registered'; readonly id: string }
  | { readonly kind: 'refused'; readonly code: 'CERTIFICATE_KNOWN'; readonly id: string };

/** Registers a certificate; one number of a scheme once, unless it was revoked. It holds for purchases that are reported from now on. */
export function registerCertificate({ em }: Pick<Context, 'em'>, key: WriteKey, wish: NewCertificate): Promise<Once<Registered>> {
  mustBeSound(wish);
  return once<Registered>(em, key, wish, async (tx) => {
    const { scheme, number, issuer, partner, validFrom, validUntil } = wish;
    if (!(await tx.findOne(Partner, { id: partner }))) throw badInput('There is no such partner', { argument: 'partner' });
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [`certificate/${scheme}/${number}`]);
    const known = await tx.findOne(ProductCertificate, { scheme, number, revokedAt: null });
    if (known) return { kind: 'refused', code: 'CERTIFICATE_KNOWN', id: known.id };
    const id = uuid();
    const skus = wish.skus ? [...new Set(wish.skus)] : null;
    const category = wish.category ?? null;
    await tx.insert(ProductCertificate, {
      id,
      scheme,
      number,
      issuer,
      partnerId: partner,
      skus,
      category,
      validFrom,
      validUntil,
      revokedAt: null,
    });
    await auditChange(tx, key, { partner, before: null, after: { certificate: id, ...wish } });
    return { kind: 'registered', id };
  });
}

/** From this instant on it covers no purchase; what was bought before keeps its points. Once: a second revocation is the first. */
export function revokeCertificate(
  { em }: Pick<Context, 'em'>,
  key: WriteKey,
  wish: { readonly certificate: string; readonly reason: string },
): Promise<Once<{ readonly kind: 'revoked' }>> {
  if (wish.reason.trim() === '' || wish.reason.length > 500) throw badInput('`reason` is 1 to 500 characters', { argument: 'reason' });
  return once(em, key, wish, async (tx) => {
    const [locked] = await rows(tx, 'select 1 as locked from product_certificate where id = ? for update', [wish.certificate]);
    if (!locked) throw badInput('There is no such certificate', { argument: 'certificate' });
    const certificate = await tx.findOneOrFail(ProductCertificate, { id: wish.certificate }, { refresh: true });
    if (certificate.revokedAt === null) {
      certificate.revokedAt = await now(tx);
      const before = { certificate: certificate.id, revokedAt: null };
      const after = { certificate: certificate.id, revokedAt: certificate.revokedAt, reason: wish.reason };
      await auditChange(tx, key, { partner: certificate.partnerId, before, after });
    }
    return { kind: 'revoked' as const };
  });
}

const isText = (value: string, most = 100): boolean => value.trim() !== '' && value.length <= most;

function mustBeSound({ scheme, number, issuer, skus, category, validFrom, validUntil }: NewCertificate): void {
  for (const [argument, value] of Object.entries({ scheme, number, issuer }))
    if (!isText(value)) throw badInput(`\`${argument}\` is 1 to 100 characters`, { argument });
  const named = skus ?? null;
  if ((named === null) === ((category ?? null) === null))
    throw badInput('A certificate covers either `skus` or a `category`', { argument: 'skus' });
  if (named && (named.length === 0 || named.length > 500 || !named.every((sku) => isText(sku))))
    throw badInput('`skus` are 1 to 500 of 1 to 100 characters', { argument: 'skus' });
  if (typeof category === 'string' && !isText(category)) throw badInput('`category` is 1 to 100 characters', { argument: 'category' });
  if (validUntil <= validFrom) throw badInput('`validUntil` is after `validFrom`', { argument: 'validUntil' });
}
