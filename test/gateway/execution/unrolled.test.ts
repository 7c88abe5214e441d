import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { answerFields, renameFields } from '../../../gateway/execution/answer-fields.js';
import { Merger } from '../../../gateway/execution/merge.js';
import { Targets } from '../../../gateway/execution/targets.js';
import { Tree } from '../../../gateway/execution/tree.js';
import { quoted, unrolled, unrolling, Usage } from '../../../gateway/execution/unrolled.js';
import { parse } from 'graphql';

const { after } = unrolling;
afterEach(() => {
  unrolling.after = after;
});

/** What JSON may say under these names, be they asked for or not. */
const names = ['__typename', 'id', 'a', 'b', 'constructor', '__proto__', 'toString'];
const { answer } = fc.letrec((tie) => ({
  answer: fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 7 }).map((pairs) => {
    const members = new Map(pairs.map(([name, value]) => [name, JSON.stringify(value)]));
    return JSON.parse(`{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`) as object;
  }),
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, 'Dog', 'Animal', 1, true),
    tie('answer'),
    fc.array(tie('answer'), { maxLength: 2 }),
    fc.array(fc.array(tie('answer'), { maxLength: 2 }), { maxLength: 2 }),
  ),
}));
const isA = (typename: string, condition: string): boolean => typename === condition || condition === 'Animal';
const selection = '__typename id constructor toString a { __typename id __proto__ b { id } } b { a { id toString } __proto__ { id } }';

/** All of it, with the type that it has for itself and what is no name. */
const seen = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(seen)
    : typeof value === 'object' && value !== null
      ? Reflect.ownKeys(value).map((key) => [String(key), seen((value as Record<PropertyKey, unknown>)[key])])
      : value;

test('code of its own lays answers over each other as the loop does, whatever they say', () => {
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1, maxLength: 4 }), fc.boolean(), (answers, renames) => {
      const laid = [after, 0].map((soon) => {
        unrolling.after = soon;
        const fields = answerFields(parse(`{ ${selection} }`));
        if (renames) renameFields(fields, [{ kind: 'KeyRenamer', path: ['a', 'id'], renameKeyTo: 'b' }]);
        const merger = new Merger(fields, isA);
        const target = new Tree();
        for (const one of answers) merger.over(target, one as Readonly<Record<string, unknown>>);
        return target;
      });
      expect(seen(laid[1])).toEqual(seen(laid[0]));
      expect(laid.every((one) => Object.getPrototypeOf(Object.getPrototypeOf(one)) === null)).toBe(true);
    }),
    { numRuns: 300, seed: 7 },
  );
});

test('code of its own finds the objects at a path as the loop does', () => {
  const object = (a: unknown): Tree => Object.assign(new Tree(), { a });
  const root = object([object([[object(1)], null, object([object(2)])]), object(null), null, 'x']);
  for (const path of [
    [],
    ['a'],
    ['a', '@'],
    ['a', '@', 'a'],
    ['a', '@', 'a', '@'],
    ['a', '@', 'a', '@', 'a', '@'],
    ['b', '@', '__proto__'],
  ]) {
    const [bySteps, byLoop] = [0, after].map((soon) => {
      unrolling.after = soon;
      const targets = new Targets(path);
      targets.in(root);
      return targets.in(root);
    });
    expect(bySteps).toEqual(byLoop);
  }
});

test('code of its own keeps nothing of an answer', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  unrolling.after = 0;
  const targets = new Targets(['a', '@']);
  targets.in(new Tree());
  const found = (): WeakRef<Tree> => new WeakRef(targets.in(Object.assign(new Tree(), { a: [new Tree()] }))[0] as Tree);
  const last = found();
  // What a WeakRef was made for lives until the end of the turn.
  await new Promise((resolve) => setTimeout(resolve));
  collect();
  expect(last.deref()).toBeUndefined();
  expect(targets.in(Object.assign(new Tree(), { a: [new Tree()] }))).toHaveLength(1);
});

test('code is due once, at the object at which it begins to pay', () => {
  const usage = new Usage();
  expect([usage.add(after - 1), usage.add(1), usage.add(after)]).toEqual([false, true, false]);
});

test.each(['a"; throw new Error("out"); "', 'a\\', 'a\n', '\u2028', '`${1}`'])('the name %j is a text in code', (name) => {
  expect(unrolled<() => string>(`return () => ${quoted(name)};`, {})?.()).toBe(name);
});

test('no more code is made than may be kept; then the loop goes on', () => {
  const kept: object[] = [];
  for (let made = unrolled<object>('return {};', {}); made !== null; made = unrolled<object>('return {};', {})) kept.push(made);
  expect(kept.length).toBeGreaterThan(3_000);
  expect(kept.length).toBeLessThanOrEqual(4_000);
});

test('a process that may make no code of texts goes on with the loop', () => {
  const module = fileURLToPath(new URL('../../../dist/gateway/execution/unrolled.js', import.meta.url));
  const script = `import { unrolled } from ${JSON.stringify(module)}; console.log(unrolled('return {};', {}));`;
  const said = execFileSync(process.execPath, ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script]);
  expect(String(said).trim()).toBe('null');
});
