import type { Context } from './context.js';

/**
 * The issuer whose points alone the viewer may count, as the ledger shows wallets: a partner reads its own programmes', and everybody's where
 * the member agreed (SHARED); null where nothing bounds the viewer.
 */
export async function countsOnlyOf({ viewer, consents }: Pick<Context, 'viewer' | 'consents'>, memberUid: string): Promise<string | null> {
  if (viewer.partner === undefined || (await consents.load(memberUid)).open.includes('SHARED')) return null;
  return viewer.partner;
}
