import { createHash } from 'node:crypto';

/** One step up a tree: the hash beside ours, and on which side it stands. */
export interface PathStep {
  readonly side: 'LEFT' | 'RIGHT';
  /** Hex, 32 bytes. */
  readonly hash: string;
}

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

// Leaves and nodes begin with different bytes, so that no node can be passed off as a leaf.
const leafMark = Buffer.of(0);
const nodeMark = Buffer.of(1);

/** Pure: the hash of a leaf. `salt` (at least 16 secret bytes) keeps others from guessing what a neighbour's leaf says. */
export const leafHash = (content: string, salt: Buffer = Buffer.alloc(0)): Buffer =>
  sha256(leafMark, Buffer.of(salt.length), salt, content);
export const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(nodeMark, left, right);

/** Pure: every level of the tree over the leaves, the root alone at the end. An odd one out goes up as it is. */
export function treeOf(leaves: readonly Buffer[]): Buffer[][] {
  const levels: Buffer[][] = [[...leaves]];
  for (let level = levels[0] as Buffer[]; level.length > 1; level = levels.at(-1) as Buffer[]) {
    const above: Buffer[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i] as Buffer, level[i + 1]];
      above.push(right === undefined ? left : nodeHash(left, right));
    }
    levels.push(above);
  }
  return levels;
}

/** Pure: the root over the leaves; of none, the hash of nothing. */
export const rootOf = (leaves: readonly Buffer[]): Buffer => treeOf(leaves).at(-1)?.[0] ?? sha256('');

/** Pure: the way from the leaf at `index` up to the root. */
export function pathOf(levels: readonly (readonly Buffer[])[], index: number): PathStep[] {
  const path: PathStep[] = [];
  let at = index;
  for (const level of levels.slice(0, -1)) {
    const beside = level[at % 2 === 0 ? at + 1 : at - 1];
    if (beside !== undefined) path.push({ side: at % 2 === 0 ? 'RIGHT' : 'LEFT', hash: beside.toString('hex') });
    at = Math.floor(at / 2);
  }
  return path;
}

/** Pure: the root that a leaf and its path lead to. */
export const climb = (leaf: Buffer, path: readonly PathStep[]): Buffer =>
  path.reduce((own, { side, hash }) => {
    const beside = Buffer.from(hash, 'hex');
    return side === 'LEFT' ? nodeHash(beside, own) : nodeHash(own, beside);
  }, leaf);
