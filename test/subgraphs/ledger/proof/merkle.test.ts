import fc from 'fast-check';
import { climb, leafHash, nodeHash, pathOf, rootOf, treeOf } from '../../../../subgraphs/ledger/proof/merkle.js';

const leavesOf = (contents: readonly string[]): Buffer[] => contents.map((content) => leafHash(content));

test('every leaf leads to the root by its path, and no other content does', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 40 }), fc.nat(), fc.string(), (contents, at, other) => {
      const leaves = leavesOf(contents);
      const index = at % leaves.length;
      const path = pathOf(treeOf(leaves), index);
      const root = rootOf(leaves);
      expect(climb(leaves[index] as Buffer, path)).toEqual(root);
      expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(leaves.length)));
      if (other !== contents[index]) expect(climb(leafHash(other), path)).not.toEqual(root);
    }),
  );
});

test('order, number and salt of leaves count; a node is no leaf', () => {
  const [a, b] = leavesOf(['a', 'b']) as [Buffer, Buffer];
  expect(rootOf([a, b])).not.toEqual(rootOf([b, a]));
  expect(rootOf([a, b])).not.toEqual(rootOf([a, b, b]));
  expect(leafHash('a', Buffer.alloc(16, 1))).not.toEqual(leafHash('a', Buffer.alloc(16, 2)));
  expect(leafHash(Buffer.concat([a, b]).toString('latin1'))).not.toEqual(nodeHash(a, b));
});
