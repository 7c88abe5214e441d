import { type Trade } from '../../schema/roster.js';
import type { Viewer } from '../../schema/viewer.js';
import type { Peers } from '../kernel/peers.js';
import { type Rational, rational } from '../kernel/rational.js';
import type { PublishedVersions } from './campaigns/rule-in-force.js';
import type { Spendable } from './quotes/split.js';

/** What the catalog asks of the ledger; what it has it write is in `ledger-writes.ts`. Wire form in and out of these files only: points and fen are bigint beyond them. */
interface Asking {
  readonly peers: Peers;
  readonly viewer: Viewer;
}

export interface AcceptorTerms {
  readonly id: string;
  readonly trade: Trade | null;
  readonly suspended: boolean;
}

export interface Terms {
  readonly terms: AcceptorTerms | null;
  /** Programmes that exist, of those asked for. `value`: fen per point. */
  readonly programmes: ReadonlyMap<string, { readonly value: Rational; readonly issuer: string }>;
}

interface WireTerms {
  readonly partnerTerms: AcceptorTerms | null;
  readonly programmeTerms: readonly {
    readonly programme: string;
    readonly issuer: string;
    readonly valueFen: number;
    readonly valuePoints: number;
  }[];
}

interface WireSpendable {
  readonly programme: string;
  readonly issuer: string;
  readonly available: number;
  readonly valueFen: number;
  readonly valuePoints: number;
  readonly earliestExpiry: string | null;
  readonly acceptorIsIssuer: boolean;
}

const termFields = `partnerTerms(id: $acceptor) { id trade suspended }
  programmeTerms(ids: $programmes) { programme issuer valueFen valuePoints }`;
const spendableFields = '{ programme issuer available valueFen valuePoints earliestExpiry acceptorIsIssuer }';

const termsOf = ({ partnerTerms, programmeTerms }: WireTerms): Terms => ({
  terms: partnerTerms,
  programmes: new Map(
    programmeTerms.map(({ programme, issuer, valueFen, valuePoints }) => [
      programme,
      { issuer, value: rational(BigInt(valueFen), BigInt(valuePoints)) },
    ]),
  ),
});

const spendableOf = (wire: WireSpendable): Spendable => ({
  programme: wire.programme,
  issuer: wire.issuer,
  available: BigInt(wire.available),
  value: rational(BigInt(wire.valueFen), BigInt(wire.valuePoints)),
  earliestExpiry: wire.earliestExpiry === null ? null : new Date(wire.earliestExpiry),
  acceptorIsIssuer: wire.acceptorIsIssuer,
});

/** The terms of an acceptor, and of those of the programmes that exist. */
export async function acceptorTerms({ peers, viewer }: Asking, acceptor: string, programmes: readonly string[]): Promise<Terms> {
  return termsOf(
    await peers.ask<WireTerms>('ledger', `query ($acceptor: ID!, $programmes: [ID!]!) { ${termFields} }`, { acceptor, programmes }, viewer),
  );
}

/** The same, with what the member may spend there. */
export async function purse(
  { peers, viewer }: Asking,
  memberUid: string,
  acceptor: string,
  programmes: readonly string[],
): Promise<Terms & { readonly wallets: readonly Spendable[] }> {
  const wire = await peers.ask<WireTerms & { spendable: readonly WireSpendable[] }>(
    'ledger',
    `query ($memberUid: ID!, $acceptor: ID!, $programmes: [ID!]!) { ${termFields} spendable(memberUid: $memberUid, acceptor: $acceptor) ${spendableFields} }`,
    { memberUid, acceptor, programmes },
    viewer,
  );
  return { ...termsOf(wire), wallets: wire.spendable.map(spendableOf) };
}

/** What one member may spend at each of several acceptors, in their order; one call. */
export async function spendableAt({ peers, viewer }: Asking, memberUid: string, acceptors: readonly string[]): Promise<Spendable[][]> {
  const wire = await peers.ask<Record<string, readonly WireSpendable[]>>(
    'ledger',
    `query ($memberUid: ID!${acceptors.map((_, index) => `, $a${index}: ID!`).join('')}) {
      ${acceptors.map((_, index) => `a${index}: spendable(memberUid: $memberUid, acceptor: $a${index}) ${spendableFields}`).join('\n')} }`,
    { memberUid, ...Object.fromEntries(acceptors.map((acceptor, index) => [`a${index}`, acceptor])) },
    viewer,
  );
  return acceptors.map((_, index) => (wire[`a${index}`] ?? []).map(spendableOf));
}

/** The limit that keeps a member from points that it has; null where none does. */
export async function bindingLimit(
  { peers, viewer }: Asking,
  memberUid: string,
  programme: string,
): Promise<{ readonly period: string; readonly max: bigint; readonly left: bigint; readonly resetsAt: Date | null } | null> {
  const { bindingLimit: found } = await peers.ask<{
    bindingLimit: { readonly period: string; readonly max: number; readonly left: number; readonly resetsAt: string | null } | null;
  }>(
    'ledger',
    'query ($memberUid: ID!, $programme: ID!) { bindingLimit(memberUid: $memberUid, programme: $programme) { period max left resetsAt } }',
    { memberUid, programme },
    viewer,
  );
  if (!found) return null;
  const { period, max, left, resetsAt } = found;
  return { period, max: BigInt(max), left: BigInt(left), resetsAt: resetsAt === null ? null : new Date(resetsAt) };
}

