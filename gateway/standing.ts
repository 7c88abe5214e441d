import DataLoader from 'dataloader';
import { Deadlines, within } from '../schema/deadlines.js';
import { type Standing, unchanged, underStandings } from '../schema/standing.js';
import { type Transport } from '../schema/transport.js';
import { serviceViewer, type Viewer } from '../schema/viewer.js';
import { Recent } from '../schema/recent.js';

export interface StandingRules {
  /** From this age on an answer is renewed while it is still used … */
  readonly renewMs: number;
  /** … and beyond this age nobody is let through on it without asking: with the time of one question it is within five seconds. */
  readonly maxAgeMs: number;
  /** How long the last answer holds while the ledger cannot be asked. */
  readonly keepMs: number;
  /** How long a request waits for a newer answer than the one there is; where there is none, as long as the transport does. */
  readonly timeoutMs: number;
  /** After a failure nobody waits for another try for so long. */
  readonly retryMs: number;
  readonly maxEntries: number;
  /** Milliseconds that only ever go forwards. */
  readonly now: () => number;
}

const usual: StandingRules = {
  renewMs: 1_500,
  maxAgeMs: 3_000,
  keepMs: 60_000,
  timeoutMs: 1_500,
  retryMs: 500,
  maxEntries: 10_000,
  now: () => performance.now(),
};

export interface StandingNow {
  /** The viewer with the rights that it has now, as far as is known. */
  readonly viewer: Viewer;
  /** False where nothing is known: then reads go by the token, and writes are refused, for an unavailable source is no open door. */
  readonly known: boolean;
}

/** What has become of the caller since its token was issued; a promise only where it has to be asked for. Never rejects. */
export type StandingOf = (viewer: Viewer) => StandingNow | Promise<StandingNow>;

/** Where there is no ledger, there is nothing to ask: tokens say it all. */
export const byTokenAlone: StandingOf = (viewer) => ({ viewer, known: true });

interface Loaded extends Standing {
  /** Until its grants change by themselves. */
  readonly nextChangeMs: number | null;
}

interface Entry {
  /** `at`: when it was asked for, so that an answer is never younger than it seems. */
  last?: { readonly standing: Loaded; readonly at: number };
  failedAt?: number;
  renewing?: Promise<void> | undefined;
}

const question = `query ($partners: [ID!]!, $subjects: [String!]!) {
  partnerStanding(partners: $partners) { partner suspended extraScopes withdrawnScopes nextChangeMs }
  subjectStanding(subjects: $subjects) { subject withdrawnScopes }
}`;

interface Answer {
  readonly partnerStanding: readonly (Loaded & { readonly partner: string })[];
  readonly subjectStanding: readonly { readonly subject: string; readonly withdrawnScopes: readonly string[] }[];
}

/** Suspensions, grants and withdrawals as the ledger keeps them, kept for seconds: a token lives for hours. */
export function standings(transport: Transport, rules: Partial<StandingRules> = {}): StandingOf {
  const { renewMs, maxAgeMs, keepMs, timeoutMs, retryMs, maxEntries, now } = { ...usual, ...rules };
  const entries = new Recent<Entry>(maxEntries);
  const patience = new Deadlines(timeoutMs);
  // Everyone who has to be asked for in one turn of the event loop is one question.
  const source = new DataLoader<string, Loaded>((keys) => ask(transport, keys), { cache: false, maxBatchSize: 200 });

  const renew = (key: string, entry: Entry): Promise<void> => {
    const at = now();
    entry.renewing ??= source
      .load(key)
      .then(
        (standing) => {
          entry.last = { standing, at };
          delete entry.failedAt;
        },
        () => {
          entry.failedAt = now();
        },
      )
      .finally(() => {
        entry.renewing = undefined;
      });
    return entry.renewing;
  };

  /** At once where the answer is young enough, as it nearly always is. */
  function standingOf(key: string): Standing | null | Promise<Standing | null> {
    const entry = entries.of(key, () => ({}));
    const { last } = entry;
    const nowMs = now();
    const hasJustFailed = entry.failedAt !== undefined && nowMs - entry.failedAt < retryMs;
    if (hasJustFailed) return held(entry, nowMs);
    if (!last) return renew(key, entry).then(() => held(entry, now()));
    const ageMs = nowMs - last.at;
    if (ageMs >= Math.min(maxAgeMs, last.standing.nextChangeMs ?? maxAgeMs))
      return within(patience, renew(key, entry)).then(
        () => held(entry, now()),
        () => held(entry, now()),
      );
    if (ageMs >= renewMs) void renew(key, entry);
    return held(entry, nowMs);
  }

  function held({ last }: Entry, nowMs: number): Standing | null {
    if (!last || nowMs - last.at > keepMs) return null;
    // A grant that ran out while nobody could be asked is over all the same.
    const isOver = last.standing.nextChangeMs !== null && nowMs - last.at >= last.standing.nextChangeMs;
    return isOver ? { ...last.standing, extraScopes: [] } : last.standing;
  }

  return (viewer) => {
    const keys = keysOf(viewer);
    if (keys.length === 0) return { viewer, known: true };
    const found = keys.map(standingOf);
    const isHere = found.every((one) => !(one instanceof Promise));
    return isHere
      ? judged(viewer, found as (Standing | null)[])
      : Promise.all(found.map((one) => Promise.resolve(one))).then((all) => judged(viewer, all));
  };
}

function judged(viewer: Viewer, found: readonly (Standing | null)[]): StandingNow {
  const known = found.filter((standing) => standing !== null);
  return { viewer: underStandings(viewer, known), known: known.length === found.length };
}

const partnerKey = (partner: string): string => `partner:${partner}`;
const subjectKey = (subject: string): string => `subject:${subject}`;

/** Members have no roles to lose; everyone else answers for a partner, for themselves, or both. */
function keysOf({ kind, partner, sub }: Viewer): string[] {
  if (kind === 'anonymous' || kind === 'member' || kind === 'service') return [];
  return [...(partner === undefined ? [] : [partnerKey(partner)]), ...(kind === 'partner' ? [] : [subjectKey(sub)])];
}

async function ask(transport: Transport, keys: readonly string[]): Promise<(Loaded | Error)[]> {
  const named = (kind: string): string[] => keys.filter((key) => key.startsWith(kind)).map((key) => key.slice(kind.length));
  const variables = { partners: named('partner:'), subjects: named('subject:') };
  const answer = await transport.send('ledger', { query: question, variables }, serviceViewer('gateway', 'standing'));
  if (!answer.data || answer.errors) throw new Error(answer.errors?.[0]?.message ?? 'no answer');
  const { partnerStanding, subjectStanding } = answer.data as unknown as Answer;
  const found = new Map<string, Loaded>([
    ...partnerStanding.map((standing) => [partnerKey(standing.partner), standing] as const),
    ...subjectStanding.map(
      ({ subject, withdrawnScopes }) => [subjectKey(subject), { ...unchanged, withdrawnScopes, nextChangeMs: null }] as const,
    ),
  ]);
  return keys.map((key) => found.get(key) ?? { ...unchanged, nextChangeMs: null });
}
