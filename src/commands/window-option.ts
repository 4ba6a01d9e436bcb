import { duration, type Option, type OptionSet, text } from '../config/option.ts';
import { UsageError } from '../errors.ts';
import type { Client } from '../kubecost/client.ts';
import { type OwnWindow, parseOwnWindow } from '../kubecost/own-window.ts';
import { parseWindow, type ResolvedWindow, type Window } from '../kubecost/window.ts';
import { formatSpan, second } from '../time.ts';
import type { Context } from './command.ts';

/** `--window`, parsed when the time is known: `… offset 2w` depends on it. */
export const windowOption: Option<string | null> = text({
  flags: '--window <window>',
  description: 'time range (forms: kc-etl help windows)',
});

/** `--since`, in milliseconds. */
const sinceOption = duration<null>({
  flags: '--since <duration>',
  description: 'time range from this long ago until now, instead of --window: 90m, 3h, 2d',
  fallback: null,
  fallbackText: '',
});

/** The options that select a time range. */
export const windowOptions = { window: windowOption, since: sinceOption } satisfies OptionSet;

interface WindowValues {
  readonly window: string | null;
  readonly since?: number | null;
}

/** A valid `--window`: the window, or one of kc-etl's own forms, which depend on the server. */
export type WindowRequest = Window | OwnWindow;

/**
 * Parses `--window` or `--since` before any request is made; null where neither was given. On the
 * command line one of the two is allowed; it takes precedence over a configured one.
 *
 * @throws UsageError listing the forms
 */
export async function parseWindowOption(
  { window: text, since = null }: WindowValues,
  { deps, reporter, cliOptions }: Context,
): Promise<WindowRequest | null> {
  if (cliOptions.has('window') && cliOptions.has('since')) {
    throw new UsageError('--since and --window exclude each other', 'leave one of them out');
  }
  if (since !== null && (text === null || !cliOptions.has('window'))) {
    const end = Math.ceil(deps.clock.now() / second) * second;
    const span = { start: end - since, end };
    return { query: formatSpan(span), span, rewritten: null };
  }
  if (text === null) return null;
  const own = parseOwnWindow(text);
  if (own) return own;
  const window = parseWindow(text, deps.clock.now());
  if (window.rewritten !== null) {
    await reporter.note(`--window ${text}: ${window.query} (${window.rewritten})`);
  }
  return window;
}

/**
 * Resolves the window of a request, with a note where the server decided it. Several servers get the
 * same window: the earliest of theirs.
 *
 * @param connect the servers to ask; called only for a window that depends on them
 * @throws KcEtlError where a server does not say enough
 */
export async function resolveWindow(
  request: WindowRequest | null,
  connect: () => readonly Client[] | Promise<readonly Client[]>,
  context: Context,
): Promise<ResolvedWindow | null> {
  if (request === null || 'query' in request) return request;
  const { resolveOwnWindow } = await import('./own-window.ts');
  return resolveOwnWindow(request, await connect(), context);
}
