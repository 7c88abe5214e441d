import { randomFillSync } from 'node:crypto';

const drawnAtOnce = 256;

/** Random values of one size as text. Bytes are drawn for many values at once, and each is used once. */
export function freshBytes(size: number, encoding: 'hex' | 'base64url'): () => string {
  const drawn = Buffer.alloc(size * drawnAtOnce);
  let used = drawn.length;
  return () => {
    if (used === drawn.length) {
      randomFillSync(drawn);
      used = 0;
    }
    return drawn.toString(encoding, used, (used += size));
  };
}
