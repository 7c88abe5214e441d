import { createHmac, hkdfSync } from 'node:crypto';
import { aessiv } from '@noble/ciphers/aes.js';
import { Recent } from './recent.js';

/**
 * Member ids that differ for every recipient: AES-SIV (RFC 5297, deterministic and authenticated) of the internal uid under the
 * recipient's own key. Any subgraph makes or reads one without a look-up; an id that was made for somebody else does not open.
 */
export interface PairwiseIds {
  /** The id under which `recipient` knows the member. */
  seal(uid: string, recipient: string): string;
  /** The member's uid, or null for anything that was not made for this recipient. */
  open(id: string, recipient: string): string | null;
  /** Any short text so that only this recipient can hand it back, and nobody outside can read it; the same text gives the same seal. */
  sealText(text: string, recipient: string): string;
  /** The text, or null for anything that was not sealed for this recipient. */
  openText(sealed: string, recipient: string): string | null;
  /** A digest of any text, by which nobody without the secret can try out what it was made of. */
  digest(text: string): string;
  /** Whether the digest was made of this text. */
  isDigestOf(text: string, digest: string): boolean;
}

const prefix = 'mbr_';
const shape = /^mbr_[A-Za-z0-9_-]{43}$/;
const uidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * `secrets`: at least 32 bytes each, the same in every process of one graph. The first seals, every one opens: so a secret is replaced
 * while the ids that partners keep from the one before still work.
 */
export function pairwiseIds(...secrets: readonly Uint8Array[]): PairwiseIds {
  const [first, ...earlier] = secrets.map((secret) => cipherOf(secret, 'pairwise'));
  const [text, ...earlierTexts] = secrets.map((secret) => cipherOf(secret, 'text'));
  const [digest, ...earlierDigests] = secrets.map(digestOf);
  if (!first || !text || !digest) throw new Error('There is no pairwise secret');
  return {
    seal(uid, recipient) {
      if (!uidShape.test(uid)) throw new Error('A uid is a lower-case UUID');
      return prefix + Buffer.from(first(recipient).encrypt(Buffer.from(uid.replaceAll('-', ''), 'hex'))).toString('base64url');
    },
    open(id, recipient) {
      if (!shape.test(id)) return null;
      const sealed = Buffer.from(id.slice(prefix.length), 'base64url');
      // Each is tried, found or not: which secret made an id, and whether any did, takes the same time.
      const opened = [first, ...earlier].map((cipher) => decrypt(cipher(recipient), sealed));
      const bytes = opened.find((each) => each !== null);
      return bytes
        ? Buffer.from(bytes)
            .toString('hex')
            .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
        : null;
    },
    sealText: (plain, recipient) => Buffer.from(text(recipient).encrypt(Buffer.from(plain))).toString('base64url'),
    openText(sealed, recipient) {
      if (!/^[\w-]{22,2048}$/.test(sealed)) return null;
      const bytes = Buffer.from(sealed, 'base64url');
      const opened = [text, ...earlierTexts].map((cipher) => decrypt(cipher(recipient), bytes)).find((each) => each !== null);
      return opened ? Buffer.from(opened).toString() : null;
    },
    digest: (plain) => digest(plain),
    isDigestOf: (plain, made) => [digest, ...earlierDigests].some((each) => each(plain) === made),
  };
}

interface Cipher {
  encrypt(bytes: Uint8Array): Uint8Array;
  decrypt(bytes: Uint8Array): Uint8Array;
}

/** Keys that are kept: members whose cursors are sealed are recipients too, and there may be millions. */
const maxKeys = 10_000;

/** The cipher of each recipient under one secret, its key derived once for those who are met often. */
function cipherOf(secret: Uint8Array, use: 'pairwise' | 'text'): (recipient: string) => Cipher {
  if (secret.length < 32) throw new Error('The pairwise secret needs at least 32 bytes');
  const keys = new Recent<Uint8Array>(maxKeys);
  const keyOf = (recipient: string): Uint8Array => new Uint8Array(hkdfSync('sha256', secret, '', `tongdui ${use} ${recipient}`, 64));
  return (recipient) => aessiv(keys.of(recipient, () => keyOf(recipient)));
}

function digestOf(secret: Uint8Array): (text: string) => string {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'tongdui digest', 32));
  return (text) => createHmac('sha256', key).update(text).digest('base64url');
}

function decrypt(cipher: Cipher, sealed: Uint8Array): Uint8Array | null {
  try {
    return cipher.decrypt(sealed);
  } catch {
    return null;
  }
}
