import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../../kernel/sql.js';
import { noHistory } from '../caps.js';
import type { KeptLine, KeptStanding } from '../accrual.entity.js';
import { lineOf, standingOfKept } from '../kept.js';
import { readHistory } from '../read-history.js';
import { anySeller, type Seller } from '../seller.js';
import { sellerOf } from '../seller-of.js';
import { Memory } from './memory.js';
import type { Past, TrialPurchase } from './rehearse.js';

interface OfProgramme {
  readonly id: string;
  readonly zone: string;
}

/** The past of members as it stands now: what an accrual would read at this moment, or in the future at its time. */
export const presentPast = (em: EntityManager, programme: OfProgramme, now: Date): Past => ({
  seenAt: (at) => (at > now ? at : now),
  async of(memberUid, rules, at) {
    const history = await readHistory(em, { memberUid, programme }, rules, at);
    const [wallet] = await rows<{ arrears: string }>(em, 'select arrears from wallet where member_uid = ? and programme = ?', [
      memberUid,
      programme.id,
    ]);
    return { given: history.given, balance: history.balance, arrears: BigInt(wallet?.arrears ?? 0) };
  },
});

/**
 * The past before an instant, without anything that purchases since it earned: what the replay of these purchases starts from. A wallet is as it
 * was at each purchase but for their points, each of which is taken to have been reported when it was made. What is owed then is not known: what
 * was deducted really is deducted again.
 */
export async function pastBefore(em: EntityManager, programme: OfProgramme, from: Date): Promise<Past> {
  const memory = new Memory(programme.zone);
  const given = await rows<{ member: string; name: string; at: string; points: string }>(
    em,
    `select a.member_uid as member, r.name, min(a.at) as at, sum((share ->> 'points')::bigint)::bigint as points
     from accrual a cross join lateral jsonb_array_elements(a.rules) share join accrual_rule r on r.id = (share ->> 'rule')::uuid
     where a.programme = ? and a.at < ? and a.at >= date_trunc('year', ?::timestamptz at time zone ?) at time zone ?
     group by a.member_uid, r.name, (a.at at time zone ?)::date`,
    [programme.id, from.toISOString(), from.toISOString(), programme.zone, programme.zone, programme.zone],
  );
  for (const { member, name, at, points } of given) memory.add(member, name, new Date(at), BigInt(points));
  return {
    seenAt: (at) => at,
    async of(member, rules, at) {
      const bounded = rules.some(({ balanceCapPoints }) => balanceCapPoints !== null);
      const balance = bounded ? await balanceWithout(em, member, programme.id, { from, at }) : 0n;
      const { given: before } = memory.over(noHistory, member, rules, at, at);
      return { given: before, balance, arrears: 0n };
    },
  };
}

/**
 * A wallet at an instant by the journal, less what purchases from `from` on put into it. Lots count until they expire, whenever a job booked it;
 * what was taken out of a lot of such a purchase counts for as long as that lot, and its expiry is the rehearsal's own. What a purchase of the
 * very instant deducted is its own too.
 */
async function balanceWithout(
  em: EntityManager,
  member: string,
  programme: string,
  { from, at }: { readonly from: Date; readonly at: Date },
): Promise<bigint> {
  const [found] = await rows<{ points: string }>(
    em,
    `select coalesce(sum(p.points), 0)::bigint as points
     from (select kind, unnest(lots) as lot, unnest(lot_points) as points from entry
           where member_uid = ? and programme = ? and (at < ? or (at = ? and cause_kind <> 'ACCRUAL'))) p
       join lot l on l.member_uid = ? and l.id = p.lot
     where (l.expires_at is null or l.expires_at > ?)
       and not (p.kind in ('ACCRUAL', 'EXPIRY') and exists (select 1 from accrual a where a.id = l.accrual and a.at >= ?))`,
    [member, programme, at.toISOString(), at.toISOString(), member, at.toISOString(), from.toISOString()],
  );
  return BigInt(found?.points ?? 0);
}

/** A purchase as it was reported, and what it was given. */
export interface PastPurchase extends TrialPurchase {
  readonly givenPoints: bigint;
}

const batch = 2_000;

/** The purchases of a programme in a time, in their order, a batch at a time. */
export async function* pastPurchases(
  em: EntityManager,
  programme: string,
  { from, until }: { readonly from: Date; readonly until: Date },
): AsyncGenerator<PastPurchase> {
  const bank = await sellerOf(em, { trade: 'BANKING' });
  let after: readonly [string, string] = [from.toISOString(), '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const found = await rows<{
      id: string;
      member_uid: string;
      partner: string;
      at: string;
      trade: Seller['trade'];
      points: string;
      lines: KeptLine[];
      standing: KeptStanding | null;
    }>(
      em,
      `select a.id, a.member_uid, a.partner, a.at, p.trade, a.points, a.lines, a.standing from accrual a join partner p on p.id = a.partner
       where a.programme = ? and a.at < ? and (a.at, a.id) > (?::timestamptz, ?::uuid) order by a.at, a.id limit ?`,
      [programme, until.toISOString(), ...after, batch],
    );
    for (const { member_uid: member, partner, at, trade, points, lines, standing } of found)
      yield {
        member,
        partner,
        at: new Date(at),
        lines: lines.map(lineOf),
        standing: standingOfKept(standing),
        seller: trade === bank.trade ? bank : anySeller,
        givenPoints: BigInt(points),
      };
    const last = found.at(-1);
    if (!last || found.length < batch) return;
    after = [last.at, last.id];
  }
}
