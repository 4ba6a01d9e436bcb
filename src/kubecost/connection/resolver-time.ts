import { readFileSync } from 'node:fs';

/** What glibc's resolver waits for a name server that is silent (resolv.conf(5)). */
interface ResolverOptions {
  /** Seconds for one query to one server. */
  readonly timeout: number;
  /** How often every server is asked. */
  readonly attempts: number;
}

const defaults: ResolverOptions = { timeout: 5, attempts: 2 };

/** The most servers that are asked. */
const maxServers = 3;

/** A silent server ends the search list, so that a name is tried as it is and with one domain. */
const names = 2;

/** Milliseconds after which the resolver of another system than Linux has given up. */
const resolverTime = 30_000;

/** The parts of a process that decide about its resolver. */
export interface ResolverHost {
  readonly platform: NodeJS.Platform;
  /** `RES_OPTIONS` is set where the configuration would let the resolver wait longer than the limit. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Whether the system's resolver gives up on silent name servers within the limit. Where its
 * configuration is more patient, it is shortened for this process, but never below 2 s for a query.
 *
 * @param limit milliseconds
 */
export function resolverEndsWithin(
  limit: number,
  { platform, env }: ResolverHost,
  configuration: () => string = readConfiguration,
): boolean {
  if (platform !== 'linux') return limit >= resolverTime;
  const text = configuration();
  const servers = Math.min(text.match(/^nameserver\s/gm)?.length || 1, maxServers);
  const lines = text.match(/^options\s.*/gm) ?? [];
  const { timeout, attempts } = optionsOf([...lines, env['RES_OPTIONS'] ?? ''].join(' '));
  const rounds = servers * names;
  if (rounds * attempts * timeout * 1000 <= limit) return true;
  const shorter = Math.floor(limit / 1000 / rounds / defaults.attempts);
  if (shorter < 2) return false;
  // the options that stand last hold
  env['RES_OPTIONS'] = [env['RES_OPTIONS'], `timeout:${shorter} attempts:${defaults.attempts}`]
    .join(' ')
    .trim();
  return true;
}

function readConfiguration(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return ''; // then the resolver has its defaults, too
  }
}

function optionsOf(text: string): ResolverOptions {
  const last = (name: string): number | null => {
    const value = [...text.matchAll(new RegExp(`\\b${name}:(\\d+)`, 'g'))].at(-1)?.[1];
    return value === undefined ? null : Number(value);
  };
  return {
    timeout: last('timeout') ?? defaults.timeout,
    attempts: last('attempts') ?? defaults.attempts,
  };
}
