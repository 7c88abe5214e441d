import { createLocalJWKSet } from 'jose';
import type { TokenRules } from '../context.js';
import { sandboxAudience, sandboxIssuer, sandboxIssuerName } from './issuer.js';

/** A sandbox without another issuer accepts its own tokens. */
export const sandboxTokenRules = async (folder: string): Promise<TokenRules> => ({
  issuer: sandboxIssuerName,
  audience: sandboxAudience,
  keys: createLocalJWKSet((await sandboxIssuer(folder)).jwks()),
});
