import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * A function that has V8 collect its garbage now. It comes late for what decoding leaves outside its heap, so a
 * large file takes tens of megabytes more, and how many depends on what else the machine does.
 */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => collect() : () => {};
}
