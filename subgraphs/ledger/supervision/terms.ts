import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { decode, encode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
import type { ProposedChange } from '../approvals/change.entity.js';
import type { Make } from '../approvals/kind.js';
import { propose, type Proposed } from '../approvals/propose.js';
import type { Context } from '../context.js';
import { type SignalKind, signalKinds, type SignalTerms } from './signals.js';

/** When members are looked at together, and from what on a case is opened. */
export interface SupervisionTerms {
  /** How far back is looked. */
  readonly windowDays: number;
  /** The score from which a case is opened. */
  readonly caseScore: number;
  readonly signals: Readonly<Record<SignalKind, SignalTerms>>;
  /** Events, categories or article numbers that reward having brought somebody in. */
  readonly recruitMarks: readonly string[];
  /** The same, that are a price for coming in. */
  readonly entryFeeMarks: readonly string[];
}

/**
 * In force where nobody set others. One signal alone opens no case: a friend who recommends the shop ten times is no pyramid, and
 * neither is a family that gives its points to one of its own.
 */
export const defaultTerms: SupervisionTerms = {
  windowDays: 30,
  caseScore: 40,
  signals: {
    NO_PURCHASE: { threshold: 10n, weight: 20 },
    FAN_IN: { threshold: 10n, weight: 20 },
    RECRUIT_REWARD: { threshold: 10n, weight: 20 },
    ENTRY_FEE: { threshold: 10n, weight: 20 },
    CASH_OUT: { threshold: 100_000n, weight: 20 },
  },
  recruitMarks: ['RECRUIT', 'REFERRAL', 'INVITE'],
  entryFeeMarks: ['ENTRY_FEE', 'JOINING_FEE', 'MEMBERSHIP_FEE'],
};

/** The terms in force: the ones set last. */
export async function supervisionTerms(em: EntityManager): Promise<SupervisionTerms> {
  const [row] = await rows<{ terms: string }>(em, 'select terms from supervision_terms order by id desc limit 1');
  return row ? decode<SupervisionTerms>(row.terms) : defaultTerms;
}

/** What is to change in them; what is absent stays what it is when the change is made. */
export interface TermsChange {
  readonly windowDays?: number | null;
  readonly caseScore?: number | null;
  readonly signals?: readonly ({ readonly kind: SignalKind } & SignalTerms)[] | null;
  readonly recruitMarks?: readonly string[] | null;
  readonly entryFeeMarks?: readonly string[] | null;
}

/** Pure: terms with what is to change in them. */
export function changed(terms: SupervisionTerms, { signals, ...input }: TermsChange): SupervisionTerms {
  const given = new Map((signals ?? []).map(({ kind, threshold, weight }) => [kind, { threshold, weight }]));
  return {
    windowDays: input.windowDays ?? terms.windowDays,
    caseScore: input.caseScore ?? terms.caseScore,
    recruitMarks: input.recruitMarks ?? terms.recruitMarks,
    entryFeeMarks: input.entryFeeMarks ?? terms.entryFeeMarks,
    signals: Object.fromEntries(signalKinds.map((kind) => [kind, given.get(kind) ?? terms.signals[kind]])) as Record<
      SignalKind,
      SignalTerms
    >,
  };
}

export interface TermsBody {
  readonly input: TermsChange;
}

/** What a proposal comes to: made, what it made; before, what it would make of the terms in force. */
export async function termsAfter(em: EntityManager, { id, body }: Pick<ProposedChange, 'id' | 'body'>): Promise<SupervisionTerms> {
  const [made] = await rows<{ terms: string }>(em, 'select terms from supervision_terms where change = ?', [id]);
  return made ? decode<SupervisionTerms>(made.terms) : changed(await supervisionTerms(em), decode<TermsBody>(body).input);
}

/** Proposes other terms. It takes two people, for who could set them alone could put the whole watch to sleep. */
export function proposeTerms(
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  input: TermsChange,
  reason: string,
): Promise<Once<Proposed>> {
  demand(changed(defaultTerms, input));
  const proposal = { kind: 'SUPERVISION_TERMS' as const, partner: null, operatorOnly: true, body: { input } satisfies TermsBody };
  return propose<never>(context, key, { ...input, reason }, () => Promise.resolve(proposal));
}

export const setTerms: Make<TermsBody> = async (tx, { id, body: { input } }) => {
  // Of two changes that are agreed to at once, the second begins where the first ended.
  await rows(tx, `select pg_advisory_xact_lock(hashtext('tongdui supervision terms'))`);
  const before = await supervisionTerms(tx);
  const after = changed(before, input);
  await rows(tx, 'insert into supervision_terms (change, terms, at) values (?, ?, clock())', [id, encode(after)]);
  return { kind: 'made', before, after };
};

function demand({ windowDays, caseScore, signals, recruitMarks, entryFeeMarks }: SupervisionTerms): void {
  const whole = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  if (!whole(windowDays, 366)) throw badInput('A window is 1 to 366 days', { argument: 'windowDays' });
  if (!whole(caseScore, 1_000)) throw badInput('A score is 1 to 1000', { argument: 'caseScore' });
  for (const kind of signalKinds) {
    const { threshold, weight } = signals[kind];
    if (threshold < 1n) throw badInput('A threshold is at least 1', { argument: 'signals.threshold', kind });
    if (!Number.isInteger(weight) || weight < 0 || weight > 1_000)
      throw badInput('A weight is 0 to 1000', { argument: 'signals.weight', kind });
  }
  if ([...recruitMarks, ...entryFeeMarks].some((mark) => mark.length === 0 || mark.length > 100))
    throw badInput('A mark is 1 to 100 characters', { argument: 'marks' });
}
