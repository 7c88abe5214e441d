import type { EntityManager } from '@mikro-orm/postgresql';
import { mustActFor } from '../../kernel/acting-for.js';
import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { publishedCampaigns } from './campaign-list.js';

export interface CampaignFigures {
  readonly members: number;
  readonly salesFen: bigint;
  readonly points: bigint;
}

export interface Report extends CampaignFigures {
  readonly salesPerMemberFen: bigint;
}

const reportOf = (figures: CampaignFigures): Report => ({ ...figures, salesPerMemberFen: figures.salesFen / BigInt(figures.members) });

/** Keeps the figures of a published campaign: 470,000,000.00 of 200,000 members are 2,350.00 each. */
export async function recordResult(
  context: Context,
  key: WriteKey,
  { campaign, ...figures }: CampaignFigures & { readonly campaign: string },
): Promise<Once<{ readonly kind: 'recorded'; readonly report: Report }>> {
  const [known] = await publishedCampaigns(context.em, { id: campaign, limit: 1 });
  if (!known) throw badInput('There is no such campaign', { argument: 'campaign' });
  mustActFor(context.viewer, 'campaign.write', known.ownerId);
  if (figures.members < 1) throw badInput('At least one member took part', { argument: 'members' });
  if (figures.salesFen < 0n) throw badInput('Sales are 0 fen or more', { argument: 'salesFen' });
  return once(context.em, key, { campaign, ...figures }, async (tx) => {
    const before = await resultOfCampaign(tx, campaign);
    await rows(
      tx,
      `insert into campaign_result (campaign, members, sales_fen, points, at) values (?, ?, ?, ?, clock())
       on conflict (campaign) do update set members = excluded.members, sales_fen = excluded.sales_fen, points = excluded.points, at = excluded.at`,
      [campaign, figures.members, figures.salesFen, figures.points],
    );
    await auditChange(tx, key, { partner: known.ownerId, before, after: figures });
    return { kind: 'recorded' as const, report: reportOf(figures) };
  });
}

export async function resultOfCampaign(em: EntityManager, campaign: string): Promise<Report | null> {
  const [row] = await rows<{ members: string; sales_fen: string; points: string }>(
    em,
    'select members, sales_fen, points from campaign_result where campaign = ?',
    [campaign],
  );
  return row ? reportOf({ members: Number(row.members), salesFen: BigInt(row.sales_fen), points: BigInt(row.points) }) : null;
}
