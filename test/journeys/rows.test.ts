import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(process.cwd(), 'test/journeys');
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

interface Cited {
  readonly row: string;
  readonly file: string;
  readonly title: string;
}

const cited: readonly Cited[] = [...text('README.md').matchAll(/^\| (.+?) \| .+? \| `(.+?)`: (.+?) \|$/gm)].map(([, row, file, title]) => ({
  row: row as string,
  file: file as string,
  title: title as string,
}));
const span = (letter: string, last: number): string[] => Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
const items = [
  'Phone credit 10',
  'Data pack 10 GB',
  'Basic maintenance',
  'Tyre',
  'Air-con cleaning',
  'Insurance coupon',
  'Retail coupon',
  'Phone',
  'Award flight',
  'Scenic ticket',
  'Room upgrade, eco tour, charging',
  'New-Year box',
  'Household set, brand mug',
];
const members = 'Li Wang Zhao Chen Sun Qian Zhou Wu Zheng Feng Kong Cao Yan'.split(' ').map((name) => `M-${name}`);
const campaigns = [
  'Anniversary month',
  'Dress ×2',
  'Green ×3',
  'Credit festival',
  'Phone promotion',
  'Compliance case',
  'Card-opening bonus',
  'Scenic ticket, narrower hours',
  'Label "1%"',
  'Label "+16.7% value"',
];

test('every row of the founding documents and of the demo data, and every goal, has a story', () => {
  const told = new Set(cited.map(({ row }) => row));
  const wanted = [...span('A', 33), ...span('B', 25), ...span('G', 38), 'G44', ...items, ...members, 'Ring of 12', ...campaigns];
  expect(wanted.filter((row) => !told.has(row))).toEqual([]);
});

test.each(cited)('$row: $file has "$title"', ({ file, title }) => {
  const source = text(file);
  const places = source
    .split('\n')
    .filter((line) =>
      [`'`, `"`, '`'].some((quote) => line.trimStart().startsWith(`${quote}${title}`) || line.includes(`(${quote}${title}`)),
    );
  expect(places).toHaveLength(1);
  expect(places.join()).not.toMatch(/\b(skip|todo|only|failing)\b\(/);
});

test('every file that is cited is run', () => {
  const registered = text('stories.ts');
  const idle = [...new Set(cited.map(({ file }) => file))].filter(
    (file) => !file.endsWith('.test.ts') && !registered.includes(`'./${file.replace(/\.ts$/, '.js')}'`),
  );
  expect(idle).toEqual([]);
});
