import { createHash } from 'node:crypto';
import { parse } from 'graphql';
import { z } from 'zod';

/** Documents of one client by id; an id is `sha256:` and the hash of the text. */
export type Manifest = ReadonlyMap<string, string>;

const shape = z.record(z.string(), z.string());

export const idOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Pure: an id as a client may write it, with or without the name of its hash. */
export const plainId = (id: string): string => (id.startsWith('sha256:') ? id : `sha256:${id}`);

/**
 * Pure: `persisted-documents.json` as GraphQL Code Generator's client preset writes it: hash -> text. A text that its hash does not
 * name, or that is no GraphQL, makes the whole manifest useless; the error says which.
 */
export function readManifest(json: string): Manifest {
  let entries: Record<string, string>;
  try {
    entries = shape.parse(JSON.parse(json));
  } catch {
    throw new Error('is not a JSON object of hash and document');
  }
  const manifest = new Map<string, string>();
  for (const [hash, text] of Object.entries(entries)) {
    const id = plainId(hash);
    if (id !== idOf(text)) throw new Error(`"${hash}" is not the sha256 of its document (persistedDocuments: { hashAlgorithm: "sha256" })`);
    try {
      parse(text, { noLocation: true });
    } catch (error) {
      throw new Error(`"${hash}": ${(error as Error).message}`, { cause: error });
    }
    manifest.set(id, text);
  }
  return manifest;
}
