/** A body that comes in chunks of HTTP/1.1, put together again. Takes parts as they come, however they are cut. */
export class ChunkedBody {
  bytes = 0;
  private readonly pieces: Buffer[] = [];
  /** Of the last piece. */
  private filled = 0;
  private line = '';
  private left = 0;
  private state: 'size' | 'data' | 'after data' | 'trailer' = 'size';

  /** How many bytes of the part belong to the body; less than all of them, or `over`, where it has come to its end. Throws for nonsense. */
  feed(part: Buffer, from: number): number {
    let at = from;
    while (at < part.length && !this.over) {
      if (this.state !== 'data') {
        at = this.feedLine(part, at);
        continue;
      }
      const end = Math.min(part.length, at + this.left);
      this.keep(part, at, end);
      this.bytes += end - at;
      this.left -= end - at;
      at = end;
      if (this.left === 0) this.state = 'after data';
    }
    return at;
  }

  over = false;

  get text(): string {
    const { pieces, filled } = this;
    const last = pieces.at(-1)?.subarray(0, filled);
    if (!last) return '';
    return (pieces.length === 1 ? last : Buffer.concat([...pieces.slice(0, -1), last])).toString('utf8');
  }

  /** In how many pieces of memory the body lies. */
  get count(): number {
    return this.pieces.length;
  }

  /** Copied, for the part's memory is used again; small chunks together, for a piece of memory takes a hundred bytes by itself. */
  private keep(part: Buffer, from: number, end: number): void {
    for (let at = from; at < end;) {
      let piece = this.pieces.at(-1);
      if (!piece || this.filled === piece.length) {
        this.pieces.push((piece = Buffer.allocUnsafe(Math.max(end - at, Math.min(this.bytes, togetherBytes)))));
        this.filled = 0;
      }
      const copied = part.copy(piece, this.filled, at, end);
      this.filled += copied;
      at += copied;
    }
  }

  private feedLine(part: Buffer, from: number): number {
    const newline = part.indexOf(0x0a, from);
    const end = newline < 0 ? part.length : newline + 1;
    this.line += part.toString('latin1', from, end);
    if (this.line.length > maxLineBytes) throw new Error('a chunk has a head without an end');
    if (newline < 0) return end;
    const line = this.line.trimEnd();
    this.line = '';
    if (this.state === 'size') {
      const size = /^([0-9a-f]{1,8})\s*(?:;|$)/i.exec(line)?.[1];
      if (size === undefined) throw new Error('a chunk has no size');
      this.left = Number.parseInt(size, 16);
      this.state = this.left === 0 ? 'trailer' : 'data';
    } else if (this.state === 'trailer') this.over = line === '';
    else if (line === '') this.state = 'size';
    else throw new Error('a chunk is longer than it says');
    return end;
  }
}

const maxLineBytes = 4_096;
const togetherBytes = 65_536;
