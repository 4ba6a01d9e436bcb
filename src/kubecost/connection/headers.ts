import { UsageError } from '../../errors.ts';

const headerPattern = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*)$/;
const forbidden = ['host', 'content-length', 'transfer-encoding', 'connection'];

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header may not hold
const unsendable = /[\0-\x08\x0a-\x1f\x7f]|[^\0-\xff]/;

/** Headers that say nothing about who asks: they may go anywhere and be seen by anybody. */
const harmless: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'cache-control',
  'user-agent',
  'x-request-id',
  'x-scope-orgid',
]);

/**
 * Reads one `--header 'Name: value'`.
 *
 * @throws UsageError where it is not a header, or one that kc-etl has to set itself; the error never
 * shows the value
 */
export function parseHeader(text: string, source = '--header'): readonly [string, string] {
  const parts = headerPattern.exec(text.trim());
  const name = parts?.[1]?.toLowerCase();
  const value = parts?.[2];
  if (name === undefined || value === undefined || unsendable.test(value)) {
    throw new UsageError(`${source}: that is not a header`, "a header looks like 'X-Team: finops'");
  }
  if (forbidden.includes(name)) {
    throw new UsageError(`${source}: '${name}' is set by kc-etl itself`);
  }
  return [name, value];
}

/** Whether a header could say who asks. */
export function isCredential(name: string): boolean {
  return !harmless.has(name.toLowerCase());
}

/** Whether a text can stand in a header. */
export function isSendable(value: string): boolean {
  return !unsendable.test(value);
}
