import { now } from '../../kernel/clock.js';
import type { SubgraphContext } from '../../kernel/subgraph.js';
import type { Viewer } from '../../../schema/viewer.js';
import { type Potential, potentialOf, type SpendWindows } from './potential.js';
import type { TierLadder } from './tier.entity.js';

const day = 86_400_000;
const document = `query ($partner: ID!, $from: DateTime!, $middle: DateTime!, $until: DateTime!, $member: ID, $after: ID) {
  spendWindows(partner: $partner, from: $from, middle: $middle, until: $until, member: $member, after: $after) { memberUid beforeFen beforeCount recentFen recentCount } }`;

interface OnTheWire {
  readonly memberUid: string;
  readonly beforeFen: number;
  readonly beforeCount: number;
  readonly recentFen: number;
  readonly recentCount: number;
}

/** Whose spending at a partner grew enough, by the ledger's purchases of the two windows that end now; read a batch at a time. */
export async function* findPotential(
  { em, peers }: Pick<SubgraphContext, 'em' | 'peers'>,
  viewer: Viewer,
  ladder: TierLadder,
): AsyncGenerator<readonly Potential[]> {
  const until = await now(em);
  const middle = new Date(until.getTime() - ladder.windowDays * day);
  const from = new Date(middle.getTime() - ladder.windowDays * day);
  let after: string | null = null;
  for (;;) {
    const answer: { spendWindows: OnTheWire[] } = await peers.ask(
      'ledger',
      document,
      { partner: ladder.partner, from: from.toISOString(), middle: middle.toISOString(), until: until.toISOString(), after },
      viewer,
    );
    yield answer.spendWindows.map((row) => potentialOf(windows(row), ladder)).filter((potential) => potential !== null);
    const last = answer.spendWindows.at(-1);
    if (!last) return;
    after = last.memberUid;
  }
}

const windows = (row: OnTheWire): SpendWindows => ({ ...row, beforeFen: BigInt(row.beforeFen), recentFen: BigInt(row.recentFen) });
