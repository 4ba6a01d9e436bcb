/** How many colours a stream shows: none, 16, 256, or all of them. */
export type ColorLevel = 0 | 1 | 2 | 3;

/** One of the two ways out. */
export interface Sink {
  readonly isTTY: boolean;
  /** Width in characters; undefined where there is no terminal to ask. */
  readonly columns: number | undefined;
  /** Height in lines; undefined where there is no terminal. */
  readonly rows?: number | undefined;
  readonly colorLevel: ColorLevel;
  /** The terminal itself, for a spinner; undefined in tests and pipes. */
  readonly stream?: NodeJS.WritableStream | undefined;
  /** Resolves when the text was taken; false when the reader is gone (`| head`). */
  write(text: string): Promise<boolean>;
}

export interface Io {
  /** Opened when it is read. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  readonly stdout: Sink;
  readonly stderr: Sink;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A sink that keeps what it was given, for tests and for commands that run commands. */
export class MemorySink implements Sink {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  readonly colorLevel: ColorLevel;
  text = '';

  constructor(
    options: { isTTY?: boolean; columns?: number; rows?: number; colorLevel?: ColorLevel } = {},
  ) {
    this.isTTY = options.isTTY ?? false;
    this.columns = options.columns;
    this.rows = options.rows;
    this.colorLevel = options.colorLevel ?? 0;
  }

  async write(text: string): Promise<boolean> {
    this.text += text;
    return true;
  }
}
