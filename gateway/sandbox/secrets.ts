import { type PairwiseIds, pairwiseIds } from '../../schema/pairwise-id.js';
import { sandboxSecrets } from '../../schema/secrets.js';

/** The pairwise ids of the sandbox in that folder. */
export const sandboxIds = async (folder: string): Promise<PairwiseIds> =>
  pairwiseIds(Buffer.from((await sandboxSecrets(folder)).pairwise, 'base64'));
