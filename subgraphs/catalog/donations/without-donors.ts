import { consentsFromMembers } from '../../kernel/consents.js';
import type { Emitted } from '../../kernel/events/read-events.js';
import type { ToldToPartner } from '../../kernel/events/told-to-partner.js';
import { rows } from '../../kernel/sql.js';

/**
 * Events as a partner is told them: one of a donation names who gave only where `donations { donor }` would, by the consent of the moment in
 * which it is read. Where consents are out of reach nothing is told: the gateway leaves the events for later.
 */
export const withoutDonors: ToldToPartner = async ({ em, peers, viewer }, partner, events) => {
  const redemptions = events.flatMap(redemptionsIn);
  if (redemptions.length === 0) return events;
  const donations = await rows<{ id: string; donor: string }>(
    em,
    'select id, member_uid as donor from donation where id = any(?::uuid[])',
    [redemptions],
  );
  if (donations.length === 0) return events;
  const donors = [...new Set(donations.map(({ donor }) => donor))];
  const agreed = await consentsFromMembers(peers, viewer)(donors, partner);
  const silent = new Set(donations.flatMap(({ id, donor }) => (agreed.get(donor)?.open.includes('PII') ? [] : [id])));
  return events.map((event) => (redemptionsIn(event).some((id) => silent.has(id)) ? { ...event, memberUid: null } : event));
};

const redemptionsIn = ({ facts }: Emitted): string[] => {
  const { redemption } = JSON.parse(facts) as { redemption?: unknown };
  return typeof redemption === 'string' ? [redemption] : [];
};
