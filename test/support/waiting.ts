/**
 * Waits of tests. Nothing here assumes how fast the machine is: a test waits for a condition, and
 * test/conventions.test.ts keeps timers out of every other file.
 */

/** Waits until the condition holds; an error names what did not happen within two minutes. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = AbortSignal.timeout(120_000);
  while (!(await condition())) {
    if (deadline.aborted) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A pause of a server that sends slowly; no test may depend on its length. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Lets everything that this process can do without waiting happen: sockets are read, promises settle. */
export async function settled(turns = 50): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Looks at something again and again, until the function that is returned is called. */
export function watched(look: () => void): () => void {
  const timer = setInterval(look, 10);
  return () => clearInterval(timer);
}
