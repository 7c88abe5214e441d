import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { unrolling } from '../../../gateway/execution/unrolled.js';
import { type Federation, openFederation, type Said } from './federation.js';
import { randomOperation } from './random-operation.js';
import { fixtures } from './supergraphs.js';
import type { WorldOptions } from './world.js';

const runs = Number(process.env['EQUIVALENCE_RUNS'] ?? 60);
/** The same in every run of the suite; another one by EQUIVALENCE_SEED. */
const seed = Number(process.env['EQUIVALENCE_SEED'] ?? 20_261_122);
const clean = { nulls: 120, failures: 0, wrongNulls: 0 };
const dirty = { nulls: 120, failures: 40, wrongNulls: 20 };

/** A null that no subgraph explains is an error too; Apollo's executor says so elsewhere, or nowhere. */
const ownRemark = /^(Cannot return null for non-nullable|Invalid value found for|Invalid __typename found)/;
const sorted = (errors: Said['errors']): readonly string[] =>
  (errors ?? [])
    .filter(({ message }) => !ownRemark.test(message))
    .map(({ message, extensions }) => `${String(extensions?.['code'])}: ${message}`)
    .sort();

/**
 * Places where our answer is neither what a single schema says nor what Apollo's executor says. Some plans of interface objects are wrong,
 * and what comes of them is Apollo's answer or a better one.
 */
function misfits(own: unknown, apollo: unknown, single: unknown, place = 'data'): readonly string[] {
  if (isDeepStrictEqual(own, single) || isDeepStrictEqual(own, apollo)) return [];
  if (typeof own !== 'object' || own === null || typeof single !== 'object' || single === null) return [place];
  return Object.keys({ ...own, ...single }).flatMap((key) =>
    misfits(
      ...([own, apollo, single].map((one) => (one as Record<string, unknown> | null)?.[key]) as [unknown, unknown, unknown]),
      `${place}.${key}`,
    ),
  );
}

/** Whether one answer has all that the other one has; where a plan is wrong and a call fails, ours keeps entities that Apollo's executor drops. */
function has(own: unknown, other: unknown): boolean {
  if (typeof own !== 'object' || own === null || typeof other !== 'object' || other === null) return isDeepStrictEqual(own, other);
  return Object.entries(other).every(([key, value]) => has((own as Record<string, unknown>)[key], value));
}

/** Paths of errors that name no place of the answer. An error ends at a null, or above what the planner asked for itself, at an object. */
const strayed = ({ data, errors = [] }: Said): readonly unknown[] =>
  errors.map(({ path }) => path).filter((path) => !path || !leads(data, path));

function leads(value: unknown, [part, ...rest]: readonly (string | number)[]): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  return part === undefined || (Object.hasOwn(value, part) && leads((value as Record<string | number, unknown>)[part], rest));
}

const { after } = unrolling;
afterEach(() => {
  unrolling.after = after;
});

describe.each(Object.entries(fixtures))('%s', (_name, fixture) => {
  let federation: Federation;
  beforeAll(async () => {
    federation = await openFederation(fixture);
  });
  afterAll(async () => {
    await federation.stop();
  });

  const check = (kind: 'query' | 'mutation', share: Omit<WorldOptions, 'seed'>): Promise<void> =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (operation, world) => {
        const asked = randomOperation(federation.schema, operation, kind, fixture.depth ?? 3);
        fc.pre(validate(federation.schema, parse(asked.text)).length === 0);
        // Half of them by loops over names, half by code of their own from the first object on.
        unrolling.after = operation % 2 === 0 ? after : 0;
        const data = federation.world({ seed: world, ...share });
        const own = await federation.own(asked, data);
        if (own.errors?.[0]?.extensions?.['code'] === 'UNPLANNABLE_OPERATION') {
          // What has no plan is nobody's answer; but where one field is needed with different arguments, Apollo's executor runs a wrong one.
          expect(fixture.misplanned).toBe(true);
          if (!own.errors[0].message.includes('different arguments')) await expect(federation.apollo(asked, data)).rejects.toThrow('cycle');
          return fc.pre(false);
        }
        const [apollo, single] = await Promise.all([federation.apollo(asked, data), federation.single(asked, data)]);
        // A plan that asks a subgraph for nonsense, of which Apollo's executor says nothing but that it failed.
        fc.pre(!apollo.errors?.some(({ message }) => message === undefined));
        // A plan that asks a subgraph for a type that it does not have: the call fails as a whole, and what shares it with ours fails too.
        fc.pre(!apollo.errors?.some(({ message }) => message.startsWith('The _entities resolver')));
        if (share.failures === 0 && !fixture.misplanned) expect(own).toEqual(single);
        if (!(fixture.misplanned && share.failures > 0 && has(own.data, apollo.data)))
          expect(misfits(own.data, apollo.data, single.data)).toEqual([]);
        expect(sorted(own.errors)).toEqual(sorted(apollo.errors));
        expect(strayed(own)).toEqual([]);
      }),
      { numRuns: runs, seed, endOnFailure: true },
    );

  test(`random queries (seed ${seed})`, () => check('query', clean), 120_000);
  test(`random queries with failures, and nulls where none may be (seed ${seed})`, () => check('query', dirty), 120_000);
  test(`random writes (seed ${seed})`, async () => {
    if (federation.schema.getMutationType()) await check('mutation', dirty);
  });
});
