import { flag, parsed, text } from '../../config/option.ts';
import type { CliOptions } from '../../config/resolve.ts';
import { UsageError } from '../../errors.ts';
import type { Window } from '../../kubecost/window.ts';
import type { Shard } from '../../store/shard.ts';
import type { Deps } from '../deps.ts';
import type { WindowRequest } from '../window-option.ts';

/** `--audit-store` of commands that write to one. */
export const writtenStore = text({
  flags: '--audit-store <dir>',
  description: 'keep the audits of each day in this directory; settled days are evaluated once',
});

/** `--audit-store` of commands that read one. */
export const storeOption = text({
  flags: '--audit-store <dir>',
  description: 'read the audits of this directory instead of asking a server',
});

/** `--audit-store` of `audit merge`. */
export const mergedStoreOption = text({
  flags: '--audit-store <dir>',
  description: 'also write what was merged to this AuditStore; only where it is named here',
});

/** `--server` of commands that read an AuditStore. */
export const serverOption = text({
  flags: '--server <name>',
  description: 'only this server of the AuditStore: its cluster id, address or directory',
});

export const rerunOption = flag({
  flags: '--rerun',
  description: 'evaluate days again that are in the AuditStore',
});

export const recheckOption = flag({
  flags: '--recheck',
  description:
    'compare the totals of stored days with the server; evaluate days again that changed',
});

/** `--shard` before it is known which part this process evaluates; `auto`: of a Kubernetes Indexed Job. */
export interface ShardRequest {
  readonly index: number | 'auto';
  readonly count: number;
}

export const shardOption = parsed<ShardRequest | null>(
  {
    flags: '--shard <i>/<n>',
    description:
      'evaluate only part i of n of the days, for kc-etl audit merge; auto/<n>: i is ' +
      'JOB_COMPLETION_INDEX + 1, as in an Indexed Job of Kubernetes',
    fallback: null,
  },
  parseShard,
);

const maxShards = 10_000;

/** @throws UsageError unless 1 <= i <= n */
function parseShard(text: string, source: string): ShardRequest {
  const [, first = '', last = ''] = /^(auto|\d+)\/(\d+)$/.exec(text.trim()) ?? [];
  const count = Number(last);
  const index = first === 'auto' ? first : Number(first);
  const isInside = index === 'auto' || (index >= 1 && index <= count);
  if (last !== '' && count >= 1 && count <= maxShards && isInside) return { index, count };
  throw new UsageError(
    `${source}: '${text}' is not a shard`,
    `a shard is a number from 1 and the number of shards, such as 2/4, or auto/4; at most ${maxShards} shards`,
  );
}

/** @throws UsageError for `auto` without an index of the job */
export function shardFor(request: ShardRequest, env: Deps['env']): Shard {
  const { index, count } = request;
  if (index !== 'auto') return { index, count };
  const text = env['JOB_COMPLETION_INDEX'] ?? '';
  const own = Number(text) + 1;
  if (/^\d+$/.test(text) && own <= count) return { index: own, count };
  throw new UsageError(
    text === ''
      ? `--shard auto/${count}: JOB_COMPLETION_INDEX is not set`
      : `--shard auto/${count}: JOB_COMPLETION_INDEX is '${text}', not a number from 0 to ${count - 1}`,
    'it is set in the pods of a Job with completionMode: Indexed; elsewhere name the shard, such as --shard 2/4',
  );
}

/**
 * The AuditStore of a command; null where there is none. One that a variable or profile names does not
 * count against options that say where responses come from.
 *
 * @param sources options of the command line that take its place
 */
export function storeOf(
  dir: string | null,
  cliOptions: CliOptions,
  sources: readonly string[],
): string | null {
  if (cliOptions.has('audit-store')) return dir;
  return sources.some((name) => cliOptions.has(name)) ? null : dir;
}

/** Options that name a server or a file that takes its place. */
const serverOptions = ['url', 'kube', 'demo', 'from'];

/** @throws UsageError where the command line names a server besides the AuditStore that is read */
export function refuseServer(cliOptions: CliOptions): void {
  const source = serverOptions.find((name) => cliOptions.has(name));
  if (source === undefined) return;
  throw new UsageError(
    `--audit-store and --${source} exclude each other`,
    'leave one of them out; audit run takes both',
  );
}

/**
 * The window of a command that asks no server.
 *
 * @param text as it was typed
 * @throws UsageError where it depends on a server
 */
export function storedWindow(request: WindowRequest | null, text: string | null): Window | null {
  if (request === null || 'query' in request) return request;
  throw new UsageError(
    `--window ${text}: these days depend on the server, and an AuditStore is read without one`,
    'name the days, such as --window 30d, or leave --window out for all that is stored',
  );
}
