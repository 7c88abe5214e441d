import { CompactSign, compactVerify, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { calculateJwkThumbprint } from 'jose';
import { join } from 'node:path';
import { keepOnce } from '../../../schema/secrets.js';
import { dataFolder } from '../../../schema/data-folder.js';

/** Signs roots; whoever has the public half can tell that nobody else made them. */
export interface ProofKey {
  readonly id: string;
  /** To be published beside the roots. */
  readonly publicJwk: JWK;
  /** A compact JWS over the text. */
  sign(text: string): Promise<string>;
}

const algorithms = ['EdDSA', 'ES256'];
const algorithmOf = ({ kty, crv }: JWK): string => (kty === 'OKP' ? 'EdDSA' : kty === 'EC' && crv === 'P-256' ? 'ES256' : 'none');

/** A key out of a private JWK (Ed25519 or P-256); anything else is refused with a sentence that names the setting. */
export async function proofKeyOf(jwk: JWK): Promise<ProofKey> {
  const alg = algorithmOf(jwk);
  if (!algorithms.includes(alg) || typeof jwk.d !== 'string')
    throw new Error('TONGDUI_PROOF_KEY: must be a private JWK of an Ed25519 or P-256 key');
  const key = await importJWK(jwk, alg);
  const { d: _secret, ...publicJwk } = jwk;
  const id = await calculateJwkThumbprint(publicJwk);
  return {
    id,
    publicJwk: { ...publicJwk, kid: id, alg },
    sign: (text) => new CompactSign(new TextEncoder().encode(text)).setProtectedHeader({ alg, kid: id }).sign(key),
  };
}

/** The key of this deployment: TONGDUI_PROOF_KEY, or what a sandbox made for itself; null where there is none. Read anew each time, so a key can be replaced. */
export async function configuredKey(environment: Readonly<Record<string, string | undefined>> = process.env): Promise<ProofKey | null> {
  const given = environment['TONGDUI_PROOF_KEY'];
  if (given) {
    let jwk: JWK;
    try {
      jwk = JSON.parse(given) as JWK;
    } catch {
      throw new Error('TONGDUI_PROOF_KEY: must be a private JWK as JSON');
    }
    return proofKeyOf(jwk);
  }
  if (environment['TONGDUI_SANDBOX'] !== '1') return null;
  const folder = dataFolder(environment);
  return proofKeyOf(await keepOnce(join(folder, 'proof-key.json'), newKey));
}

/** A new private key as JWK. */
export const newKey = async (): Promise<JWK> => exportJWK((await generateKeyPair('EdDSA', { extractable: true })).privateKey);

/** The text that a signature is over, or null where this key did not make it. */
export async function signedText(signature: string, publicJwk: JWK): Promise<string | null> {
  try {
    const key = await importJWK(publicJwk, algorithmOf(publicJwk));
    const { payload } = await compactVerify(signature, key, { algorithms });
    return new TextDecoder().decode(payload);
  } catch {
    return null;
  }
}
