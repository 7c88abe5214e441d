import { hkdfSync } from 'node:crypto';
import { aessiv } from '@noble/ciphers/aes.js';

/**
 * Member ids that differ for every recipient: AES-SIV (RFC 5297, deterministic and authenticated) of the internal uid under the
 * recipient's own key. Any subgraph makes or reads one without a look-up; an id that was made for somebody else does not open.
 */
export interface PairwiseIds {
  /** The id under which `recipient` knows the member. */
  seal(uid: string, recipient: string): string;
  /** The member's uid, or null for anything that was not made for this recipient. */
  open(id: string, recipient: string): string | null;
}

const prefix = 'mbr_';
const shape = /^mbr_[A-Za-z0-9_-]{43}$/;
const uidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `secret`: at least 32 bytes, the same in every process of one graph. */
export function pairwiseIds(secret: Uint8Array): PairwiseIds {
  if (secret.length < 32) throw new Error('The pairwise secret needs at least 32 bytes');
  const keys = new Map<string, Uint8Array>();
  const keyOf = (recipient: string): Uint8Array => {
    let key = keys.get(recipient);
    if (!key) {
      key = new Uint8Array(hkdfSync('sha256', secret, '', `tongdui pairwise ${recipient}`, 64));
      keys.set(recipient, key);
    }
    return key;
  };
  return {
    seal(uid, recipient) {
      if (!uidShape.test(uid)) throw new Error('A uid is a lower-case UUID');
      return prefix + Buffer.from(aessiv(keyOf(recipient)).encrypt(Buffer.from(uid.replaceAll('-', ''), 'hex'))).toString('base64url');
    },
    open(id, recipient) {
      if (!shape.test(id)) return null;
      try {
        const hex = Buffer.from(aessiv(keyOf(recipient)).decrypt(Buffer.from(id.slice(prefix.length), 'base64url'))).toString('hex');
        return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      } catch {
        return null;
      }
    },
  };
}
