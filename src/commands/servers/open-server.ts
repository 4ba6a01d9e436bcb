import { join } from 'node:path';
import type { Option } from '../../config/option.ts';
import {
  type ConfiguredValue,
  type Environment,
  longName,
  resolveOptions,
  type Settings,
  variableOf,
} from '../../config/resolve.ts';
import type { Reporter } from '../../reporter.ts';
import { hashOf } from '../../store/layout.ts';
import type { Context } from '../command.ts';
import { configuredSecrets } from '../connection/credential-sources.ts';
import { connectOptions } from '../connection/options.ts';
import { type ServerAccess, serverAccess } from '../connection/server-access.ts';
import { globalOptions } from '../globals.ts';
import type { ResponseSource } from '../saved/source.ts';
import type { ServerEntry } from './entry.ts';

/** Options of all servers: whom to trust, and where kubectl finds its contexts. */
const shared: ReadonlySet<string> = new Set([
  'caFile',
  'cert',
  'key',
  'insecureSkipTlsVerify',
  'allowInsecureAuth',
  'kubeconfig',
]);

/** Options of the connections through kubectl. */
const ofClusters: ReadonlySet<string> = new Set([
  'useProxy',
  'kubecostNamespace',
  'serviceName',
  'servicePort',
]);

/** Options that a server of the file has of its own, or not at all. */
const own = Object.entries<Option<unknown>>({
  ...connectOptions,
  demo: globalOptions.demo,
  from: globalOptions.from,
}).filter(([name]) => !shared.has(name));

/** A server of a `--servers` file, with a context of its own for whatever a command does there. */
export interface OpenServer {
  readonly context: Context;
  close(): Promise<void>;
}

/**
 * Opens one of several servers; a connection is made when it is first used. Its address and credentials
 * come from the file and the profile that it names alone: those of the environment and of the current
 * profile are for another server.
 *
 * @throws UsageError where a setting of the profile is wrong
 */
export async function openServer(entry: ServerEntry, context: Context): Promise<OpenServer> {
  const removed = own.filter(([name]) => entry.context === null || !ofClusters.has(name));
  const cliOptions = new Map(
    [...context.cliOptions].filter(([name]) => !removed.some(([, one]) => longName(one) === name)),
  );
  const env = without(variablesOf(removed), context.deps.env);
  const settings = settingsOf(entry, context);
  const { profile } = entry;
  const configuration = {
    ...context.configuration,
    profile: profile === null ? null : { name: profile, source: entry.source },
    settings,
  };
  const globals = resolveOptions(globalOptions, cliOptions, env, settings);
  context.hide(configuredSecrets(cliOptions, env, settings));
  const deps = { ...context.deps, env, isKubectlPlugin: false };
  const reporter = named(context.reporter, entry.name);
  const connectionContext = {
    globals,
    cliOptions,
    configuration,
    deps,
    reporter,
    hide: context.hide,
  };
  const source = await sourceOf(entry, context, deps);
  const access: ServerAccess = serverAccess(connectionContext, source);
  // printed commands name the server as if it had been typed
  const typed = new Map([...cliOptions, ...typedOptions(entry)]);
  return {
    context: { ...context, ...connectionContext, cliOptions: typed, ...access },
    async close() {
      await access.close();
      await source.close(deps.signal.aborted ? 'the command was interrupted' : null);
    },
  };
}

/** With `--record`, every server has a directory of its own below it. */
async function sourceOf(
  { name }: ServerEntry,
  { globals: { record }, secrets }: Context,
  deps: Context['deps'],
): Promise<ResponseSource> {
  if (record === null) return { deps, close: async () => {} };
  const { openSource } = await import('../saved/source.ts');
  const directory = join(record, directoryName(name));
  return openSource({ from: null, record: directory }, new Map(), deps, secrets);
}

/** A name as that of a directory; two names are never the same one. */
function directoryName(name: string): string {
  const readable = name
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return readable === name ? name : `${readable || 'server'}-${hashOf({ name })}`;
}

/** Variables of the connection that are set, and are not used with several servers. */
export function unusedVariables(env: Environment): string[] {
  const removed = own.filter(([name]) => !ofClusters.has(name));
  return variablesOf(removed).filter((name) => env[name]);
}

function without(variables: readonly string[], env: Environment): Environment {
  const unused = new Set([...variables, 'KUBECOST_API_BASE_PATH']);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !unused.has(name)));
}

function variablesOf(options: typeof own): string[] {
  return options.flatMap(([, option]) => [variableOf(option), ...(option.aliases ?? [])]);
}

/** Weakest first: the project's settings without its server, the profile, the entry itself. */
function settingsOf(entry: ServerEntry, { configuration }: Context): Settings {
  const { url, context, profile, source } = entry;
  const isOwn = (key: string) => own.some(([name]) => name === key);
  const project = [...(configuration.project?.settings ?? [])].filter(([key]) => !isOwn(key));
  const value = (text: string): ConfiguredValue => ({ texts: [text], origin: 'profile', source });
  const settings = new Map([
    ...project,
    ...(profile === null ? [] : (configuration.user?.profiles.get(profile) ?? [])),
  ]);
  if (url !== null) settings.set('url', value(url)).delete('kube');
  if (context !== null) {
    settings.set('context', value(context)).set('kube', value('true')).delete('url');
  }
  return settings;
}

function typedOptions({ url, context, profile }: ServerEntry): [string, string[]][] {
  return [
    ...(url === null ? [] : [['url', [url]] satisfies [string, string[]]]),
    ...(context === null
      ? []
      : ([
          ['kube', ['true']],
          ['context', [context]],
        ] satisfies [string, string[]][])),
    ...(profile === null ? [] : [['profile', [profile]] satisfies [string, string[]]]),
  ];
}

/** Messages that name the server; progress is that of all servers. */
function named(reporter: Reporter, name: string): Reporter {
  return {
    ...reporter,
    note: (text) => reporter.note(`${name}: ${text}`),
    warn: (text) => reporter.warn(`${name}: ${text}`),
    progress: async () => ({ update() {}, stop() {} }),
  };
}
