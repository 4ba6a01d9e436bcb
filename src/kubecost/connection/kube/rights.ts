import { shellQuote } from '../../../shell-quote.ts';

/** The right that an API server found missing. */
export interface MissingRight {
  readonly verb: string;
  /** Such as `services` or `pods/portforward`. */
  readonly resource: string;
  /** Null: in the whole cluster. */
  readonly namespace: string | null;
}

/** The right that a "forbidden" of an API server names; null where it names none. */
export function missingRight(text: string): MissingRight | null {
  const [, verb, resource] = /cannot (\w+) resource "([\w./-]+)"/.exec(text) ?? [];
  if (verb === undefined || resource === undefined) return null;
  return { verb, resource, namespace: /in the namespace "([^"]+)"/.exec(text)?.[1] ?? null };
}

/** What to do about a missing right: name it, and the command that tells whether it is there. */
export function rightHint(
  { verb, resource, namespace }: MissingRight,
  options: readonly string[] = [],
): string {
  const where = namespace === null ? 'in all namespaces' : `in the namespace ${namespace}`;
  return `ask for the right to ${verb} ${resource} ${where}; check it with: ${canI({ verb, resource, namespace }, options)}`;
}

/** `kubectl auth can-i` for a right. A subresource has an option: behind a slash stands a name. */
export function canI(
  { verb, resource, namespace }: MissingRight,
  options: readonly string[] = [],
): string {
  const [kind = resource, subresource] = resource.split('/');
  return kubectlCommand(
    [
      'auth',
      'can-i',
      verb,
      kind,
      ...(subresource === undefined ? [] : [`--subresource=${subresource}`]),
      ...(namespace === null ? ['--all-namespaces'] : ['-n', namespace]),
    ],
    options,
  );
}

/** A kubectl command for the same cluster, as a user can paste it. */
export function kubectlCommand(words: readonly string[], options: readonly string[] = []): string {
  return ['kubectl', ...options, ...words].map(shellQuote).join(' ');
}
