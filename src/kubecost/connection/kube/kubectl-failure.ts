import { AuthError, DataError, type KcEtlError, UsageError } from '../../../errors.ts';
import { excerpt } from '../../server-text.ts';
import type { Ended } from '../shell.ts';

interface Cause {
  readonly said: RegExp;
  readonly error: (said: string) => KcEtlError;
}

/** What kubectl's words mean, the more particular first. */
const causes: readonly Cause[] = [
  {
    said: /context .*(does not exist|not found)|no context exists|stat .*no such file|error loading config|invalid configuration/i,
    error: (said) =>
      new UsageError(
        `kubectl has no such configuration: ${said}`,
        'kubectl config get-contexts lists the contexts; see --context and --kubeconfig',
      ),
  },
  {
    said: /unknown (flag|command)/i,
    error: (said) => new DataError(`kubectl did not understand: ${said}`, 'is it a very old one?'),
  },
  {
    said: /unauthorized|must be logged in|provide credentials|getting credentials|token .*expired|invalid_grant/i,
    error: (said) =>
      new AuthError(
        `kubectl is not logged in to the cluster: ${said}`,
        'log in as you do for kubectl, then: kubectl get namespaces',
      ),
  },
  {
    said: /forbidden/i,
    error: (said) =>
      new AuthError(
        `the cluster does not allow it: ${said}`,
        'name what to use with -N and --service-name, or ask for the right to list services and to forward ports',
      ),
  },
  {
    said: /certificate|x509/i,
    error: (said) =>
      new DataError(
        `kubectl does not trust the API server: ${said}`,
        'kubectl has to work first: kubectl get namespaces',
      ),
  },
  {
    said: /connection .*refused|no such host|i\/o timeout|unable to connect|context deadline|EOF|no route/i,
    error: (said) =>
      new DataError(
        `kubectl cannot reach the cluster: ${said}`,
        'kubectl has to work first: kubectl get namespaces',
      ),
  },
  {
    said: /pod is not running|no (running )?pods? .*found|unable to forward port because pod|no endpoints/i,
    error: (said) =>
      new DataError(
        `Kubecost's pod is not running: ${said}`,
        'look at it with: kubectl get pods -n <namespace>',
      ),
  },
  {
    said: /not ?found/i,
    error: (said) =>
      new DataError(
        `the cluster has no such thing: ${said}`,
        'check -N, --service-name and --service-port',
      ),
  },
];

/** What it means that kubectl ended without doing its work. */
export function kubectlFailure({ code, stderr }: Ended): KcEtlError {
  if (code === null) {
    return new DataError(
      'kubectl cannot be started here: is it installed and in the PATH?',
      'install it, or give an address with --url',
    );
  }
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  // kubectl's library logs every try (`E1122 10:00:00.000 …`); what it says at last is for people
  const said = excerpt(lines.findLast((line) => !/^[EWI]\d{4} /.test(line)) ?? lines.at(-1) ?? '');
  const words = said.replace(/^error: /i, '');
  return (
    causes.find((cause) => cause.said.test(stderr))?.error(words) ??
    new DataError(`kubectl ended with ${code}${words ? `: ${words}` : ''}`)
  );
}
