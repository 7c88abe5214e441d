import type { CallerClass } from '../../schema/limits.js';
import type { PersistedMode } from '../../schema/persisted-modes.js';
import { badRequest, Refused } from '../limits/refused.js';
import { idOf, type Manifest, plainId } from './manifest.js';

/** Who asks, as far as manifests go by it: a token's `azp`, its partner, and its kind. */
export interface PersistedCaller {
  readonly client?: string | undefined;
  readonly partner?: string | undefined;
  readonly class: CallerClass;
}

/** Manifests by the name of a client, a partner or a kind of callers, and how strict each is. */
export interface Registered {
  readonly manifests: ReadonlyMap<string, ClientManifest>;
  readonly modes: ReadonlyMap<string, PersistedMode>;
}

export interface ClientManifest {
  readonly byId: Manifest;
  readonly texts: ReadonlySet<string>;
}

export const clientManifest = (byId: Manifest): ClientManifest => ({ byId, texts: new Set(byId.values()) });

export interface Chosen {
  readonly text: string;
  /** Whether the caller should have registered it and has not. */
  readonly unregistered: boolean;
}

/** The nearest name decides: a client's own mode before its partner's, that before its kind's. */
export function modeOf({ modes }: Registered, caller: PersistedCaller): PersistedMode {
  if (modes.size === 0) return 'off';
  for (const name of namesOf(caller)) {
    const mode = modes.get(name);
    if (mode) return mode;
  }
  return 'off';
}

/**
 * Pure: the text that a request means. A client's documents are those of its own manifest, of its partner's and of its kind's; of
 * another client's it learns nothing. Nothing is ever registered by asking.
 */
export function chooseText(
  registered: Registered,
  caller: PersistedCaller,
  { query, documentId }: { readonly query: string | undefined; readonly documentId: string | undefined },
): Chosen {
  if (query === undefined) {
    const id = plainId(documentId ?? '');
    for (const { byId } of ownManifests(registered, caller)) {
      const text = byId.get(id);
      if (text !== undefined) return { text, unregistered: false };
    }
    // The words by which Apollo's clients know that they have to send the text.
    throw badRequest('PersistedQueryNotFound');
  }
  if (documentId !== undefined && plainId(documentId) !== idOf(query)) throw badRequest('The document is not the one that its id names');
  const mode = modeOf(registered, caller);
  if (mode === 'off') return { text: query, unregistered: false };
  const isKnown = ownManifests(registered, caller).some(({ texts }) => texts.has(query));
  if (mode === 'enforce' && !isKnown) throw new Refused(403, 'FORBIDDEN_OPERATION', 'This client runs its registered documents only');
  return { text: query, unregistered: !isKnown };
}

const ownManifests = ({ manifests }: Registered, caller: PersistedCaller): readonly ClientManifest[] =>
  namesOf(caller).flatMap((name) => manifests.get(name) ?? []);

const namesOf = ({ client, partner, class: kind }: PersistedCaller): readonly string[] => [
  ...new Set([client, partner, kind].filter((name) => name !== undefined)),
];
