import { sanitize } from '../sanitize.ts';
import { escapeText } from './entities.ts';

/** Text on one line with its markup escaped: no link, no HTML, no end of a cell. */
export function markdownText(text: string): string {
  return escapeText(sanitize(text))
    .replace(/[\\`*_{}[\]|~$]/g, '\\$&')
    .replace(/:\/\//g, '\\://')
    .replace(/\b(www)\./gi, '$1\\.');
}
