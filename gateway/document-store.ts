import type { DocumentNode } from 'graphql';
import { heldBytes } from './access/held-bytes.js';
import { Regulars } from './access/regulars.js';

/** What Apollo Server asks of a place for parsed documents. */
export interface DocumentStore {
  get(key: string): Promise<DocumentNode | undefined>;
  set(key: string, document: DocumentNode): Promise<void>;
  delete(key: string): Promise<boolean>;
}

/**
 * Parsed documents by count and by what they hold. Apollo's own store counts the bytes of a document's JSON, of which a parsed document with
 * its tokens takes many times as much: 30 MB by its count were 400 of memory.
 */
export function documentStore(limit = 500, maxBytes = 32 * 1_048_576): DocumentStore {
  const documents = new Regulars<DocumentNode>(limit, maxBytes);
  return {
    get: (key) => Promise.resolve(documents.get(key)),
    set: (key, document) => Promise.resolve(documents.set(key, document, heldBytes(document))),
    delete: () => Promise.resolve(false),
  };
}
