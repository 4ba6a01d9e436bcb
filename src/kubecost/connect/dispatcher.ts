import type { Dispatcher } from 'undici';

/**
 * Opens connections to a server, with `timeout` milliseconds to make one. Loads undici without the
 * optimising compiler for its HTTP parser's WebAssembly, which would take longer than a whole run.
 */
export async function openDispatcher(timeout: number): Promise<Dispatcher> {
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--liftoff-only');
  const { Agent } = await import('./undici.ts');
  return new Agent({ connect: { timeout }, pipelining: 1 });
}
