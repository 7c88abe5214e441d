import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import type { Text } from '../../kernel/text.js';
import type { Context } from '../context.js';
import { Partner } from './partner.entity.js';
import {
  type AcceptanceScope,
  type ExpiryMode,
  Programme,
  type ProgrammeDisclosure,
  type ProgrammeKind,
  type Unrecovered,
} from './programme.entity.js';

interface Price {
  readonly fen: bigint;
  readonly points: bigint;
}

export interface NewExpiry {
  readonly mode: ExpiryMode;
  readonly months?: number | null;
  readonly roundToMonthEnd: boolean;
  readonly roundToYearEnd: boolean;
  readonly monthDay?: string | null;
}

export interface NewReturnPolicy {
  readonly graceDays: number | null;
  readonly unrecovered: Unrecovered;
}

export interface Disclosure {
  readonly ratio?: string | null;
  readonly validity?: string | null;
  readonly limits?: string | null;
}

/** Empty words disclose nothing. */
export const disclosed = ({ ratio, validity, limits }: Disclosure): ProgrammeDisclosure => ({
  ratio: ratio?.trim() || null,
  validity: validity?.trim() || null,
  limits: limits?.trim() || null,
});

export interface NewProgramme {
  readonly id: string;
  readonly issuer: string;
  readonly name: Text;
  readonly value: Price;
  readonly zone: string;
  readonly kind: ProgrammeKind;
  readonly disclosure?: Disclosure | null;
  readonly expiry: NewExpiry;
  readonly acceptance: { readonly scope: AcceptanceScope; readonly partners: readonly string[] };
  readonly returnPolicy: NewReturnPolicy;
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
      expiryRoundToYearEnd: expiry.roundToYearEnd,
      expiryMonthDay: expiry.mode === 'CALENDAR' ? (expiry.monthDay ?? null) : null,
      kind: input.kind,
      disclosure: input.disclosure ? disclosed(input.disclosure) : null,
      acceptanceScope: acceptance.scope,
      acceptancePartners: [...acceptance.partners],
      returnGraceDays: input.returnPolicy.graceDays,
      returnUnrecovered: input.returnPolicy.unrecovered,
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
  mustBeSoundExpiry(expiry);
  if (acceptance.scope !== 'GROUP' && acceptance.partners.length > 0)
    throw badInput('Only scope GROUP lists partners', { argument: 'acceptance.partners' });
  mustBeSoundPolicy(returnPolicy);
}

export function mustBeSoundPolicy({ graceDays }: NewReturnPolicy): void {
  if (graceDays !== null && (graceDays < 0 || graceDays > 3660))
    throw badInput('`graceDays` is 0 to 3660', { argument: 'returnPolicy.graceDays' });
}

function mustBeSoundExpiry({ mode, months, roundToMonthEnd, roundToYearEnd, monthDay }: NewExpiry): void {
  const least = mode === 'CALENDAR' ? 0 : 1;
  if (mode !== 'NONE' && !(mode === 'CALENDAR' && !isGiven(months)) && !(isGiven(months) && months >= least && months <= 1200))
    throw badInput(`Expiry of mode ${mode} has \`months\`, ${least} to 1200`, { argument: 'expiry.months' });
  if (mode === 'CALENDAR' ? !isMonthDay(monthDay ?? '') : isGiven(monthDay))
    throw badInput('Expiry of mode CALENDAR, and no other, has a `monthDay` such as 12-31', { argument: 'expiry.monthDay' });
  if ((roundToMonthEnd && roundToYearEnd) || (mode === 'CALENDAR' && (roundToMonthEnd || roundToYearEnd)))
    throw badInput('Points run out at one time: the end of a month, the end of a year, or a fixed day', { argument: 'expiry' });
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

/** A day that some year has. */
const isMonthDay = (text: string): boolean =>
  /^\d{2}-\d{2}$/.test(text) && new Date(`2024-${text}T00:00:00Z`).toJSON()?.slice(5, 10) === text;

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
