import fc from 'fast-check';
import { pairwiseIds } from '../../schema/pairwise-id.js';

const ids = pairwiseIds(Buffer.alloc(32, 1));

test('an id opens for its recipient only, is the same every time, and differs between recipients', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (uid, recipient, other) => {
      fc.pre(recipient !== other);
      const id = ids.seal(uid, recipient);
      expect(ids.seal(uid, recipient)).toBe(id);
      expect(ids.open(id, recipient)).toBe(uid);
      expect(ids.open(id, other)).toBeNull();
      expect(ids.seal(uid, other)).not.toBe(id);
      expect(id).not.toContain(uid.slice(0, 8));
    }),
    { numRuns: 50 },
  );
});

const id = ids.seal('01234567-89ab-4cde-8f01-23456789abcd', 'partner:telecom');

test.each`
  what              | text
  ${'empty'}        | ${''}
  ${'no id'}        | ${'M-Li'}
  ${'one bit off'}  | ${`${id.slice(0, 10)}${id[10] === 'A' ? 'B' : 'A'}${id.slice(11)}`}
  ${'cut short'}    | ${id.slice(0, -1)}
  ${'other prefix'} | ${id.replace('mbr_', 'xyz_')}
`('what is $what opens to nothing', ({ text }) => {
  expect(ids.open(text, 'partner:telecom')).toBeNull();
});

test('another secret makes other ids; a short secret is refused', () => {
  expect(pairwiseIds(Buffer.alloc(32, 2)).open(id, 'partner:telecom')).toBeNull();
  expect(() => pairwiseIds(Buffer.alloc(31))).toThrow('32 bytes');
});

test('while a secret is replaced, ids of both open and new ones are sealed by the new; after it the old open no more', () => {
  const [before, after] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const uid = '01234567-89ab-4cde-8f01-23456789abcd';
  const both = pairwiseIds(after, before);
  const fresh = both.seal(uid, 'partner:telecom');
  expect(fresh).toBe(pairwiseIds(after).seal(uid, 'partner:telecom'));
  expect([id, fresh].map((each) => both.open(each, 'partner:telecom'))).toEqual([uid, uid]);
  expect([id, fresh].map((each) => both.open(each, 'partner:banking'))).toEqual([null, null]);
  expect(pairwiseIds(after).open(id, 'partner:telecom')).toBeNull();
  expect(pairwiseIds(before, after).open(fresh, 'partner:telecom')).toBe(uid); // processes are switched one after another
  expect(() => pairwiseIds(after, Buffer.alloc(31))).toThrow('32 bytes');
  expect(() => pairwiseIds()).toThrow('no pairwise secret');
});

test('a digest is the same for one text under one secret; while the secret is replaced those of both are known', () => {
  const [before, after] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const old = pairwiseIds(before).digest('孙女士 13800000005');
  expect(ids.digest('孙女士 13800000005')).toBe(old);
  expect(ids.digest('孙女士 13800000006')).not.toBe(old);
  const both = pairwiseIds(after, before);
  expect(both.digest('孙女士 13800000005')).not.toBe(old);
  expect(both.isDigestOf('孙女士 13800000005', old)).toBe(true);
  expect(both.isDigestOf('孙女士 13800000006', old)).toBe(false);
  expect(pairwiseIds(after).isDigestOf('孙女士 13800000005', old)).toBe(false);
});
