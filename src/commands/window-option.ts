import { type Option, text } from '../config/option.ts';
import type { Window } from '../kubecost/window.ts';
import { parseWindow } from '../kubecost/window.ts';
import type { Context } from './command.ts';

/** `--window`, read when the time is known: `… offset 2w` depends on it. */
export const windowOption: Option<string | null> = text({
  flags: '--window <window>',
  description: 'the time to look at, in any form below',
});

/**
 * The window to ask for; null where none was given.
 *
 * @throws UsageError listing the forms
 */
export async function windowFrom(given: string | null, context: Context): Promise<Window | null> {
  if (given === null) return null;
  const window = parseWindow(given, context.deps.clock.now());
  if (window.rewritten !== null) {
    await context.reporter.note(`--window ${given}: ${window.query} (${window.rewritten})`);
  }
  return window;
}
