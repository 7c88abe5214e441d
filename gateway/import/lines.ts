import { StringDecoder } from 'node:string_decoder';

/** One line of a text file, without its end; `number` counts from 1. A line above the limit has no text. */
export interface Line {
  readonly number: number;
  readonly text: string | null;
}

/**
 * The lines of a UTF-8 stream. LF and CRLF end a line, a byte order mark is dropped, and a line longer than `maxLength` is passed
 * over without being kept, so a broken file cannot fill the memory.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxLength = 65_536): AsyncGenerator<Line> {
  const decoder = new StringDecoder('utf8');
  let number = 0;
  let rest = '';
  let tooLong = false;
  const line = (text: string): Line => {
    number += 1;
    const whole = number === 1 ? text.replace(/^\uFEFF/, '') : text;
    const kept = tooLong || whole.length > maxLength ? null : whole.replace(/\r$/, '');
    tooLong = false;
    return { number, text: kept };
  };
  for await (const chunk of chunks) {
    const pieces = (rest + decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) yield line(piece);
    if (rest.length > maxLength) {
      tooLong = true;
      rest = '';
    }
  }
  rest += decoder.end();
  if (rest.length > 0 || tooLong) yield line(rest);
}
