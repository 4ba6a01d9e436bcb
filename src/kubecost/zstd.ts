import { pipeline, type Transform } from 'node:stream';
import { ConnectError } from './connection/connect-error.ts';

/**
 * A body in zstd as it was before. Node 22 takes a body that is cut short for a complete one, and every
 * Node stops after the first of several frames: the frames are found here.
 *
 * @param create makes the stream that decodes one frame
 */
export async function* decodeZstd(
  body: AsyncIterable<Uint8Array>,
  create: () => Transform,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = body[Symbol.asyncIterator]();
  let left: Uint8Array = new Uint8Array();
  const more = async () => {
    while (left.length === 0) {
      const next = await chunks.next();
      if (next.done) return false;
      left = next.value;
    }
    return true;
  };
  const frame = async function* () {
    const scanner = new FrameScanner();
    while (!scanner.isComplete) {
      if (!(await more())) throw new ConnectError('Z_BUF_ERROR');
      const end = scanner.push(left);
      const part = left.subarray(0, end);
      left = left.subarray(end);
      yield part;
    }
  };
  try {
    do {
      const stream = create();
      pipeline(frame(), stream, () => {}); // the stream ends in the error, which is read there
      yield* stream as AsyncIterable<Uint8Array>; // zlib streams yield Buffers
    } while (await more());
  } finally {
    await chunks.return?.();
  }
}

const magic = 0xfd2fb528;
const skippable = 0x184d2a50;

/** The next bytes of a frame: a number of them, and whether they are looked at. */
interface Part {
  readonly size: number;
  readonly isRead: boolean;
}

const read = (size: number): Part => ({ size, isRead: true });
const skip = (size: number): Part => ({ size, isRead: false });

/** The parts of one frame in their order (RFC 8878, section 3.1); receives those that are read. */
function* partsOfFrame(): Generator<Part, void, Buffer> {
  const start = (yield read(4)).readUInt32LE();
  if ((start & 0xfffffff0) >>> 0 === skippable) {
    yield skip((yield read(4)).readUInt32LE());
    return;
  }
  if (start !== magic) throw new ConnectError('KC_ETL_BAD_ENCODING');
  const descriptor = (yield read(1)).readUInt8();
  yield skip(headerSize(descriptor));
  for (let isLast = false; !isLast; ) {
    const block = (yield read(3)).readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    const isRepeated = ((block >> 1) & 3) === 1;
    yield skip(isRepeated ? 1 : block >> 3);
  }
  const hasChecksum = (descriptor & 4) !== 0;
  if (hasChecksum) yield skip(4);
}

/** Number of bytes between the descriptor and the first block: window, dictionary and size of the content. */
function headerSize(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const content = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return (isSingleSegment ? 0 : 1) + dictionary + content;
}

/** Finds the end of one frame in the chunks that it arrives in. */
export class FrameScanner {
  readonly #parts = partsOfFrame();
  #part: Part = { size: 0, isRead: false };
  #bytes = Buffer.alloc(0);
  /** Number of bytes of the part that have not arrived. */
  #missing = 0;
  isComplete = false;

  /**
   * @returns where the frame ends in the chunk; the length of the chunk where the frame goes on
   * @throws ConnectError where it is no frame
   */
  push(chunk: Uint8Array): number {
    for (let at = 0; ; ) {
      while (this.#missing === 0 && !this.isComplete) this.#next();
      if (this.isComplete || at === chunk.length) return at;
      const size = Math.min(this.#missing, chunk.length - at);
      if (this.#part.isRead) {
        this.#bytes.set(chunk.subarray(at, at + size), this.#part.size - this.#missing);
      }
      this.#missing -= size;
      at += size;
    }
  }

  #next(): void {
    const { value, done } = this.#parts.next(this.#bytes);
    if (done) {
      this.isComplete = true;
      return;
    }
    this.#part = value;
    this.#missing = value.size;
    if (value.isRead) this.#bytes = Buffer.alloc(value.size);
  }
}
