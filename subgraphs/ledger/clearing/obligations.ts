import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuid } from 'uuid';
import { rows } from '../../kernel/sql.js';

// Placeholder with the shape of the clearing: its own files replace these.
export interface NewObligation {
  kind: 'REDEMPTION' | 'ACCRUAL' | 'RETURN';
  debtor: string;
  creditor: string;
  programme: string;
  points: bigint;
  fen: bigint;
  feeFen: bigint;
  feeBorneBy: 'ACCEPTOR' | 'ISSUER';
  cause: string;
  redemption: string | null;
}

export function obligationsOf(input: {
  kind: NewObligation['kind'];
  acceptor: { id: string; feeBasisPoints: number; feeBorneBy: 'ACCEPTOR' | 'ISSUER' };
  legs: readonly { programme: string; issuer: string; points: bigint; fen: bigint }[];
  cause: string;
  redemption: string | null;
}): NewObligation[] {
  const { kind, acceptor, cause, redemption } = input;
  return input.legs
    .filter(({ issuer, fen }) => issuer !== acceptor.id && fen > 0n)
    .map(({ programme, issuer, points, fen }) => ({
      kind,
      debtor: kind === 'REDEMPTION' ? issuer : acceptor.id,
      creditor: kind === 'REDEMPTION' ? acceptor.id : issuer,
      programme,
      points,
      fen,
      feeFen: kind === 'ACCRUAL' ? 0n : (fen * BigInt(acceptor.feeBasisPoints)) / 10_000n,
      feeBorneBy: acceptor.feeBorneBy,
      cause,
      redemption,
    }));
}

export async function appendObligations(tx: EntityManager, obligations: readonly NewObligation[]): Promise<{ id: string }[]> {
  const ids: { id: string }[] = [];
  for (const o of obligations) {
    const id = uuid();
    await rows(
      tx,
      `insert into obligation (id, at, period, kind, debtor, creditor, programme, points, fen, fee_fen, fee_borne_by, cause, redemption)
       values (?, clock(), to_char(clock() at time zone 'Asia/Shanghai', 'YYYY-MM'), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, o.kind, o.debtor, o.creditor, o.programme, o.points, o.fen, o.feeFen, o.feeBorneBy, o.cause, o.redemption],
    );
    ids.push({ id });
  }
  return ids;
}
