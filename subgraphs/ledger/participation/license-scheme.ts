import { badInput } from '../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Make } from '../approvals/kind.js';
import { propose, type Proposed } from '../approvals/propose.js';
import type { Context } from '../context.js';
import { promisesIn } from './gate.js';
import { isOn, type Scheme, schemeOf, switchName } from './participation-store.js';

type Asking = Pick<Context, 'em' | 'viewer'>;
const on = 'on';

export type SwitchOutcome = Proposed | { readonly kind: 'switched'; readonly on: boolean };

/** Switches participation off at once, by one person; on only where a second one agrees. */
export function switchParticipation(
  context: Asking,
  key: WriteKey,
  wish: { readonly on: boolean; readonly reason: string },
): Promise<Once<SwitchOutcome>> {
  if (wish.on)
    return propose<never>(context, key, wish, () =>
      Promise.resolve({ kind: 'PARTICIPATION_SWITCH', partner: null, operatorOnly: true, body: { [on]: true } }),
    );
  if (wish.reason.trim() === '' || wish.reason.length > 500) throw badInput('`reason` is 1 to 500 characters', { argument: 'reason' });
  return once<SwitchOutcome>(context.em, key, wish, async (tx) => {
    const before = await isOn(tx);
    await rows(tx, 'insert into setting (name, value) values (?, 0) on conflict (name) do update set value = excluded.value', [switchName]);
    await auditChange(tx, key, { before: { participation: before }, after: { participation: false, reason: wish.reason } });
    return { kind: 'switched', on: false };
  });
}

export const switchOn: Make<object> = async (tx) => {
  const before = await isOn(tx);
  await rows(tx, 'insert into setting (name, value) values (?, 1) on conflict (name) do update set value = excluded.value', [switchName]);
  return { kind: 'made', before: { participation: before }, after: { participation: true } };
};

export type LicenceRefusal =
  | { readonly kind: 'refused'; readonly code: 'PARTICIPATION_OFF' }
  | { readonly kind: 'refused'; readonly code: 'RETURN_PROMISED'; readonly words: readonly string[] };

export type SchemeTerms = Omit<Scheme, 'version'>;

/** Proposes what a licensed issuer offers and says; somebody else agrees to it. A text that promises a return is refused as it stands. */
export function proposeScheme(
  context: Asking,
  key: WriteKey,
  input: SchemeTerms & { readonly reason: string },
): Promise<Once<Proposed | LicenceRefusal>> {
  const { reason: _why, ...terms } = input;
  demand(terms);
  return propose<LicenceRefusal>(context, key, input, async (tx) => {
    if (!(await isOn(tx))) return { kind: 'refused', code: 'PARTICIPATION_OFF' };
    const words = promisesIn(terms.disclosure.zh, terms.disclosure.en, terms.name.zh, terms.name.en);
    if (words.length > 0) return { kind: 'refused', code: 'RETURN_PROMISED', words };
    const [issuer] = await rows(tx, 'select 1 from partner where id = ?', [terms.issuer]);
    if (!issuer) throw badInput('There is no such partner', { argument: 'input.issuer' });
    mustBeOf(terms.issuer, await schemeOf(tx, terms.id), 'input.id');
    const [points] = await rows(tx, 'select 1 from programme where id = ?', [terms.id]);
    if (points) throw badInput('A programme of points has this id', { argument: 'input.id' });
    return { kind: 'PARTICIPATION_SCHEME', partner: terms.issuer, operatorOnly: true, body: terms };
  });
}

export const licenseScheme: Make<SchemeTerms> = async (tx, { id: changeId, body: terms }) => {
  await rows(tx, 'select pg_advisory_xact_lock(hashtext(?))', [`tongdui participation ${terms.id}`]);
  const before = await schemeOf(tx, terms.id);
  // Another issuer's proposal of the same new id may have been agreed to since.
  mustBeOf(terms.issuer, before, 'id');
  await rows(
    tx,
    `insert into participation_scheme (id, version, issuer, name, licence_number, licence_authority, approval_ref, disclosure, valid_from, valid_until, change)
     values (?, ?, ?, ?::jsonb, ?, ?, ?, ?::jsonb, ?, ?, ?)`,
    [
      terms.id,
      (before?.version ?? 0) + 1,
      terms.issuer,
      JSON.stringify(terms.name),
      terms.licenceNumber,
      terms.licenceAuthority,
      terms.approvalRef,
      JSON.stringify(terms.disclosure),
      terms.validFrom.toISOString(),
      terms.validUntil.toISOString(),
      changeId,
    ],
  );
  return { kind: 'made', before, after: terms };
};

function mustBeOf(issuer: string, scheme: Scheme | null, argument: string): void {
  if (scheme && scheme.issuer !== issuer) throw badInput('The scheme is another issuer’s', { argument });
}

function demand({ id, name, disclosure, validFrom, validUntil, ...texts }: SchemeTerms): void {
  if (!/^[A-Z][A-Z0-9-]{0,31}$/.test(id))
    throw badInput('A scheme id is 1 to 32 capital letters, digits and hyphens', { argument: 'input.id' });
  for (const [argument, text] of Object.entries({ ...texts, name: name.zh && name.en, disclosure: disclosure.zh && disclosure.en }))
    if (text.trim() === '' || text.length > 10_000) throw badInput('Texts are 1 to 10000 characters', { argument: `input.${argument}` });
  if (validUntil <= validFrom) throw badInput('A licence ends after it begins', { argument: 'input.validUntil' });
}
