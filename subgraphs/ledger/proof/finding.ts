/** Something in the journal or under a root that is not as it was written. */
export interface Finding {
  readonly what:
    | 'ENTRY_ALTERED'
    | 'ENTRY_MISSING'
    | 'ENTRY_ADDED'
    | 'CHAIN_REWRITTEN'
    | 'DETAILS_ALTERED'
    | 'ROOT_ALTERED'
    | 'STATEMENTS_ALTERED';
  /** Absent on a root. */
  readonly memberUid: string | null;
  /** Of the entry, or of the last entry concerned. */
  readonly seq: bigint | null;
  readonly root: bigint | null;
  /** What was altered, as far as the rest of the journal tells, such as `points: 100, was 90`; of statements, the period; null where it does not. */
  readonly field: string | null;
}

const sentences: Readonly<Record<Finding['what'], string>> = {
  ENTRY_ALTERED: 'is not what was written',
  ENTRY_MISSING: 'is missing',
  ENTRY_ADDED: 'does not belong to the chain',
  CHAIN_REWRITTEN: 'and what is before it were written anew after they were sealed',
  DETAILS_ALTERED: 'or one before it since the last root names another actor, key, id or purchase than it did',
  ROOT_ALTERED: 'is not what was sealed',
  STATEMENTS_ALTERED: 'do not lead to the root that was published',
};

/** Pure: one line; `nameOf` says how a member is called to this reader. */
export function sentenceOf({ what, memberUid, seq, root, field }: Finding, nameOf: (uid: string) => string): string {
  if (what === 'STATEMENTS_ALTERED') return `statements of ${field} ${sentences[what]}`;
  const subject = memberUid === null ? `root ${root}` : `member ${nameOf(memberUid)}: entry ${seq}`;
  const under = memberUid !== null && root !== null ? ` (root ${root})` : '';
  return `${subject} ${sentences[what]}${field === null ? '' : `: ${field}`}${under}`;
}
