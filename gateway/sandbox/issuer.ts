import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import { keepOnce } from '../../schema/secrets.js';

export const sandboxIssuerName = 'tongdui-sandbox';
export const sandboxAudience = 'tongdui';

/** Whom a token stands for. A member's `sub` is its pairwise id for the recipient `member`. */
export interface TokenClaims {
  readonly kind: 'partner' | 'member' | 'staff' | 'regulator';
  readonly sub: string;
  readonly partner?: string | undefined;
  readonly scope: readonly string[];
  readonly ttlSeconds: number;
}

export interface SandboxIssuer {
  /** The public keys that a gateway checks its tokens with. */
  jwks(): JSONWebKeySet;
  /** A signed token, as a JWT. */
  issue(claims: TokenClaims): Promise<string>;
}

/** The sandbox's own token issuer; its key pair is made once per data folder and kept in `issuer.json`. */
export async function sandboxIssuer(folder: string): Promise<SandboxIssuer> {
  const kept = await keepOnce<JWK>(join(folder, 'issuer.json'), newKey);
  const { d: _private, ...published } = kept;
  const key = await importJWK(kept, 'ES256');
  return {
    jwks: () => ({ keys: [published] }),
    issue: ({ kind, sub, partner, scope, ttlSeconds }) =>
      new SignJWT({ kind, scope: scope.join(' '), azp: kind === 'partner' ? sub : sandboxIssuerName, ...(partner ? { partner } : {}) })
        .setProtectedHeader({ alg: 'ES256', kid: kept.kid ?? '', typ: 'JWT' })
        .setIssuer(sandboxIssuerName)
        .setAudience(sandboxAudience)
        .setSubject(sub)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + ttlSeconds)
        .setJti(randomUUID())
        .sign(key),
  };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' };
}
