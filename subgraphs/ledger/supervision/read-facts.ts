import type { EntityManager } from '@mikro-orm/postgresql';
import { rows } from '../../kernel/sql.js';
import type { Facts } from './signals.js';
import type { SupervisionTerms } from './terms.js';

interface Came {
  readonly member: string;
  readonly partner: string | null;
  readonly at: string;
  readonly gift: boolean;
  readonly reward: boolean;
  readonly fee: boolean;
}

/** Accruals and corrections of the window that are a gift, a reward for recruiting or a fee for coming in. */
const came = `with came as (
  select e.member_uid as member, a.partner, e.at, e.kind,
    coalesce((select sum((l ->> 'fen')::bigint) from jsonb_array_elements(a.lines) l), 0) as spent,
    array(select l ->> 'sku' from jsonb_array_elements(a.lines) l)
      || array(select unnest(array[r.event, r.category]) from jsonb_array_elements(a.rules) g join accrual_rule r on r.id = (g ->> 'rule')::uuid) as marks
  from entry e left join accrual a on a.id = case when e.kind = 'ACCRUAL' then e.cause_id::uuid end
  where e.at > ? and (e.kind = 'ACCRUAL' or e.kind = 'ADJUSTMENT' and e.points > 0))
select * from (
  select member, partner, at, spent = 0 as gift, marks && ?::text[] as reward, spent > 0 and marks && ?::text[] as fee from came) found
where gift or reward or fee`;

const transfers = `select s.member_uid as "from", r.member_uid as "to", r.at
  from entry r join entry s on s.kind = 'TRANSFER' and s.cause_id = r.cause_id and s.points < 0
  where r.kind = 'TRANSFER' and r.points > 0 and r.at > ? and s.at > ?`;

/** Points that were spent, of lots behind which there is no purchase of the spender's own, at what they were worth then. */
const cashOuts = `select e.member_uid as member, h.acceptor, e.at,
    div(sum(-p.points) * coalesce(v.value_fen, g.value_fen), coalesce(v.value_points, g.value_points)) as fen
  from entry e cross join lateral unnest(e.lots, e.lot_points) p (lot, points)
    join lot l on l.member_uid = e.member_uid and l.id = p.lot
    left join accrual a on a.id = l.accrual and a.member_uid = e.member_uid
    join programme g on g.id = e.programme
    left join (select programme, value_fen, value_points, valid_from as since, lead(valid_from) over (partition by programme order by valid_from, id) as until
      from programme_rate) v on v.programme = e.programme and v.since <= e.at and (v.until is null or e.at < v.until)
    join hold h on h.redemption = case when e.cause_kind = 'REDEMPTION' then e.cause_id::uuid end and h.member_uid = e.member_uid
      and h.state = 'CAPTURED'
  where e.kind = 'BURN' and e.at > ? and e.member_uid = any(?::uuid[])
    and coalesce((select sum((l ->> 'fen')::bigint) from jsonb_array_elements(a.lines) l), 0) = 0
  group by e.member_uid, e.seq, h.acceptor, e.at, v.value_fen, v.value_points, g.value_fen, g.value_points`;

/** What happened since an instant, as far as any signal asks for it. */
export async function factsSince(em: EntityManager, from: Date, { recruitMarks, entryFeeMarks }: SupervisionTerms): Promise<Facts> {
  const start = from.toISOString();
  const arrived = await rows<Came>(em, came, [start, recruitMarks, entryFeeMarks]);
  const moved = await rows<{ from: string; to: string; at: string }>(em, transfers, [start, start]);
  const members = [...new Set([...arrived.map(({ member }) => member), ...moved.flatMap((each) => [each.from, each.to])])];
  const spent = await rows<{ member: string; acceptor: string; at: string; fen: string }>(em, cashOuts, [start, members]);
  const happened = (which: 'reward' | 'fee') =>
    arrived.filter((row) => row[which]).map(({ member, partner, at }) => ({ member, partner: partner ?? '', at: new Date(at) }));
  return {
    gifts: arrived.filter(({ gift }) => gift).map(({ member, partner, at }) => ({ member, partner, at: new Date(at) })),
    transfers: moved.map((row) => ({ from: row.from, to: row.to, at: new Date(row.at) })),
    rewards: happened('reward'),
    fees: happened('fee'),
    cashOuts: spent.map(({ member, acceptor, at, fen }) => ({ member, acceptor, at: new Date(at), fen: BigInt(fen) })),
  };
}

/** When each member's last case was cleared. */
export async function clearedAt(em: EntityManager, members: readonly string[]): Promise<Map<string, Date>> {
  const found = await rows<{ member: string; at: string }>(
    em,
    `select m.member_uid as member, max(c.cleared_at) as at from case_member m join look_through_case c on c.id = m.case_id
     where c.state = 'CLEARED' and m.member_uid = any(?::uuid[]) group by m.member_uid`,
    [members],
  );
  return new Map(found.map(({ member, at }) => [member, new Date(at)]));
}
