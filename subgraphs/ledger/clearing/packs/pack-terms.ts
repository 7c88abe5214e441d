import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { badInput } from '../../../kernel/errors.js';
import type { Once, WriteKey } from '../../../kernel/idempotency.js';
import { rows } from '../../../kernel/sql.js';
import type { Make } from '../../approvals/kind.js';
import { propose, type Proposed } from '../../approvals/propose.js';
import type { Context } from '../../context.js';
import { Programme } from '../../partners/programme.entity.js';

/** On which terms an issuer sells points in advance. */
export interface PackTerms {
  readonly price: { readonly fen: bigint; readonly points: bigint };
  readonly minPoints: bigint;
  /** How long a pack can be drawn on; null: for ever. */
  readonly months: number | null;
}

/** Where an issuer set nothing: its issue price, packs of any size, for a year. */
const monthsByDefault = 12;

/** The terms of today; a pack keeps those it was bought on. */
export async function packTermsOf(em: EntityManager, { id, issuePriceFen, issuePricePoints }: Programme): Promise<PackTerms> {
  const [row] = await rows<{ price_fen: string; price_points: string; min_points: string; months: number | null }>(
    em,
    'select * from pack_terms where programme = ? order by id desc limit 1',
    [id],
  );
  if (!row) return { price: { fen: issuePriceFen, points: issuePricePoints }, minPoints: 1n, months: monthsByDefault };
  return {
    price: { fen: BigInt(row.price_fen), points: BigInt(row.price_points) },
    minPoints: BigInt(row.min_points),
    months: row.months,
  };
}

export interface PackTermsBody extends PackTerms {
  readonly programme: string;
}

/** Proposes what packs of a programme cost from the approval on; like the rate, it takes two people of the issuer or the operator. */
export function proposePackTerms(
  context: Pick<Context, 'em' | 'viewer'>,
  key: WriteKey,
  input: PackTermsBody & { readonly reason: string },
  issuer: string,
): Promise<Once<Proposed>> {
  const { programme, price, minPoints, months } = input;
  if (price.points < 1n) throw badInput('`points` is at least 1', { argument: 'price' });
  if (minPoints < 1n) throw badInput('`minPoints` is at least 1', { argument: 'minPoints' });
  if (months !== null && (months < 1 || months > 1_200)) throw badInput('`months` is 1 to 1200', { argument: 'months' });
  const body: PackTermsBody = { programme, price, minPoints, months };
  return propose<never>(context, key, input, () => Promise.resolve({ kind: 'PACK_TERMS', partner: issuer, operatorOnly: false, body }));
}

export const setPackTerms: Make<PackTermsBody> = async (tx, { body }) => {
  const { programme, price, minPoints, months } = body;
  const before = await packTermsOf(tx, await tx.findOneOrFail(Programme, { id: programme }, { disableIdentityMap: true }));
  await rows(
    tx,
    'insert into pack_terms (id, programme, price_fen, price_points, min_points, months, set_at) values (?, ?, ?, ?, ?, ?, clock())',
    [uuid(), programme, price.fen, price.points, minPoints, months],
  );
  return { kind: 'made', before, after: body };
};
