import fc from 'fast-check';
import { ChunkedBody } from '../../schema/chunked-body.js';

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

test('whatever the chunks are and however they are cut, the body is what was sent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })),
      fc.array(fc.nat(30), { minLength: 1 }),
      (texts, cuts) => {
        const sent = Buffer.from(`${texts.map(chunk).join('')}0\r\n\r\n`);
        const body = new ChunkedBody();
        const buffer = Buffer.alloc(64);
        for (let at = 0, turn = 0; at < sent.length; turn += 1) {
          // The same memory for every part, as a socket has it.
          const length = sent.copy(buffer, 0, at, at + 1 + (cuts[turn % cuts.length] as number));
          expect(body.feed(buffer.subarray(0, length), 0)).toBe(length);
          at += length;
        }
        expect([body.over, body.text, body.bytes]).toEqual([true, texts.join(''), Buffer.byteLength(texts.join(''))]);
      },
    ),
    { seed: 20_261_130 },
  );
});

test('two hundred thousand chunks of one byte lie together in a few pieces of memory', () => {
  const body = new ChunkedBody();
  const part = Buffer.from(chunk('x').repeat(1_000));
  for (let time = 0; time < 200; time += 1) body.feed(part, 0);
  body.feed(Buffer.from('0\r\n\r\n'), 0);
  expect([body.over, body.text.length, body.bytes]).toEqual([true, 200_000, 200_000]);
  expect(body.count).toBeLessThan(30);
});
