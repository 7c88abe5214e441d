import { randomBytes } from 'node:crypto';
import { type PairwiseIds, pairwiseIds } from '../../schema/pairwise-id.js';
import type { SigningKey } from '../../schema/signature.js';
import { keptFile } from './kept-file.js';

/** What a sandbox needs and a production start takes from its environment. `pairwise`: 32 bytes as base64. */
export interface SandboxSecrets {
  readonly pairwise: string;
  readonly signing: readonly SigningKey[];
}

/** The sandbox's secrets, made once per data folder and kept in `secrets.json`. */
export const sandboxSecrets = (folder: string): Promise<SandboxSecrets> =>
  keptFile<SandboxSecrets>(folder, 'secrets.json', () => ({
    pairwise: randomBytes(32).toString('base64'),
    signing: [{ id: 'sandbox', secret: randomBytes(32).toString('base64url') }],
  }));

/** The pairwise ids of the sandbox in that folder. */
export const sandboxIds = async (folder: string): Promise<PairwiseIds> =>
  pairwiseIds(Buffer.from((await sandboxSecrets(folder)).pairwise, 'base64'));
