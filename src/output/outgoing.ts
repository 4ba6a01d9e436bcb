import { commandGuard, escapeUnsafe, stripUncolored } from '../text-safety.ts';
import type { FormatName } from './formats/names.ts';

const escaping: ReadonlySet<FormatName> = new Set(['json', 'ndjson', 'sarif', 'yaml']);

/**
 * The last step of every format: text that is safe to print, whatever a renderer let through. Formats that
 * can escape a character keep the value, the others lose the character.
 *
 * @param onGitHub whether the text goes to the log of GitHub Actions, where a line can be a command
 */
export function outgoing(format: FormatName, onGitHub: boolean): (text: string) => string {
  const keepsValues = escaping.has(format);
  const safe = keepsValues
    ? escapeUnsafe
    : format === 'prometheus'
      ? (text: string) => escapeUnsafe(text, '\\\\u')
      : stripUncolored;
  if (!onGitHub) return (text) => safe(text);
  const guard = commandGuard(keepsValues, format === 'github');
  return (text) => guard(safe(text));
}
