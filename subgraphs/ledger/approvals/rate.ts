import { v7 as uuid } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import type { Once, WriteKey } from '../../kernel/idempotency.js';
import { rows } from '../../kernel/sql.js';
import type { Context } from '../context.js';
import { Programme } from '../partners/programme.entity.js';
import type { Make } from './kind.js';
import { propose, type Proposed } from './propose.js';

interface Price {
  readonly fen: bigint;
  readonly points: bigint;
}

export interface RateBody {
  readonly programme: string;
  readonly value: Price;
  /** Absent: it stays what it is when the rate begins, whichever rate says so. */
  readonly issuePrice: Price | null;
  readonly validFrom: Date;
}

/** Proposes what points of a programme are worth, and cost others, from an instant on. */
export function proposeRate(
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  input: RateBody & { readonly reason: string },
  issuer: string,
): Promise<Once<Proposed>> {
  const { programme, value, issuePrice, validFrom } = input;
  if (value.fen < 1n || value.points < 1n) throw badInput('Points have a value: `fen` and `points` are at least 1', { argument: 'value' });
  if (issuePrice && issuePrice.points < 1n) throw badInput('`points` is at least 1', { argument: 'issuePrice' });
  const body: RateBody = { programme, value, issuePrice, validFrom };
  return propose<never>(context, key, input, () => Promise.resolve({ kind: 'RATE', partner: issuer, operatorOnly: false, body }));
}

/** Pure: a rate begins when it says, but never before it was agreed to; nothing is priced again in hindsight. */
export const beginsAt = (validFrom: Date, agreedAt: Date): Date => (validFrom > agreedAt ? validFrom : agreedAt);

export const setRate: Make<RateBody> = async (tx, { body, now }) => {
  const programme = await tx.findOneOrFail(Programme, { id: body.programme }, { disableIdentityMap: true });
  const { valueFen, valuePoints, issuePriceFen, issuePricePoints } = programme;
  const validFrom = beginsAt(body.validFrom, now);
  await rows(
    tx,
    `insert into programme_rate (id, programme, valid_from, value_fen, value_points, issue_price_fen, issue_price_points) values (?, ?, ?, ?, ?, ?, ?)`,
    [
      uuid(),
      programme.id,
      validFrom.toISOString(),
      body.value.fen,
      body.value.points,
      body.issuePrice?.fen ?? null,
      body.issuePrice?.points ?? null,
    ],
  );
  return {
    kind: 'made',
    before: { value: { fen: valueFen, points: valuePoints }, issuePrice: { fen: issuePriceFen, points: issuePricePoints } },
    after: { programme: programme.id, value: body.value, issuePrice: body.issuePrice, validFrom },
  };
};
