import type { EntityManager } from '@mikro-orm/postgresql';
import type { Partner } from '../partners/partner.entity.js';
import { openingCap } from './publishing/gate-settings.js';
import { anySeller, type Seller } from './seller.js';

/** Only a bank's bound is read: nobody else has one. */
export async function sellerOf(em: EntityManager, partner: Pick<Partner, 'trade'> | null): Promise<Seller> {
  if (partner?.trade !== 'BANKING') return anySeller;
  return { trade: partner.trade, openingCapPoints: await openingCap(em) };
}
