import { Recent } from '../../schema/recent.js';
import { idOf } from './manifest.js';
import { chooseText, type PersistedCaller } from './registered.js';
import type { PersistedLog, PersistedStore } from './store.js';

const maxTold = 2_000;

/** The text that a caller's request means, by what is registered now; the log hears of each unregistered one once. */
export function documentChooser(
  store: Pick<PersistedStore, 'registered'>,
  log: PersistedLog,
): (caller: PersistedCaller, asked: { query: string | undefined; documentId: string | undefined }) => string {
  const told = new Recent<true>(maxTold);
  return (caller, asked) => {
    const { text, unregistered } = chooseText(store.registered(), caller, asked);
    if (unregistered) {
      const id = idOf(text);
      const client = caller.client ?? caller.partner ?? caller.class;
      told.of(`${client} ${id}`, () => {
        log.warn({ client, document: id, start: text.slice(0, 200) }, 'a document is not registered');
        return true;
      });
    }
    return text;
  };
}
