import type { EntityManager } from '@mikro-orm/postgresql';
import { validate } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import { decodeCursor, encodeCursor, type Page, type PageArgs, pageLimit, pageOf } from '../../kernel/page.js';
import { rows } from '../../kernel/sql.js';
import { fold } from './fold.js';
import { type Net, netsOf, nothing, operator, type Owed, type Position, positionsOf } from './netting.js';

export type PeriodStatus = 'OPEN' | 'CLOSED';

export interface PeriodFacts {
  readonly status: PeriodStatus;
  readonly closedAt: Date | null;
}

/** One obligation as its partner sees it; signed, positive where the partner receives. */
export interface LineFacts {
  readonly id: string;
  readonly partner: string;
  readonly side: Position['side'];
  readonly kind: Owed['kind'] | 'FEE';
  readonly ref: string;
  readonly counterparty: string;
  readonly fen: bigint;
  readonly feeFen: bigint;
  readonly netFen: bigint;
  readonly at: Date;
}

export async function periodFacts(em: EntityManager, period: string): Promise<PeriodFacts> {
  const [closed] = await rows<{ closed_at: string }>(em, 'select closed_at from settlement_period where id = ?', [period]);
  return closed ? { status: 'CLOSED', closedAt: new Date(closed.closed_at) } : { status: 'OPEN', closedAt: null };
}

/** Nets of a period, of everyone or of one partner: as they were fixed if it is closed, else as they stand. */
export async function netsOfPeriod(em: EntityManager, period: string, status: PeriodStatus, partner?: string): Promise<Net[]> {
  if (status === 'OPEN') return netsOf(await fold(em, period, partner)).filter((net) => partner === undefined || net.partner === partner);
  const fixed = await rows<Record<'partner' | 'receivable_fen' | 'payable_fen' | 'fee_fen' | 'net_fen', string>>(
    em,
    'select * from settlement_net where period = ? and (?::text is null or partner = ?) order by partner',
    [period, partner ?? null, partner ?? null],
  );
  return fixed.map((row) => ({
    partner: row.partner,
    receivableFen: BigInt(row.receivable_fen),
    payableFen: BigInt(row.payable_fen),
    feeFen: BigInt(row.fee_fen),
    netFen: BigInt(row.net_fen),
  }));
}

/** What a partner receives and pays in a period. */
export async function statementOf(em: EntityManager, period: string, partner: string): Promise<Net & PeriodFacts> {
  const facts = await periodFacts(em, period);
  const [net] = await netsOfPeriod(em, period, facts.status, partner);
  return { ...facts, ...(net ?? nothing(partner)) };
}

/** An obligation's row, seen from one side. */
export interface LineRow {
  readonly id: string;
  readonly side: Position['side'];
  readonly at: string;
  readonly kind: Owed['kind'];
  readonly debtor: string;
  readonly creditor: string;
  readonly fen: string;
  readonly fee_fen: string;
  readonly fee_borne_by: Owed['feeBorneBy'];
  readonly cause: string;
  readonly redemption: string | null;
}

const sides: Readonly<Record<Position['side'], string>> = { CREDITOR: 'creditor = ?', DEBTOR: 'debtor = ?', FEE: '? and fee_fen > 0' };

/**
 * A page of the statement's lines in order of time. Each side is read off its own index as far as the page goes, for `or` would sort the
 * whole month of a large partner for every page.
 */
export async function linesOf(em: EntityManager, period: string, partner: string, page: PageArgs): Promise<Page<LineFacts>> {
  const limit = pageLimit(page);
  const after = decodeCursor(page.after, 2);
  if (after && !(validate(after[0]) && Object.hasOwn(sides, after[1] as string)))
    throw badInput('`after` is not a cursor of this list', { argument: 'after' });
  const [lastId, lastSide] = after ?? [null, null];
  const reads = (Object.keys(sides) as Position['side'][]).map((side) => {
    const where = `period = ? and ${sides[side]}`;
    const own = side === 'FEE' ? partner === operator : partner;
    const from = after ? `and (at, id, '${side}') > ((select at from obligation where id = ?), ?::uuid, ?)` : '';
    return {
      sql: `(select *, '${side}' as side from obligation where ${where} ${from} order by at, id limit ${limit})`,
      values: [period, own, ...(after ? [lastId, lastId, lastSide] : [])],
    };
  });
  const found = await rows<LineRow>(
    em,
    `${reads.map(({ sql }) => sql).join(' union all ')} order by at, id, side limit ${limit}`,
    reads.flatMap(({ values }) => values),
  );
  return pageOf(
    found.map((row) => lineOf(row, partner)),
    page,
    ({ id, side }) => encodeCursor(id, side),
  );
}

/** Pure: the line that an obligation is on this partner's statement. */
export function lineOf(row: LineRow, partner: string): LineFacts {
  const owed = { ...row, feeBorneBy: row.fee_borne_by, fen: BigInt(row.fen), feeFen: BigInt(row.fee_fen) };
  const { counterparty, fen, feeFen } = positionsOf(owed).find((position) => position.side === row.side) as Position;
  return {
    id: row.id,
    partner,
    side: row.side,
    kind: row.side === 'FEE' ? 'FEE' : row.kind,
    ref: row.kind === 'ACCRUAL' ? row.cause : (row.redemption ?? row.cause),
    counterparty,
    fen,
    feeFen,
    netFen: fen - feeFen,
    at: new Date(row.at),
  };
}
