import { validate } from 'uuid';
import { badInput } from '../../kernel/errors.js';
import type { LineFacts } from './statement.js';

const sides: readonly string[] = ['CREDITOR', 'DEBTOR', 'FEE'] satisfies LineFacts['side'][];

/** Pure: the name of a statement's line, of the obligation behind it and the side it is seen from. */
export const lineId = ({ id, side }: Pick<LineFacts, 'id' | 'side'>): string => `${id}:${side}`;

/** Pure: the parts of such a name; anything else is BAD_INPUT. */
export function lineOfId(line: string): Pick<LineFacts, 'id' | 'side'> {
  const [id = '', side = '', ...rest] = line.split(':');
  if (!validate(id) || !sides.includes(side) || rest.length > 0) throw badInput('There is no such line', { argument: 'line' });
  return { id, side: side as LineFacts['side'] };
}
