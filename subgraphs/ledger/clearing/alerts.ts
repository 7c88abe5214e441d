import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { rows } from '../../kernel/sql.js';

export type AlertKindName = 'PACK_LOW' | 'CREDIT_NEAR' | 'CREDIT_REACHED';

/** Something that a partner should look at, written down once when it came about. */
export interface Alert {
  readonly id: string;
  readonly partner: string;
  readonly kind: AlertKindName;
  readonly at: Date;
  readonly pack: string | null;
  readonly leftPoints: bigint | null;
  readonly limitFen: bigint | null;
  readonly alertFen: bigint | null;
  readonly usedFen: bigint | null;
}

export type NewAlert = Pick<Alert, 'partner' | 'kind'> & Partial<Omit<Alert, 'id' | 'at'>>;

export async function raise(tx: EntityManager, alert: NewAlert): Promise<void> {
  const { partner, kind, pack = null, leftPoints = null, limitFen = null, alertFen = null, usedFen = null } = alert;
  await rows(
    tx,
    `insert into clearing_alert (id, partner, kind, at, pack, left_points, limit_fen, alert_fen, used_fen) values (?, ?, ?, clock(), ?, ?, ?, ?, ?)`,
    [uuid(), partner, kind, pack, leftPoints, limitFen, alertFen, usedFen],
  );
}

type Row = Record<'id' | 'partner' | 'at', string> & { readonly kind: AlertKindName } & Record<
    'pack' | 'left_points' | 'limit_fen' | 'alert_fen' | 'used_fen',
    string | null
  >;
const whole = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

/** Alerts of one partner or of all in the order in which they came; `month`: those of a settlement period only. */
export async function alertsOf(
  em: EntityManager,
  { partner, after, limit, month }: { partner: string | null; after?: string | null; limit: number; month?: string },
): Promise<Alert[]> {
  const found = await rows<Row>(
    em,
    `select * from clearing_alert where (?::text is null or partner = ?) and (?::uuid is null or id > ?::uuid)
       and (?::text is null or to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM') = ?) order by id limit ?`,
    [partner, partner, after ?? null, after ?? null, month ?? null, month ?? null, limit],
  );
  return found.map(({ id, partner: whose, kind, at, pack, left_points, limit_fen, alert_fen, used_fen }) => ({
    id,
    partner: whose,
    kind,
    at: new Date(at),
    pack,
    leftPoints: whole(left_points),
    limitFen: whole(limit_fen),
    alertFen: whole(alert_fen),
    usedFen: whole(used_fen),
  }));
}
