import { AuthError, DataError, type KcEtlError, UsageError } from '../../../errors.ts';
import { excerpt } from '../../server-text.ts';
import type { EndedKubectl } from './process.ts';
import { kubectlCommand, missingRight, rightHint } from './rights.ts';

/** What kubectl was to do, for the commands in hints. */
export interface KubectlTask {
  /** `--kubeconfig` and `--context`. */
  readonly options: readonly string[];
  readonly namespace?: string;
  readonly service?: string;
}

type KubectlOutput = {
  /** kubectl's own last words. */
  readonly words: string;
  /** Everything on stderr. */
  readonly stderr: string;
  /** The last line of a login plugin; empty where none printed anything. */
  readonly plugin: string;
};

/** The user is known to the cluster and not allowed to do it. */
export class ForbiddenError extends AuthError {}

interface Cause {
  readonly pattern: RegExp;
  readonly error: (output: KubectlOutput, task: KubectlTask) => KcEtlError;
}

/** What kubectl's words mean, the more particular first. */
const causes: readonly Cause[] = [
  {
    pattern:
      /context .*(does not exist|not found)|cannot locate context|no context exists|stat .*no such file|error loading config|invalid configuration/i,
    error: ({ words }) =>
      new UsageError(
        `kubectl has no such configuration: ${words}`,
        'kubectl config get-contexts lists the contexts; see --context and --kubeconfig',
      ),
  },
  {
    pattern: /unknown (flag|command)/i,
    error: ({ words }) =>
      new DataError(`kubectl rejected its arguments: ${words}`, 'is it a very old version?'),
  },
  {
    pattern: /executable \S+ not found|exec plugin is configured to use API version/i,
    error: ({ words }) =>
      new DataError(
        `kubectl cannot run its login plugin: ${words}`,
        'install or update the plugin that the kubeconfig names under users: exec',
      ),
  },
  {
    pattern:
      /unauthorized|must be logged in|provide credentials|getting credentials|token .*expired|invalid_grant/i,
    error: ({ words, plugin }, { options }) =>
      new AuthError(
        `kubectl is not logged in to the cluster: ${plugin ? `${plugin} (${words})` : words}`,
        `log in as you do for kubectl, then: ${kubectlCommand(['get', 'namespaces'], options)}`,
      ),
  },
  {
    pattern: /forbidden/i,
    error: ({ words, stderr }, { options }) => {
      const right = missingRight(stderr);
      return new ForbiddenError(
        `the cluster does not allow it: ${words}`,
        right
          ? rightHint(right, options)
          : 'name what to use with -N and --service-name, or ask for the right to list services and to forward ports',
      );
    },
  },
  {
    pattern: /does not have a (service|named) port|no such port|invalid port/i,
    error: ({ words }, task) =>
      new DataError(
        `the service does not have that port: ${words}`,
        `choose another with --service-port; the ports: ${kubectlCommand(['get', 'service', task.service ?? '<service>', '-n', task.namespace ?? '<namespace>'], task.options)}`,
      ),
  },
  {
    pattern:
      /timed out waiting|pod is not running|no (running )?pods? |unable to forward port because pod|no endpoints|without a selector/i,
    error: ({ words }, task) => noPod(words, task),
  },
  {
    pattern: /certificate|x509/i,
    error: ({ words }, { options }) =>
      new DataError(
        `kubectl does not trust the API server: ${words}`,
        `kubectl has to work first: ${kubectlCommand(['get', 'namespaces'], options)}`,
      ),
  },
  {
    pattern:
      /connection .*refused|no such host|i\/o timeout|unable to connect|context deadline|EOF|no route/i,
    error: ({ words }, { options }) =>
      new DataError(
        `kubectl cannot reach the cluster: ${words}`,
        `kubectl has to work first: ${kubectlCommand(['get', 'namespaces'], options)}`,
      ),
  },
  {
    pattern: /not ?found/i,
    error: ({ words }) =>
      new DataError(
        `not found in the cluster: ${words}`,
        'check -N, --service-name and --service-port',
      ),
  },
];

/** A service behind which nothing runs. */
function noPod(words: string, { service, namespace, options }: KubectlTask): KcEtlError {
  const what = service === undefined ? 'the service' : `the service ${namespace}/${service}`;
  return new DataError(
    `${what} has no running pod: ${words}`,
    `look at its pods: ${kubectlCommand(['get', 'pods', '-n', namespace ?? '<namespace>'], options)}`,
  );
}

/** What it means that kubectl ended without doing its work. */
export function kubectlFailure(
  { code, stderr, plugin }: Pick<EndedKubectl, 'code' | 'stderr' | 'plugin'>,
  task: KubectlTask,
): KcEtlError {
  if (code === null) {
    return new DataError(
      'kubectl cannot be started here: is it installed and in the PATH?',
      'install it, or give an address with --url',
    );
  }
  const words = lastWords(stderr);
  const output = { words, stderr, plugin: excerpt(nonEmptyLines(plugin).at(-1) ?? '') };
  return (
    causes.find((cause) => cause.pattern.test(stderr))?.error(output, task) ??
    new DataError(`kubectl ended with ${code}${words ? `: ${words}` : ''}`)
  );
}

/** What kubectl says at last: its library logs every try before (`E1122 10:00:00.000 …`). */
export function lastWords(stderr: string): string {
  const lines = nonEmptyLines(stderr);
  const own = /^(error: |Error from server|Unable to connect|The connection to the server)/;
  const last =
    lines.findLast((line) => own.test(line)) ??
    lines.findLast((line) => !/^[EWIF]\d{4} /.test(line)) ??
    lines.at(-1) ??
    '';
  return excerpt(last).replace(/^error: /i, '');
}

function nonEmptyLines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
