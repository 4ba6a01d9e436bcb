import { readFile } from 'node:fs/promises';
import { UsageError } from '../../errors.ts';
import { reasonOf } from '../../files/reason.ts';
import type { Context } from '../command.ts';
import type { ServerEntry } from './entry.ts';
import { unusedVariables } from './open-server.ts';
import { parseServers } from './parse.ts';
import { oneServer, usesServerList } from './uses-list.ts';

const credentials = ['token', 'api-key', 'cookie', 'user', 'header'] as const;

/**
 * The servers of `--servers`; null where a single server is meant: without the option, or where the
 * command line names a server and a variable or a configuration file the list.
 *
 * @throws UsageError where the file is not what it should be, or options exclude each other
 */
export async function readServers(
  path: string | null,
  { cliOptions, configuration, deps, reporter }: Context,
): Promise<readonly ServerEntry[] | null> {
  if (path === null || !usesServerList(path, cliOptions)) return null;
  const other = oneServer.find((name) => cliOptions.has(name));
  if (other !== undefined) {
    throw new UsageError(`--servers and --${other} exclude each other`, 'leave one of them out');
  }
  const credential = credentials
    .flatMap((name) => [name, `${name}-file`])
    .find((name) => cliOptions.has(name));
  if (credential !== undefined) {
    throw new UsageError(
      `--${credential} would be sent to every server of --servers`,
      'put credentials into profiles, and name the profiles in the file',
    );
  }
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--servers: ${path} cannot be read: ${reasonOf(error)}`);
  }
  const unused = unusedVariables(deps.env);
  if (unused.length > 0) {
    await reporter.note(
      `${unused.join(', ')} not used: with --servers, addresses and credentials come from the file and its profiles`,
    );
  }
  return parseServers(text, path, [...(configuration.user?.profiles.keys() ?? [])]);
}
