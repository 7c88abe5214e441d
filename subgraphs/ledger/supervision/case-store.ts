import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid, validate } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import { decode, encode } from '../../kernel/json.js';
import { change, rows } from '../../kernel/sql.js';
import type { Signal } from './signals.js';

export type CaseKindName = 'PATTERN' | 'REPORT' | 'CAMPAIGN';
export type CaseStateName = 'OPEN' | 'ESCALATED' | 'CLEARED';
/** What an authority did beside a fine: article 56 of the consumer law names all three. */
export const caseMeasures = ['ORDERED_TO_CORRECT', 'WARNED', 'GAINS_CONFISCATED'] as const;
export type CaseMeasureName = (typeof caseMeasures)[number];
export type CaseStepName = 'OPENED' | 'GREW' | 'HELD' | 'ESCALATED' | 'FINED' | 'CLEARED' | CaseMeasureName;

export interface NewCase {
  readonly kind: CaseKindName;
  readonly hub: string | null;
  readonly campaign: string | null;
  readonly reason: string;
  readonly signals: readonly Signal[];
  readonly score: number;
  readonly members: readonly string[];
  readonly partners: readonly string[];
  readonly by: string;
}

export interface StoredCase {
  readonly id: string;
  readonly kind: CaseKindName;
  readonly state: CaseStateName;
  readonly campaign: string | null;
  readonly reason: string;
  readonly signals: readonly Signal[];
  readonly score: number;
  readonly openedAt: Date;
  readonly heldBy: string | null;
  readonly escalatedTo: string | null;
  readonly clearedAt: Date | null;
}

export async function openCase(tx: EntityManager, opened: NewCase): Promise<string> {
  const id = uuid();
  const { kind, hub, campaign, reason, signals, score, by } = opened;
  await rows(
    tx,
    `insert into look_through_case (id, kind, hub, campaign, reason, signals, score, opened_by, opened_at) values (?, ?, ?, ?, ?, ?, ?, ?, clock())`,
    [id, kind, hub, campaign, reason, encode(signals), score, by],
  );
  await addMembers(tx, id, opened.members);
  await addPartners(tx, id, opened.partners);
  await addStep(tx, id, 'OPENED', by, reason);
  return id;
}

export const addMembers = (tx: EntityManager, id: string, members: readonly string[]): Promise<number> =>
  change(tx, 'insert into case_member (case_id, member_uid) select ?, unnest(?::uuid[]) on conflict do nothing', [id, members]);

export const addPartners = (tx: EntityManager, id: string, partners: readonly string[]): Promise<number> =>
  change(tx, 'insert into case_partner (case_id, partner) select ?, unnest(?::text[]) on conflict do nothing', [id, partners]);

export const addStep = (tx: EntityManager, id: string, step: CaseStepName, by: string, reason: string): Promise<object[]> =>
  rows(tx, 'insert into case_step (id, case_id, step, by, at, reason) values (?, ?, ?, ?, clock(), ?)', [uuid(), id, step, by, reason]);

interface Row {
  readonly id: string;
  readonly kind: CaseKindName;
  readonly state: CaseStateName;
  readonly campaign: string | null;
  readonly reason: string;
  readonly signals: string;
  readonly score: number;
  readonly opened_at: string;
  readonly held_by: string | null;
  readonly escalated_to: string | null;
  readonly cleared_at: string | null;
}

const columns = 'id, kind, state, campaign, reason, signals, score, opened_at, held_by, escalated_to, cleared_at';

const stored = (row: Row): StoredCase => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  campaign: row.campaign,
  reason: row.reason,
  signals: decode<Signal[]>(row.signals),
  score: row.score,
  openedAt: new Date(row.opened_at),
  heldBy: row.held_by,
  escalatedTo: row.escalated_to,
  clearedAt: row.cleared_at === null ? null : new Date(row.cleared_at),
});

/** Cases, newest first. */
export async function readCases(
  em: EntityManager,
  state: CaseStateName | null,
  limit: number,
  before: string | null,
): Promise<StoredCase[]> {
  const found = await rows<Row>(
    em,
    `select ${columns} from look_through_case where (?::text is null or state = ?) and (?::uuid is null or id < ?::uuid) order by id desc limit ?`,
    [state, state, before, before, limit],
  );
  return found.map(stored);
}

export async function readCase(em: EntityManager, id: string): Promise<StoredCase | null> {
  const [row] = validate(id) ? await rows<Row>(em, `select ${columns} from look_through_case where id = ?`, [id]) : [];
  return row ? stored(row) : null;
}

/** The case, locked: nobody else takes a step on it until the end of the transaction. */
export async function lockCase(tx: EntityManager, id: string): Promise<StoredCase> {
  const [row] = validate(id) ? await rows<Row>(tx, `select ${columns} from look_through_case where id = ? for update`, [id]) : [];
  if (!row) throw badInput('There is no such case', { argument: 'case' });
  return stored(row);
}
