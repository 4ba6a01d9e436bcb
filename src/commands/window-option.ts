import { type Option, text } from '../config/option.ts';
import type { Client } from '../kubecost/client.ts';
import { type OwnWindow, parseOwnWindow } from '../kubecost/own-window.ts';
import { parseWindow, type Window } from '../kubecost/window.ts';
import type { Context } from './command.ts';

/** `--window`, parsed when the time is known: `… offset 2w` depends on it. */
export const windowOption: Option<string | null> = text({
  flags: '--window <window>',
  description: 'time range (see Windows below)',
});

/** A valid `--window`: the window, or one of kc-etl's own forms, which depend on the server. */
export type WindowRequest = Window | OwnWindow;

/**
 * Parses `--window` before any request is made; null where none was given.
 *
 * @throws UsageError listing the forms
 */
export async function parseWindowOption(
  given: string | null,
  { deps, reporter }: Context,
): Promise<WindowRequest | null> {
  if (given === null) return null;
  const own = parseOwnWindow(given);
  if (own) return own;
  const window = parseWindow(given, deps.clock.now());
  if (window.rewritten !== null) {
    await reporter.note(`--window ${given}: ${window.query} (${window.rewritten})`);
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
): Promise<Window | null> {
  if (request === null || 'query' in request) return request;
  const { resolveOwnWindow } = await import('./own-window.ts');
  return resolveOwnWindow(request, await connect(), context);
}
