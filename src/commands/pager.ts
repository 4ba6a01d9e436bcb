import type { ChildProcess } from 'node:child_process';
import type { Environment } from '../config/resolve.ts';
import type { Sink } from '../io.ts';
import { redact } from '../redaction.ts';
import type { Deps } from './deps.ts';

/** less shows colours, leaves a text of one screen alone, and keeps the text on the screen when it ends. */
const defaultPager = 'less';
const lessOptions = 'FRX';

/** The most text that is kept for a pager that turns out not to work, in characters. */
const maxKept = 1_000_000;

/**
 * The pager of a user: `--no-pager` over KC_ETL_PAGER over PAGER over less; null for none. As for gh and git,
 * an empty variable and `cat` mean none.
 *
 * @param configured the value of `--no-pager` or its variable; null where it is not given
 */
export function pagerOf(configured: string | null, env: Environment): string | null {
  const own = configured ?? (env['KC_ETL_PAGER'] === '' ? '' : null);
  const isSwitchedOn = own !== null && /^(true|1|yes|on)$/i.test(own);
  const command = own !== null && !isSwitchedOn ? own : (env['PAGER'] ?? defaultPager);
  return /^\s*(cat|false|0|no|off)?\s*$/i.test(command) ? null : command;
}

interface Printing {
  readonly pager: string;
  readonly secrets: readonly string[];
  readonly deps: Deps;
}

/**
 * Prints a text to a terminal, through the pager where it is longer than the screen. A pager that
 * cannot be started or fails leaves the text to the terminal; one that is left early ends the output.
 */
export async function printPaged(
  text: AsyncIterable<string>,
  { pager, secrets, deps }: Printing,
): Promise<void> {
  const { stdout } = deps.io;
  const { rows = Number.POSITIVE_INFINITY } = stdout;
  const chunks = text[Symbol.asyncIterator]();
  let start = '';
  let height = 0;
  // one line of the screen is the next prompt
  while (height < rows) {
    const { done, value } = await chunks.next();
    if (done) return void (await stdout.write(start));
    height += heightOf(value, stdout);
    start += value;
  }
  const clean = (chunk: string) => redact(chunk, secrets);
  const unread = await deps.foreground(() => paged(start, chunks, { pager, clean, deps }));
  if (unread === null) return;
  if (!(await stdout.write(unread))) return;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    if (!(await stdout.write(next.value))) return;
  }
}

/** Lines of the screen that a text takes. */
function heightOf(text: string, { columns = Number.POSITIVE_INFINITY }: Sink): number {
  const lines = text.split('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no place
  const widths = lines.map((line) => line.replaceAll(/\u001b\[[\d;]*m/g, '').length);
  return widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), -1);
}

/** @returns the text that nobody has seen, where the pager failed; null otherwise */
async function paged(
  start: string,
  chunks: AsyncIterator<string>,
  { pager, clean, deps }: Pick<Printing, 'pager' | 'deps'> & { clean: (text: string) => string },
): Promise<string | null> {
  const child = await deps.spawn('sh', ['-c', pager], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: lessOptions, LV: '-c', ...deps.env },
  });
  const ended = codeOf(child);
  let kept: string | null = start;
  let isOpen = await write(child, clean(start));
  while (isOpen) {
    const { done, value } = await chunks.next();
    if (done) break;
    isOpen = await write(child, clean(value));
    kept = kept !== null && kept.length < maxKept ? kept + value : null;
  }
  child.stdin?.end();
  const code = await ended;
  return code === 0 ? null : kept;
}

/** Resolves to false when the pager reads no more. */
function write({ stdin }: ChildProcess, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (!stdin || stdin.destroyed) resolve(false);
    else stdin.write(text, (error) => resolve(!error));
  });
}

/** The exit code; 127 where it could not be started, 0 where a signal ended it. */
function codeOf(child: ChildProcess): Promise<number> {
  // a pager that is left early closes its input
  child.stdin?.on('error', () => {});
  return new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 0));
  });
}
