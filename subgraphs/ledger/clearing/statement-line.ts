import { createHmac } from 'node:crypto';
import { climb, leafHash, type PathStep } from '../proof/merkle.js';
import type { LineFacts } from './statement.js';

/** A line of a closed statement, with the salt that only its partner is given. */
export interface ProvenLine extends Omit<LineFacts, 'partner'> {
  readonly period: string;
  readonly partner: string;
  /** Hex, 32 bytes. */
  readonly salt: string;
}

/** Pure: the text of a line under the root of its period: a JSON list of strings, amounts in fen. */
export const textOf = ({ period, partner, id, side, kind, ref, counterparty, fen, feeFen, netFen, at }: Omit<ProvenLine, 'salt'>): string =>
  JSON.stringify([period, partner, id, side, kind, ref, counterparty, String(fen), String(feeFen), String(netFen), at.toISOString()]);

/** Pure: the salt of one partner's line. Without the period's secret nobody can guess what a neighbour's leaf says. */
export const saltOf = (secret: Buffer, { partner, id, side }: Pick<LineFacts, 'partner' | 'id' | 'side'>): Buffer =>
  createHmac('sha256', secret).update(`${partner}|${id}|${side}`).digest();

export const leafOf = (period: string, line: LineFacts, secret: Buffer): Buffer =>
  leafHash(textOf({ ...line, period }), saltOf(secret, line));

/** Pure: whether a partner's line is among those that the published root of its period was made over. */
export const verifyStatementLine = (line: ProvenLine, path: readonly PathStep[], root: string): boolean =>
  climb(leafHash(textOf(line), Buffer.from(line.salt, 'hex')), path).toString('hex') === root;
