import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../kernel/errors.js';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { decode, encode } from '../../kernel/json.js';
import { rows } from '../../kernel/sql.js';
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

/** Proposes other terms. It takes two people, for who could set them alone could put the whole watch to sleep. */
export function proposeTerms(
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  terms: SupervisionTerms,
  reason: string,
): Promise<Once<Proposed>> {
  demand(terms);
  const input = { terms, reason };
  const proposal = { kind: 'SUPERVISION_TERMS' as const, partner: null, operatorOnly: true, body: { terms } };
  return propose<never>(context, key, input, () => Promise.resolve(proposal));
}

export const setTerms: Make<{ readonly terms: SupervisionTerms }> = async (tx, { id, body: { terms } }) => {
  const before = await supervisionTerms(tx);
  await rows(tx, 'insert into supervision_terms (change, terms, at) values (?, ?, clock())', [id, encode(terms)]);
  return { kind: 'made', before, after: terms };
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
