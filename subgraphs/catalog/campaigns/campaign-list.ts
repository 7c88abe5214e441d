import type { EntityManager } from '@mikro-orm/postgresql';
import { covers, type Viewer } from '../../../schema/viewer.js';
import { rows } from '../../kernel/sql.js';
import { Campaign } from './campaign.entity.js';

/** Staff that write or publish campaigns of a partner; drafts exist for nobody else. */
export const worksOn = (viewer: Viewer, owner: string): boolean =>
  viewer.kind === 'staff' &&
  (viewer.partner === undefined || viewer.partner === owner) &&
  ['campaign.write:own', 'campaign.publish:own'].some((scope) => covers(viewer.scopes, scope));

/** The version in force of each campaign: the newest published one that has begun, else the next one to begin; in the order of their ids. */
export async function publishedCampaigns(
  em: EntityManager,
  where: { readonly id?: string; readonly after?: string; readonly limit: number },
): Promise<Campaign[]> {
  const versions = await rows<{ id: string; version: number }>(
    em,
    `select distinct on (id) id, version from campaign
     where published_at is not null and (?::text is null or id = ?) and (?::text is null or id > ?)
     order by id, (starts_at <= clock()) desc, case when starts_at <= clock() then -version else version end limit ?`,
    [where.id ?? null, where.id ?? null, where.after ?? null, where.after ?? null, where.limit],
  );
  if (versions.length === 0) return [];
  return em.find(Campaign, { $or: versions }, { orderBy: { id: 'asc' }, disableIdentityMap: true });
}

/** The newest version whatever its state, for who works on it. */
export const newestVersion = async (em: EntityManager, id: string): Promise<Campaign | null> =>
  (await em.find(Campaign, { id }, { orderBy: { version: 'desc' }, limit: 1, disableIdentityMap: true }))[0] ?? null;
