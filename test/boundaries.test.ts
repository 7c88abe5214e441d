import { readFileSync } from 'node:fs';
import { type FieldDefinitionNode, type InputValueDefinitionNode, Kind, parse, print, type TypeNode } from 'graphql';
import { subgraphsOf } from '../schema/roster.js';
import { jobsOf } from '../subgraphs/kernel/subgraph.js';
import { loadSubgraph } from '../subgraphs/serve.js';

interface Line {
  readonly names: readonly string[];
  readonly isJob: boolean;
  readonly file: string;
  readonly title: string;
}

const lines: readonly Line[] = [
  ...readFileSync('test/boundaries.md', 'utf8').matchAll(/^\| (job )?(`.+?`) \| .+? \| `(.+?)`: (.+?) \|$/gm),
].map(([, job, names = '', file = '', title = '']) => ({
  names: [...names.matchAll(/`(.+?)`|\b(\w[\w.-]+)\b/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''),
  isJob: job !== undefined,
  file,
  title,
}));

/** A point in time, a length of time, or a bound on how much. */
const isBounded = (name: string, type: string): boolean =>
  type.includes('DateTime') ||
  /^(days|months|ttl|daysAfter|monthDay|birthMonthDay|stock|perMember|capacity|senders|limitFen|minPoints|minimumFen)$/.test(name) ||
  /(Days|Hours|Seconds|Months|CapPoints|Quota)$/.test(name) ||
  /^(sent|received|transaction|daily|monthly|yearly|leastBalance)Points$|^(maxPoints|credit)Share|^complaintLimit/.test(name);

const named = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type));

/** Everything bounded that a public write takes, as `field.argument` and `Input.field`. */
function boundedNames(): string[] {
  const { definitions } = parse(readFileSync('schema/supergraph.graphql', 'utf8'));
  const isHidden = ({ directives = [] }: FieldDefinitionNode): boolean => directives.some(({ name }) => name.value === 'inaccessible');
  const writes = definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Mutation'
      ? (node.fields ?? []).filter((field) => !isHidden(field))
      : [],
  );
  const found = new Set<string>();
  const seen = new Set<string>();
  const look = (owner: string, values: readonly InputValueDefinitionNode[]): void => {
    for (const { name, type } of values) {
      if (isBounded(name.value, print(type))) found.add(`${owner}.${name.value}`);
      const input = named(type);
      if (seen.has(input)) continue;
      seen.add(input);
      for (const node of definitions)
        if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && node.name.value === input) look(input, node.fields ?? []);
    }
  };
  for (const write of writes) look(write.name.value, write.arguments ?? []);
  return [...found];
}

test('whatever has a time or a limit has a test of its boundaries', () => {
  const bounded = boundedNames();
  const told = new Set(lines.filter(({ isJob }) => !isJob).flatMap(({ names }) => names));
  expect(bounded.filter((name) => !told.has(name))).toEqual([]);
  // What is bounded without its name saying so may be told as well.
  expect(
    [...told].filter((name) => !bounded.includes(name) && !['setRuleGates.openingBonusCapPoints', 'setReportFloor.members'].includes(name)),
  ).toEqual([]);
});

test('so has every job', async () => {
  const definitions = await Promise.all(subgraphsOf(true).map(loadSubgraph));
  const jobs = [...new Set(definitions.flatMap((definition) => jobsOf(definition as never).map(({ name }) => name)))].sort();
  expect(
    lines
      .filter(({ isJob }) => isJob)
      .flatMap(({ names }) => names)
      .sort(),
  ).toEqual(jobs);
});

test.each(lines)('$names: $file has "$title"', ({ file, title }) => {
  const places = readFileSync(`test/${file}`, 'utf8')
    .split('\n')
    .filter((line) =>
      [`'`, `"`, '`'].some((quote) => line.trimStart().startsWith(`${quote}${title}`) || line.includes(`(${quote}${title}`)),
    );
  expect(places).toHaveLength(1);
  expect(places.join()).not.toMatch(/\b(skip|todo|only|failing)\b\(/);
});