/** All points of a programme that a member ever earned, less what was taken back. */
export async function earnedEver({ peers, viewer }: Asking, memberUid: string, programme: string): Promise<bigint> {
  const wire = await peers.ask<{ earnedEver: number }>(
    'ledger',
    'query ($memberUid: ID!, $programme: ID!) { earnedEver(memberUid: $memberUid, programme: $programme) }',
    { memberUid, programme },
    viewer,
  );
  return BigInt(wire.earnedEver);
}

/** How often a member bought at a partner after an instant, without what went back whole. */
export async function purchasesSince({ peers, viewer }: Asking, memberUid: string, partner: string, since: Date): Promise<bigint> {
  const wire = await peers.ask<{ purchasesSince: number }>(
    'ledger',
    'query ($memberUid: ID!, $partner: ID!, $since: DateTime!) { purchasesSince(memberUid: $memberUid, partner: $partner, since: $since) }',
    { memberUid, partner, since: since.toISOString() },
    viewer,
  );
  return BigInt(wire.purchasesSince);
}

/** One line of a purchase that may come. */
export interface PreviewLine {
  readonly sku: string;
  readonly category: string;
  readonly fen: bigint;
  readonly cashFen: bigint;
}

/** What a purchase would earn now; null where the partner lets nothing be earned. */
export async function accrualPreview(
  { peers, viewer }: Asking,
  memberUid: string,
  partner: string,
  lines: readonly PreviewLine[],
): Promise<{ readonly programme: string; readonly points: bigint } | null> {
  const values: Record<string, unknown> = {};
  lines.forEach(({ sku, category, fen, cashFen }, index) =>
    Object.assign(values, { [`s${index}`]: sku, [`k${index}`]: category, [`f${index}`]: Number(fen), [`c${index}`]: Number(cashFen) }),
  );
  const declared = lines.map((_, index) => `, $s${index}: String!, $k${index}: String!, $f${index}: Fen!, $c${index}: Fen!`).join('');
  const list = lines.map((_, index) => `{ sku: $s${index}, category: $k${index}, fen: $f${index}, cashFen: $c${index} }`).join(', ');
  const wire = await peers.ask<{ accrualPreview: { programme: string; points: number } | null }>(
    'ledger',
    `query ($memberUid: ID!, $partner: ID!${declared}) { accrualPreview(memberUid: $memberUid, partner: $partner, lines: [${list}]) { programme points } }`,
    { memberUid, partner, ...values },
    viewer,
  );
  return wire.accrualPreview && { programme: wire.accrualPreview.programme, points: BigInt(wire.accrualPreview.points) };
}

/** What a point of each programme is worth, of those that exist. */
export async function programmeValues({ peers, viewer }: Asking, programmes: readonly string[]): Promise<Terms['programmes']> {
  const wire = await peers.ask<Pick<WireTerms, 'programmeTerms'>>(
    'ledger',
    'query ($programmes: [ID!]!) { programmeTerms(ids: $programmes) { programme issuer valueFen valuePoints } }',
    { programmes },
    viewer,
  );
  return termsOf({ partnerTerms: null, ...wire }).programmes;
}

/** What a purchase has to be for a rule to count; null asks nothing. */
interface RuleConditions {
  readonly category: string | null;
  readonly certificate: string | null;
  readonly certificateRegistered: boolean;
  readonly cardProduct: string | null;
  readonly event: string | null;
  readonly tier: string | null;
}

/** What an accrual rule gives, and for what. `rate`: points per fen. */
export interface RuleTerms extends RuleConditions {
  readonly programme: string;
  readonly kind: 'BASE' | 'BONUS' | 'EVENT';
  readonly rate: Rational | null;
  readonly bonusBasisPoints: number | null;
}

interface WireRule extends RuleConditions {
  readonly id: string;
  readonly kind: RuleTerms['kind'];
  readonly name: string;
  readonly version: number;
  readonly state: PublishedVersions['state'];
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly programme: {
    readonly id: string;
    readonly rules: readonly { readonly name: string; readonly version: number; readonly validFrom: string | null }[];
  };
  readonly rate: { readonly points: number; readonly fen: number } | null;
  readonly bonusBasisPoints: number | null;
}

/** What accrual rules give, and when, by their id; those that there are none of, as far as the viewer may know, are left out. */
export async function accrualRules({ peers, viewer }: Asking, ids: readonly string[]): Promise<Map<string, RuleTerms & PublishedVersions>> {
  const { _entities: found } = await peers.ask<{ _entities: readonly (WireRule | null)[] }>(
    'ledger',
    `query ($rules: [_Any!]!) { _entities(representations: $rules) {
      ... on AccrualRule { id kind name version state validFrom validUntil rate { points fen } bonusBasisPoints
        category certificate certificateRegistered cardProduct event tier programme { id rules { name version validFrom } } } } }`,
    { rules: ids.map((id) => ({ __typename: 'AccrualRule', id })) },
    viewer,
  );
  return new Map(
    found
      .filter((rule) => rule !== null)
      .map(({ id, programme, rate, validFrom, validUntil, ...terms }) => [
        id,
        {
          ...terms,
          validFrom: instant(validFrom),
          validUntil: instant(validUntil),
          programme: programme.id,
          published: programme.rules.map((other) => ({ name: other.name, version: other.version, validFrom: instant(other.validFrom) })),
          rate: rate && rational(BigInt(rate.points), BigInt(rate.fen)),
        },
      ]),
  );
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));
