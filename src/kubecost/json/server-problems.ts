import type { Key } from './visitor.ts';

/** Entries of a list that are quoted; the others are counted. */
const maxQuoted = 5;

/** What a server reports about its data in fields of their own. */
export interface ServerProblems {
  /** Whether it calls one of them an error. */
  hasErrors: boolean;
  readonly sentences: string[];
}

export function noProblems(): ServerProblems {
  return { hasErrors: false, sentences: [] };
}

/**
 * Adds what a field reports: `error` and `errors`, `warning` and `warnings`, each a text, an object with
 * a message, or a list of either.
 *
 * @returns whether the field is one of these
 */
export function addProblems(problems: ServerProblems, field: Key, value: unknown): boolean {
  const isError = field === 'error' || field === 'errors';
  if (!isError && field !== 'warning' && field !== 'warnings') return false;
  const entries = (Array.isArray(value) ? value : [value]).filter(reportsSomething);
  if (entries.length === 0) return true;
  problems.hasErrors ||= isError;
  problems.sentences.push(...entries.slice(0, maxQuoted).map(sentenceOf));
  const more = entries.length - maxQuoted;
  if (more > 0) problems.sentences.push(`and ${more} more`);
  return true;
}

function reportsSomething(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value === true || (typeof value === 'number' && value !== 0);
}

function sentenceOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const message = fields.find(([name, text]) => isMessage.test(name) && typeof text === 'string');
  return message === undefined ? JSON.stringify(value) : String(message[1]);
}

const isMessage = /^(message|error|detail|description|reason)$/i;
