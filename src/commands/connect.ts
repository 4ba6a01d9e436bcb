import { addressAliases } from '../config/environment.ts';
import type { Environment, Given } from '../config/resolve.ts';
import { UsageError } from '../errors.ts';
import type { Client } from '../kubecost/client.ts';
import { parseAddress } from '../kubecost/connect/address.ts';
import { type Credentials, credentials } from '../kubecost/connect/credentials.ts';
import type { Talk } from '../talk.ts';
import type { Deps } from './command.ts';
import type { Globals } from './globals.ts';

/** Where to connect to, and as whom. */
export interface Target extends Credentials {
  readonly base: string;
}

const defaultTimeout = 30_000;
const costTimeout = 300_000;

/**
 * The server that flags and environment name; no request is made.
 *
 * @throws UsageError where none is named, or the address is not one
 */
export function targetOf(globals: Globals, given: Given, env: Environment): Target {
  const named = addressOf(globals, given, env);
  if (named === null) {
    throw new UsageError(
      'which Kubecost? No address was given',
      'use --url <url>, set KC_ETL_URL, or try the embedded one with --demo',
    );
  }
  const address = parseAddress(named.text, named.source);
  const token = env['KC_ETL_TOKEN'] || null;
  return { base: address.base, ...credentials(address, token, globals.header) };
}

function addressOf(
  globals: Globals,
  given: Given,
  env: Environment,
): { text: string; source: string } | null {
  if (globals.url) {
    return { text: globals.url, source: given.has('url') ? '--url' : 'KC_ETL_URL' };
  }
  for (const source of addressAliases) {
    const text = env[source];
    if (text) return { text, source };
  }
  return null;
}

export async function connect(
  target: Pick<Target, 'base' | 'headers'>,
  globals: Globals,
  deps: Deps,
  talk: Talk,
): Promise<Client> {
  const { createClient } = await import('../kubecost/client.ts');
  return createClient(
    {
      base: target.base,
      headers: target.headers,
      timeout: globals.timeout ?? defaultTimeout,
      costTimeout: globals.timeout ?? costTimeout,
      retries: globals.retries,
    },
    {
      dispatcher: once(deps.dispatcher),
      clock: deps.clock,
      signal: deps.signal,
      random: deps.random,
      log: talk.log,
    },
  );
}

/** One pool of connections for the whole command. */
function once(open: Deps['dispatcher']): Deps['dispatcher'] {
  let opened: ReturnType<Deps['dispatcher']> | undefined;
  return (timeout) => {
    opened ??= open(timeout);
    return opened;
  };
}
