import type { AccessTable } from '../../schema/access.js';
import type { SubgraphAnswer } from '../../schema/transport.js';

export interface BannerFacts {
  readonly url: string;
  readonly seconds: number;
  readonly database: string;
  readonly subgraphs: { readonly up: number; readonly of: number };
  readonly access: AccessTable;
  readonly books: Books | null;
}

export interface Books {
  readonly postings: number;
  readonly sumPoints: number;
  readonly liabilityFen: number;
}

/** What `npm start` prints once the graph answers; pure. */
export function banner(facts: BannerFacts): string {
  // The commands that ask the graph look for it at the usual place.
  const where = facts.url === 'http://localhost:4000' ? '' : ` --url ${facts.url}/graphql`;
  const { fields, guarded, openRoots, unguardedRoots } = countAccess(facts.access);
  const lines: [string, string][] = [
    ['graph', `${facts.url}/graphql   (health: ${facts.url}/health/ready)`],
    ['database', facts.database],
    ['subgraphs', `${facts.subgraphs.up} of ${facts.subgraphs.of} up`],
    ['access', `${fields} fields · ${guarded} guarded · ${openRoots} public root fields · ${unguardedRoots} unguarded root fields`],
    [
      'books',
      facts.books
        ? `${group(facts.books.postings)} postings · sum ${facts.books.sumPoints} · liability ${yuan(facts.books.liabilityFen)} yuan`
        : 'not readable',
    ],
    ['tokens', tokens.map(([who, command]) => `${who.padEnd(10)} ${command}${who === 'member' ? where : ''}`).join(`\n${' '.repeat(14)}`)],
    ['next', `npm run demo${where && ` --${where}`}   (in a second terminal: the story, step by step; or the curl of README.md)`],
    ['stop', 'Ctrl-C (the database stops too; its data stays)'],
  ];
  return [`Tongdui 通兑 is up (${facts.seconds.toFixed(1)} s)`, ...lines.map(([name, text]) => `  ${name.padEnd(10)}  ${text}`)].join('\n');
}

/** A token is printed by a command, for it is long and lives an hour. */
const tokens = [
  ['partner', 'npm run -s token -- --partner automotive'],
  ['member', 'npm run -s token -- --member M-Lin'],
  ['admin', 'npm run -s token -- --staff admin'],
  ['regulator', 'npm run -s token -- --regulator'],
] as const;

/** Fields of the graph, those that ask for a token, and root fields without any decision (which would have stopped the start). */
export function countAccess(access: AccessTable): { fields: number; guarded: number; openRoots: number; unguardedRoots: number } {
  const rules = [...access];
  const isRoot = (coordinate: string): boolean => /^(Query|Mutation|Subscription)\./.test(coordinate);
  return {
    fields: rules.length,
    guarded: rules.filter(([, rule]) => rule.authenticated).length,
    openRoots: rules.filter(([coordinate, rule]) => isRoot(coordinate) && !rule.authenticated).length,
    unguardedRoots: rules.filter(([coordinate, rule]) => isRoot(coordinate) && !rule.authenticated && !rule.classes.includes('PUBLIC'))
      .length,
  };
}

/** The books as the graph shows them to finance staff, or null where it does not. */
export const booksOf = (answer: SubgraphAnswer): Books | null => (answer.data?.['books'] as Books | null | undefined) ?? null;

const group = (value: number): string => value.toLocaleString('en-US');
const yuan = (fen: number): string => (fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
