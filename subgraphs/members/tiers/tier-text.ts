import type { Language } from '../../../schema/viewer.js';
import { say } from '../../kernel/text.js';
import type { StoredReason } from './tier.entity.js';

/** A reason as the member reads it, with the figures of both windows. */
export function reasonText(language: Language, { code, before, recent, note, windowDays = 0 }: StoredReason): string {
  if (code === 'STAFF') return note ?? '';
  if (code === 'FREQUENCY')
    return say(
      language,
      `最近 ${windowDays} 天购买 ${recent} 次，此前 ${windowDays} 天 ${before} 次`,
      `${recent} purchases in the last ${windowDays} days, ${before} in the ${windowDays} days before`,
    );
  return say(
    language,
    `最近 ${windowDays} 天消费 ${yuan(recent)} 元，此前 ${windowDays} 天 ${yuan(before)} 元`,
    `${yuan(recent)} yuan spent in the last ${windowDays} days, ${yuan(before)} in the ${windowDays} days before`,
  );
}

const yuan = (fen: string): string => `${BigInt(fen) / 100n}.${(BigInt(fen) % 100n).toString().padStart(2, '0')}`;
