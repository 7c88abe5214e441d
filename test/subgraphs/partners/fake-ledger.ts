import { parse, validate } from 'graphql';
import { type SubgraphAnswer, type SubgraphRequest, type Transport, Unavailable } from '../../../schema/transport.js';
import { principalOf, recipientOf, type Viewer } from '../../../schema/viewer.js';
import { buildSubgraph } from '../../../subgraphs/kernel/subgraph.js';
import { subgraph as ledger } from '../../../subgraphs/ledger/index.js';
import { testIds } from '../../support/subgraph.js';

export interface AskedLine {
  readonly sku: string;
  readonly category?: string;
  readonly fen: number;
  readonly cashFen: number;
  readonly certificate?: string;
  readonly cardProduct?: string;
}

interface Asked {
  readonly partner: string;
  readonly memberUid: string;
  readonly lines: readonly AskedLine[];
  readonly purchaseRef: string;
  readonly at: string;
}

const contentsOf = ({ memberUid, lines }: Asked): string => JSON.stringify([memberUid, lines]);

/** What the fake does next: answer; refuse with a code; fail with an error code; be out of reach before or after its effect. */
export type Mood =
  | 'answers'
  | 'unavailable before'
  | 'unavailable after'
  | 'broken'
  | { refuses: string }
  | { fails: string; key?: string };

/**
 * Ledger and members as the trades see them. Honest about keys: per principal, the same key and body give the first answer, another body
 * a conflict; a purchase accrues once per (partner, purchaseRef), and with other contents it is a conflict too. Out of reach "after" has had its effect and loses the answer.
 */
export class FakeLedger implements Transport {
  mood: Mood = 'answers';
  /** Every accrual that took effect. */
  readonly accruals: (Asked & { readonly id: string })[] = [];
  calls = 0;
  /** Members and partners that may keep a profile of what they like, as `uid partner`. */
  readonly profiled = new Set<string>();
  private readonly answers = new Map<string, { body: string; data: Record<string, unknown> }>();
  /** Customer number, as `partner/number`, to uid. */
  constructor(private readonly members: Readonly<Record<string, string>>) {}

  send(subgraph: string, { query, variables = {} }: SubgraphRequest, viewer: Viewer): Promise<SubgraphAnswer> {
    if (query.includes('consentsFor')) {
      const { memberUids, recipient } = variables as { memberUids: string[]; recipient: string };
      const purposesOf = (uid: string) =>
        this.profiled.has(`${uid} ${recipient}`) ? [{ purpose: 'PREFERENCES', classes: ['SHARED'] }] : [];
      return Promise.resolve({
        data: { consentsFor: memberUids.map((member) => ({ member, open: [], guardian: [], purposes: purposesOf(member) })) },
      });
    }
    if (subgraph === 'members') return Promise.resolve({ data: { findMemberUid: this.find(String(variables['ref']), viewer) } });
    if (subgraph !== 'ledger' || !query.includes('accrueFor')) throw new Error(`unexpected call of ${subgraph}: ${query}`);
    // What the real ledger would not understand is not answered here either.
    const problems = validate(buildSubgraph(ledger).schema, parse(query));
    if (problems.length > 0) throw new Error(`the ledger does not understand: ${problems.join('; ')}`);
    return this.accrueFor(variables as unknown as Asked, viewer);
  }

  ready(): Promise<boolean> {
    return Promise.resolve(true);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private find(ref: string, viewer: Viewer): string | null {
    return testIds.open(ref, recipientOf(viewer)) ?? this.members[viewer.partner === undefined ? ref : `${viewer.partner}/${ref}`] ?? null;
  }

  private async accrueFor(asked: Asked, viewer: Viewer): Promise<SubgraphAnswer> {
    this.calls += 1;
    await new Promise((resolve) => setTimeout(resolve, 2));
    const { mood } = this;
    if (mood === 'unavailable before') throw new Unavailable('ledger', 'switched off');
    if (mood === 'broken') return { data: null, errors: [{ message: 'a bug', extensions: { code: 'INTERNAL', id: 'x' } }] };
    if (typeof mood === 'object' && 'fails' in mood) {
      const { fails: code, ...facts } = mood;
      return { data: null, errors: [{ message: 'no', extensions: { code, ...facts } }] };
    }
    if (viewer.via === undefined || viewer.idempotencyKey === undefined) throw new Error('an internal write carries a caller and a key');
    const key = `${principalOf(viewer)} ${viewer.idempotencyKey}`;
    const body = JSON.stringify(asked);
    const earlier = this.answers.get(key);
    if (earlier && earlier.body !== body)
      return { data: null, errors: [{ message: 'conflict', extensions: { code: 'IDEMPOTENCY_CONFLICT', key } }] };
    const data = earlier?.data ?? (typeof mood === 'object' ? { __typename: 'Refused', code: mood.refuses } : this.accrue(asked));
    if (!data)
      return {
        data: null,
        errors: [{ message: 'conflict', extensions: { code: 'IDEMPOTENCY_CONFLICT', purchaseRef: asked.purchaseRef } }],
      };
    this.answers.set(key, { body, data });
    if (mood === 'unavailable after') throw new Unavailable('ledger', 'the answer was lost');
    return { data: { accrueFor: data } };
  }

  private accrue(asked: Asked): Record<string, unknown> | null {
    let accrual = this.accruals.find(({ partner, purchaseRef }) => partner === asked.partner && purchaseRef === asked.purchaseRef);
    if (accrual && contentsOf(accrual) !== contentsOf(asked)) return null;
    if (!accrual) this.accruals.push((accrual = { ...asked, id: `accrual-${this.accruals.length + 1}` }));
    return { __typename: 'Accrued', accrual: { id: accrual.id } };
  }
}
