import { sanitize } from '../../sanitize.ts';
import { escapeQuoted } from '../entities.ts';

/** Escaped HTML. */
export interface Markup {
  readonly html: string;
}

type Part = Markup | readonly Markup[] | string | number | null;

/** HTML from a template whose values are escaped unless they are Markup; null adds nothing. */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: texts.map((text, i) => text + (i < parts.length ? part(parts[i]) : '')).join('') };
}

function part(value: Part | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return 'html' in value ? value.html : value.map(({ html }) => html).join('');
}

/** For text and for attributes in quotes. */
function escaped(text: string): string {
  return escapeQuoted(sanitize(text.toWellFormed()));
}
