import type { EntityManager } from '@mikro-orm/postgresql';
import { badInput } from '../../../kernel/errors.js';
import { auditChange, once, type Once, type WriteKey } from '../../../kernel/idempotency.js';
import { rows } from '../../../kernel/sql.js';

/** What a brand says to a child's birthday. */
export interface Greeting {
  readonly zh: string;
  readonly en: string;
}

interface Row {
  readonly zh: string | null;
  readonly en: string | null;
}

const greetingIn = (row: Row | undefined): Greeting | null => (row?.zh && row.en ? { zh: row.zh, en: row.en } : null);

/** What the brand says now; null where it says nothing. */
export async function greetingOf(em: EntityManager, partner: string): Promise<Greeting | null> {
  const [last] = await rows<Row>(em, 'select zh, en from birthday_greeting where partner = ? order by version desc limit 1', [partner]);
  return greetingIn(last);
}

/** What brands said at instants, in the order in which it is asked; one statement. */
export async function greetingsAt(
  em: EntityManager,
  asked: readonly { readonly partner: string; readonly at: Date }[],
): Promise<(Greeting | null)[]> {
  const found = await rows<Row>(
    em,
    `select g.zh, g.en from unnest(?::text[], ?::timestamptz[]) with ordinality asked (partner, at, n)
     left join lateral (select zh, en from birthday_greeting b where b.partner = asked.partner and b.valid_from <= asked.at
                        order by b.version desc limit 1) g on true order by asked.n`,
    [asked.map(({ partner }) => partner), asked.map(({ at }) => at.toISOString())],
  );
  return found.map(greetingIn);
}

const isText = (text: string): boolean => text.trim() !== '' && text.length <= 500;

/** Sets what comes with gifts from now on; null: nothing. */
export function setGreeting(
  em: EntityManager,
  key: WriteKey,
  wish: { readonly partner: string; readonly greeting: Greeting | null },
): Promise<Once<{ readonly kind: 'set' }>> {
  const { partner, greeting } = wish;
  if (greeting && !(isText(greeting.zh) && isText(greeting.en)))
    throw badInput('A greeting is 1 to 500 characters in each language', { argument: 'greeting' });
  return once<{ kind: 'set' }>(em, key, wish, async (tx) => {
    await rows(tx, 'select pg_advisory_xact_lock(hashtextextended(?, 0))', [`greeting/${partner}`]);
    const before = await greetingOf(tx, partner);
    await rows(
      tx,
      `insert into birthday_greeting (partner, version, zh, en, valid_from)
       select ?, coalesce(max(version), 0) + 1, ?, ?, clock() from birthday_greeting where partner = ?`,
      [partner, greeting?.zh ?? null, greeting?.en ?? null, partner],
    );
    await auditChange(tx, key, { partner, before: before && { greeting: before }, after: { greeting } });
    return { kind: 'set' };
  });
}
