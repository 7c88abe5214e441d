import fc from 'fast-check';
import { keyOf } from '../../../gateway/import/accrual-write.js';
import { type Columns, readColumns } from '../../../gateway/import/columns.js';
import { fieldsOf, neutralised, restored } from '../../../gateway/import/fields.js';
import { linesOf } from '../../../gateway/import/lines.js';
import { progressOn } from '../../../gateway/import/progress.js';
import { readPurchase } from '../../../gateway/import/purchase.js';
import { rejectedName } from '../../../gateway/import/rejected-file.js';
import { emptySummary, exitCode, summaryText } from '../../../gateway/import/summary.js';

const columns = readColumns(['Member', 'purchase_ref', 'sku', 'amount_fen', 'cash_fen', 'at']) as Columns;
const read = (line: string, where = columns): string => {
  const parsed = readPurchase(fieldsOf(line) as string[], where);
  return parsed.kind === 'bad' ? parsed.reason : JSON.stringify(parsed.purchase);
};

test.each`
  line                                            | outcome
  ${'M-1,p-1,bill,1000,,'}                        | ${'{"member":"M-1","purchaseRef":"p-1","sku":"bill","amountFen":1000}'}
  ${' M-1 , p-1 ,bill,1000,900,'}                 | ${'{"member":"M-1","purchaseRef":"p-1","sku":"bill","amountFen":1000,"cashFen":900}'}
  ${'M-1,订单 1,"a ""b""",0,0,2026-02-28T00:00Z'} | ${'{"member":"M-1","purchaseRef":"订单 1","sku":"a \\"b\\"","amountFen":0,"cashFen":0,"at":"2026-02-28T00:00Z"}'}
  ${'M-1,p-1,bill,1000,'}                         | ${'has 5 columns instead of 6'}
  ${',p-1,bill,1000,,'}                           | ${'member is empty'}
  ${'M-1,,bill,1000,,'}                           | ${'purchase_ref is empty'}
  ${'M-1,p-1,,1000,,'}                            | ${'sku is empty'}
  ${'M-1,p-1,bill,,,'}                            | ${'amount_fen is empty'}
  ${'M-1,p-1,bill,-5,,'}                          | ${'amount_fen is negative'}
  ${'M-1,p-1,bill,10.5,,'}                        | ${'amount_fen is not a whole number of fen: 10.5'}
  ${'M-1,p-1,bill,1e3,,'}                         | ${'amount_fen is not a number: 1e3'}
  ${'M-1,p-1,bill,9007199254740991,,'}            | ${'{"member":"M-1","purchaseRef":"p-1","sku":"bill","amountFen":9007199254740991}'}
  ${'M-1,p-1,bill,9007199254740992,,'}            | ${'amount_fen is larger than 9007199254740991'}
  ${'M-1,p-1,bill,100,101,'}                      | ${'cash_fen is more than amount_fen'}
  ${'M-1,p-1,bill,100,x,'}                        | ${'cash_fen is not a number: x'}
  ${'M-1,p-1,bill,100,,2026-11-21'}               | ${'at is not a time with its offset, such as 2026-11-21T18:00:00+08:00'}
  ${'M-1,p-1,bill,100,,2026-02-30T00:00:00Z'}     | ${'at is not a time with its offset, such as 2026-11-21T18:00:00+08:00'}
  ${'M-1,p-1,bill,100,,2026-02-28T25:00:00Z'}     | ${'at is not a time with its offset, such as 2026-11-21T18:00:00+08:00'}
  ${`M-1,${'p'.repeat(101)},bill,100,,`}          | ${'purchase_ref is longer than 100 characters'}
  ${'M\uFFFD,p-1,bill,100,,'}                     | ${'member is not UTF-8 text; save the file as UTF-8'}
`('$line: $outcome', ({ line, outcome }: { line: string; outcome: string }) => expect(read(line)).toBe(outcome));

test('a file of rejected lines is read as what it was before its fields were neutralised', () => {
  const rejected = readColumns(['member', 'purchase_ref', 'sku', 'amount_fen', 'line', 'reason']) as Columns;
  expect(read("'+8613800000001,p-1,bill,100,7,no member", rejected)).toContain('"member":"+8613800000001"');
  fc.assert(fc.property(fc.string(), (text) => text.startsWith("'") || restored(neutralised(text)) === text));
});

test('keys fit the graph, differ for different purchases and are the same in every run', () => {
  expect(keyOf('telecom', 'p 1/订单')).toBe('import:telecom:p%201%2F%E8%AE%A2%E5%8D%95');
  expect(keyOf('telecom', 'p', 'run')).toBe('import:telecom:p:run');
  expect(keyOf('telecom', '单'.repeat(100))).toMatch(/^import:telecom:sha256:[0-9a-f]{64}$/);
  const ref = fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' });
  fc.assert(fc.property(ref, ref, (a, b) => a === b || keyOf('telecom', a) !== keyOf('telecom', b)));
  fc.assert(fc.property(ref, (a) => /^[\x21-\x7e]{1,200}$/.test(keyOf('telecom', a, 'abcdefabcdef'))));
});

test('lines are the same however the bytes arrive, and an endless line is passed over', async () => {
  const text = '\uFEFFa,订\r\n\nb\n第三行';
  const bytes = Buffer.from(text);
  const linesBy = async (size: number, limit?: number) => {
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const lines = [];
    for await (const line of linesOf(chunks(), limit)) lines.push(line);
    return lines;
  };
  const expected = ['a,订', '', 'b', '第三行'].map((line, index) => ({ number: index + 1, text: line }));
  for (let size = 1; size <= bytes.length; size += 1) expect(await linesBy(size)).toEqual(expected);
  for (let size = 1; size <= bytes.length; size += 1)
    expect((await linesBy(size, 2)).map((line) => line.text)).toEqual([null, '', 'b', null]);
});

test('names, sums and exit codes', () => {
  expect(['a/b.csv', 'b.CSV', 'c'].map(rejectedName)).toEqual(['a/b.rejected.csv', 'b.rejected.csv', 'c.rejected.csv']);
  const summary = { lines: 100_000, accrued: 99_000, present: 900, rejected: 100, accruedPoints: 12_345_678, presentPoints: 9 };
  expect(summaryText(summary, 'x.rejected.csv')).toBe(
    [
      'lines          100,000',
      'accrued         99,000  12,345,678 points',
      'already there      900  9 points',
      'rejected           100  see x.rejected.csv',
    ].join('\n'),
  );
  expect([exitCode(summary), exitCode(emptySummary())]).toEqual([2, 0]);
});

test('without a terminal the progress is a plain line per tenth of the file', () => {
  let text = '';
  const progress = progressOn({ write: (line: string) => (text += line) } as never, 1_000);
  for (const bytes of [50, 120, 130, 450, 1_000]) progress.update(bytes, { ...emptySummary(), lines: bytes, accrued: bytes });
  progress.stop();
  expect(text).toBe(
    '10 %: 120 lines: 120 accrued, 0 already there, 0 rejected\n40 %: 450 lines: 450 accrued, 0 already there, 0 rejected\n',
  );
});
