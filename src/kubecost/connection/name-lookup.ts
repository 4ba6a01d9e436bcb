import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { ConnectError } from './connect-error.ts';
import { resolverEndsWithin } from './resolver-time.ts';

/** Prints the addresses of a name, or the code of the error, as JSON. */
const script = `require('node:dns').lookup(process.argv[1], JSON.parse(process.argv[2]), (error, found) =>
  process.stdout.write(JSON.stringify(error ? { code: error.code } : found)))`;

/**
 * Resolves the names of one server. A lookup cannot be cancelled, and a process cannot exit before it has
 * ended: one that may be given up runs in a process of its own, which costs 40 ms and is killed.
 */
export class NameLookup {
  readonly #limit: number;
  #inChild: boolean | null = null;

  /** @param limit milliseconds after which a lookup is given up */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Called when a lookup was given up: the name server is silent. */
  timedOut(): void {
    this.#inChild = true;
  }

  /**
   * The lookup for one connection; undefined: Node's own.
   *
   * @param signal aborted when the connection does not need it any more
   */
  lookup(host: string, signal: AbortSignal): LookupFunction | undefined {
    if (isIP(host) !== 0 || /^localhost\.?$/i.test(host)) return undefined;
    this.#inChild ??= !resolverEndsWithin(this.#limit, process);
    if (!this.#inChild) return undefined;
    return (name, options, callback) => {
      lookUpInChild([name, JSON.stringify({ ...options, all: true })], signal).then(
        (found) => answer(found, options, callback),
        async () => {
          // no process could be started
          if (!signal.aborted) (await import('node:dns')).lookup(name, options, callback);
        },
      );
    };
  }
}

/**
 * The first address of a name.
 *
 * @param timeout milliseconds
 * @throws ConnectError, also where the name is not resolved in time
 */
export async function resolveName(host: string, timeout: number): Promise<string> {
  const ended = new AbortController();
  const { lookup } = await import('node:dns');
  const own = new NameLookup(timeout).lookup(host, ended.signal) ?? lookup;
  let timer: NodeJS.Timeout | undefined;
  return new Promise<string>((resolve, reject) => {
    timer = setTimeout(() => reject(new ConnectError('KC_ETL_DNS_TIMEOUT')), timeout);
    own(host, {}, (error, address) => {
      if (error) reject(ConnectError.of(error));
      else resolve(String(address)); // one, since not all were asked for
    });
  }).finally(() => {
    clearTimeout(timer);
    ended.abort();
  });
}

type Found = LookupAddress[] | { code: string };

/** Calls back as Node's own lookup does: with an error, one address, or all of them. */
function answer(
  found: Found,
  { all }: LookupOptions,
  callback: Parameters<LookupFunction>[2],
): void {
  if (!Array.isArray(found)) {
    callback(Object.assign(new Error(found.code), { code: found.code }), '');
  } else if (all) callback(null, found);
  else callback(null, found[0]?.address ?? '', found[0]?.family);
}

/** What Node and the resolver read; none of the credentials in kc-etl's own variables. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^KC_ETL_/i.test(name)),
  );
}

async function lookUpInChild(args: readonly string[], signal: AbortSignal): Promise<Found> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const end = () => void child.kill('SIGKILL');
    const child = execFile(
      process.execPath,
      ['-e', script, ...args],
      { signal, killSignal: 'SIGKILL', env: environment() },
      (error, stdout) => {
        process.off('exit', end);
        if (error) return reject(error);
        resolve(JSON.parse(stdout) as Found); // what the script prints
      },
    );
    process.once('exit', end);
  });
}
