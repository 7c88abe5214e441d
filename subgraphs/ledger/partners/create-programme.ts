import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import type { Text } from '../../kernel/text.js';
import type { Context } from '../context.js';
import { Partner } from './partner.entity.js';
import { type AcceptanceScope, type ExpiryMode, Programme } from './programme.entity.js';

interface Price {
  readonly fen: bigint;
  readonly points: bigint;
}

export interface NewProgramme {
  readonly id: string;
  readonly issuer: string;
  readonly name: Text;
  readonly value: Price;
  readonly zone: string;
  readonly expiry: { readonly mode: ExpiryMode; readonly months?: number | null; readonly roundToMonthEnd: boolean };
  readonly acceptance: { readonly scope: AcceptanceScope; readonly partners: readonly string[] };
  readonly returnPolicy: { readonly graceDays: number | null };
  readonly issuePrice?: Price | null;
}

export type CreateProgrammeOutcome =
  | { readonly kind: 'created'; readonly programme: string }
  | { readonly kind: 'refused'; readonly code: 'PROGRAMME_EXISTS' };

/** Adds a programme of an issuer; an id that is taken is refused. */
export function createProgramme({ em }: Pick<Context, 'em'>, key: WriteKey, input: NewProgramme): Promise<Once<CreateProgrammeOutcome>> {
  mustBeSound(input);
  return once<CreateProgrammeOutcome>(em, key, input, async (tx) => {
    if (await tx.findOne(Programme, { id: input.id })) return { kind: 'refused', code: 'PROGRAMME_EXISTS' };
    const named = [...new Set([input.issuer, ...input.acceptance.partners])];
    if ((await tx.count(Partner, { id: { $in: named } })) !== named.length)
      throw badInput('There is no such partner', { argument: 'issuer, acceptance.partners' });
    const { expiry, acceptance, value, issuePrice } = input;
    await tx.insert(Programme, {
      id: input.id,
      issuerId: input.issuer,
      name: { zh: input.name.zh, en: input.name.en },
      firstValueFen: value.fen,
      firstValuePoints: value.points,
      zone: input.zone,
      expiryMode: expiry.mode,
      expiryMonths: expiry.mode === 'NONE' ? null : (expiry.months ?? null),
      expiryRoundToMonthEnd: expiry.roundToMonthEnd,
      acceptanceScope: acceptance.scope,
      acceptancePartners: [...acceptance.partners],
      returnGraceDays: input.returnPolicy.graceDays,
      firstIssuePriceFen: issuePrice?.fen ?? value.fen,
      firstIssuePricePoints: issuePrice?.points ?? value.points,
    });
    await auditChange(tx, key, { partner: input.issuer, before: null, after: input });
    return { kind: 'created', programme: input.id };
  });
}

function mustBeSound({ id, value, zone, expiry, acceptance, returnPolicy, issuePrice }: NewProgramme): void {
  if (!/^[A-Z][A-Z0-9-]{0,19}$/.test(id))
    throw badInput('A programme id is 1 to 20 of A–Z, 0–9 and -, and starts with a letter', { argument: 'id' });
  if (value.fen < 1n || value.points < 1n) throw badInput('Points have a value: `fen` and `points` are at least 1', { argument: 'value' });
  if (issuePrice && issuePrice.points < 1n) throw badInput('`points` is at least 1', { argument: 'issuePrice' });
  if (!isZone(zone)) throw badInput('`zone` is a time zone name such as Asia/Shanghai', { argument: 'zone' });
  if (expiry.mode === 'ROLLING' && !(expiry.months && expiry.months >= 1 && expiry.months <= 1200))
    throw badInput('Rolling expiry needs `months`, 1 to 1200', { argument: 'expiry.months' });
  if (acceptance.scope !== 'GROUP' && acceptance.partners.length > 0)
    throw badInput('Only scope GROUP lists partners', { argument: 'acceptance.partners' });
  const { graceDays } = returnPolicy;
  if (graceDays !== null && (graceDays < 0 || graceDays > 3660))
    throw badInput('`graceDays` is 0 to 3660', { argument: 'returnPolicy.graceDays' });
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
