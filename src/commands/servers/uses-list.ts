import type { CliOptions } from '../../config/resolve.ts';

/** Options that name one server. */
export const oneServer = ['url', 'kube', 'context', 'profile', 'demo', 'from'] as const;

/**
 * Whether a command reads the servers of a list: where the command line names it, or a variable or a
 * configuration file does and the command line names neither one server nor the recording of one.
 *
 * @param list the value of `--servers`, wherever it comes from
 */
export function usesServerList(list: unknown, cliOptions: CliOptions): boolean {
  if (typeof list !== 'string') return false;
  if (cliOptions.has('servers')) return true;
  return !cliOptions.has('record') && !oneServer.some((name) => cliOptions.has(name));
}
