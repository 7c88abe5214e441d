/** Whether this ledger lies on several machines, as \`npm run ledger -- migrate --distributed\` lays it. */
export const isDistributed = (): boolean => process.env['TONGDUI_DISTRIBUTED'] === '1';

/** The column by which rows are spread. */
export const shardKey = 'member_uid';

/** What belongs to one member: rows lie where their member does, so that a redemption is one machine's work. */
export const memberTables = [
  'account',
  'wallet',
  'lot',
  'entry',
  'hold',
  'write_key',
  'owed',
  'refused_write',
  'point_return',
  'kept_points',
  'clawed_points',
  'points_freeze',
  'reminder',
  'root_head',
] as const;

/** Small and seldom written: every machine has all of them. */
export const referenceTables = ['partner', 'programme', 'root'] as const;

/**
 * Everything else lies on the first machine alone. These name a member and do so all the same: an accrual is there once over all
 * members (partner and purchase), and so has no place with one; cases and shares of a programme's plan are about many.
 */
export const centralThoughTheyNameMembers: readonly string[] = [
  'accrual',
  'approval',
  'case_member',
  'participation_acknowledgement',
  'participation_entry',
  'participation_holding',
];

/** Functions that a call of the hot path runs, with their member; they go to that member's machine. */
export const calls = {
  take_points: 'uuid, text, text, bytea, uuid, uuid, text, timestamptz, text[], bigint[], bigint[], uuid[], boolean',
  burn_points: 'uuid, text, text, bytea, uuid, uuid, text, text, bigint, bigint, uuid',
  end_hold: 'uuid, text, text, bytea, uuid, text',
  capture_part: 'uuid, text, text, bytea, uuid, text[], bigint[], bigint[]',
  refuse_at_limit: 'uuid, text, text, bytea, uuid, text, text',
} as const;

/** Functions that those call; every machine has them. */
export const helpers = {
  clock: '',
  iso: 'timestamptz',
  placed: 'uuid, timestamptz, boolean',
  missing: 'text, bigint',
  uuid_v7: '',
  entry_hash: 'bytea, uuid, bigint, text, text, bigint, timestamptz, text, text, text',
  postings_text: 'uuid[], bigint[], text, bigint',
  append_entry: 'uuid, text, text, bigint, timestamptz, text, text, text, text, text, uuid[], bigint[]',
  give_back: 'hold, timestamptz, text, text, text',
  lapse_holds: 'uuid, timestamptz, text, text',
  keep_answer: 'uuid, text, text, bytea, timestamptz, text, text',
  owe: 'uuid, timestamptz, text, integer, text, uuid, text[], bigint[], bigint[]',
  owed_for: 'uuid, uuid',
} as const;
