import type { Deps } from '../deps.ts';
import type { Candidate } from './candidates.ts';

/** Milliseconds that a shell waits for the cluster; a login that asks for something takes longer. */
const requestTimeout = 3_000;

/** The contexts of the kubeconfig in use. */
export function contextNames(words: readonly string[], deps: Deps): Promise<Candidate[]> {
  const kubeconfig = chosen(words, '--kubeconfig');
  return namesFrom([...kubeconfig, 'config', 'get-contexts', '-o', 'name'], deps);
}

/** The namespaces of the cluster that the words choose. */
export function namespaceNames(words: readonly string[], deps: Deps): Promise<Candidate[]> {
  const cluster = [...chosen(words, '--kubeconfig'), ...chosen(words, '--context')];
  return namesFrom([...cluster, 'get', 'namespaces', '-o', 'name', '--request-timeout=2s'], deps);
}

/** An option and its value as they are typed. */
function chosen(words: readonly string[], flag: string): string[] {
  const joined = words.find((word) => word.startsWith(`${flag}=`));
  if (joined !== undefined) return [joined];
  const value = words[words.indexOf(flag) + 1];
  return words.includes(flag) && value ? [flag, value] : [];
}

/** The names that kubectl prints, a line each; none where it fails: a shell has no place for errors. */
async function namesFrom(
  args: readonly string[],
  { spawn, env, signal }: Deps,
): Promise<Candidate[]> {
  try {
    const child = await spawn('kubectl', args, {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeout)]),
    });
    const { outputOf } = await import('../../kubecost/connection/shell.ts');
    const { code, stdout } = await outputOf(child);
    if (code !== 0) return [];
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ text: line.replace(/^namespace\//, '') }));
  } catch {
    return [];
  }
}
