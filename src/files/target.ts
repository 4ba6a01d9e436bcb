import { constants, type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import type { Clock, Io, Sink } from '../io.ts';
import { type Place, placeOf } from './place.ts';
import { codeOf, reasonOf } from './reason.ts';
import { openReplacement } from './replacement.ts';

/** Output to a path that a user named: a file, FIFO, device or standard stream. */
export interface Target {
  readonly place: Place;
  /** False where the reader has gone away: what follows may be left out. */
  write(data: string | Uint8Array): Promise<boolean>;
  /** Ends the output; a regular file appears now. */
  commit(): Promise<void>;
  /** Ends the output without a result; a regular file stays as it was. */
  discard(): Promise<void>;
}

export interface TargetDeps {
  readonly io: Pick<Io, 'stdout' | 'stderr'>;
  readonly clock: Clock;
  /** Ends the wait for the reader of a FIFO. */
  readonly signal: AbortSignal;
}

/**
 * Opens the place that a path leads to. Regular files are replaced atomically; everything else is
 * written as it is.
 *
 * @throws UsageError, or an error of the operating system: see {@link reasonOf}
 */
export async function openTarget(path: string, deps: TargetDeps): Promise<Target> {
  const place = await placeOf(path);
  switch (place.kind) {
    case 'stdout':
    case 'stderr':
      return ofSink(place, deps.io[place.kind]);
    case 'file': {
      const replacement = await openReplacement(place.path);
      return {
        ...replacement,
        place,
        async write(data) {
          await replacement.write(data);
          return true;
        },
      };
    }
    case 'fifo':
      return ofFifo(place, deps);
    case 'device':
      return ofDevice(place, await open(place.path, constants.O_WRONLY | constants.O_NOCTTY));
    case 'directory':
      throw new UsageError('it is a directory');
    case 'socket':
      throw new UsageError('it is a socket');
  }
}

function ofSink(place: Place, sink: Sink): Target {
  const decoder = new TextDecoder();
  return {
    place,
    write: (data) =>
      sink.write(typeof data === 'string' ? data : decoder.decode(data, { stream: true })),
    async commit() {},
    async discard() {},
  };
}

function ofDevice(place: Place, file: FileHandle): Target {
  return {
    place,
    async write(data) {
      try {
        await file.writeFile(data);
        return true;
      } catch (error) {
        if (codeOf(error) === 'EPIPE') return false;
        throw error;
      }
    },
    commit: () => file.close(),
    discard: () => file.close(),
  };
}

/** Milliseconds between two looks for the reader of a FIFO. */
const readerPoll = 50;

/**
 * A FIFO is opened without blocking, since a thread that waits for a reader could not be interrupted.
 * The reader may come until the first write.
 */
async function ofFifo(place: Place, { clock, signal }: TargetDeps): Promise<Target> {
  const opening = () =>
    open(place.path, constants.O_WRONLY | constants.O_NONBLOCK).catch((error: unknown) => {
      if (codeOf(error) === 'ENXIO') return null;
      throw error;
    });
  let file = await opening();
  const opened = async () => {
    while (file === null) {
      await clock.sleep(readerPoll, signal);
      file = await opening();
    }
    return file;
  };
  const close = async () => {
    await file?.close();
    file = null;
  };
  return {
    place,
    async write(data) {
      let left = typeof data === 'string' ? Buffer.from(data) : data;
      const fifo = await opened();
      while (left.length > 0) {
        try {
          const { bytesWritten } = await fifo.write(left);
          left = left.subarray(bytesWritten);
        } catch (error) {
          if (codeOf(error) === 'EPIPE') return false;
          if (codeOf(error) !== 'EAGAIN') throw error;
          await clock.sleep(readerPoll / 10, signal);
        }
      }
      return true;
    },
    commit: close,
    discard: close,
  };
}

/** `option: path cannot be written: reason`, for an error of {@link openTarget} or of a write. */
export function cannotWrite(option: string, path: string, error: unknown): UsageError {
  const isOpening = error instanceof UsageError;
  const reason = isOpening ? error.message : reasonOf(error);
  const isFull = /^(ENOSPC|EDQUOT|EFBIG)$/.test(codeOf(error) ?? '');
  return new UsageError(
    `${option}: ${path} cannot be written: ${reason}`,
    isFull
      ? 'free some space, or name a path on another disk'
      : 'name a path in a directory that exists and can be written',
    { cause: error },
  );
}
