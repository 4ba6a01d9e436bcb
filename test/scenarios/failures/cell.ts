import type { Dispatcher } from 'undici';
import { parse } from 'yaml';
import { run } from '../../../src/cli.ts';
import { Interrupted } from '../../../src/errors.ts';
import { type Ran, TestClock, testDeps } from '../../support/deps.ts';
import { folder } from '../../support/folder.ts';
import { sampleReport } from '../../support/sample-report.ts';
import type { AskingCommand } from './commands.ts';
import { highestMemory } from './memory.ts';
import type { Situation } from './situations.ts';

/** The time at which every command runs. */
export const now = '2026-03-10T12:00:00Z';

/** Milliseconds after which a cell counts as one that never ends: hundreds of its requests, each at its limit. */
const timeBound = 60_000;

/** A cell and those that run at the same time need less than this, in bytes. */
const memoryBound = 512 * 1024 * 1024;

/** What a command leaves behind, and what it needed for that. */
export interface Cell extends Ran {
  readonly isLate: boolean;
  /** Bytes by which the process grew at most, with the cells that ran at the same time. */
  readonly growth: number;
}

/** Time stands still, and a watch is ended as by SIGTERM when it waits for its next run. */
class CellClock extends TestClock {
  readonly #end: (() => void) | null;

  constructor(end: (() => void) | null) {
    super(now);
    this.#end = end;
  }

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms >= 10_000) this.#end?.();
    await super.sleep(ms, signal);
  }
}

/** One command line against one server, as a user runs it: `<folder>` is an empty one, `<report>` a report. */
export async function runCell(
  argv: readonly string[],
  url: string,
  { worth }: Pick<Situation, 'worth'>,
): Promise<Cell> {
  using place = folder();
  const words = argv.map((word) => {
    if (word === '<report>') return place.write('report.json', JSON.stringify(sampleReport(1)));
    return word === '<folder>' ? place.at('folder') : word;
  });
  // what is answered at once must not be late where the machine is busy
  const time = worth === 'failure' ? ['200ms', '1s'] : ['30s', '60s'];
  const limits = ['--retries', '0', '--timeout', time[0] ?? '', '--max-time', time[1] ?? ''];
  const opened: Dispatcher[] = [];
  const ending = new AbortController();
  const late = AbortSignal.timeout(timeBound);
  const deps = testDeps({
    clock: new CellClock(
      argv[0] === 'watch' ? () => ending.abort(new Interrupted('SIGTERM')) : null,
    ),
    signal: AbortSignal.any([ending.signal, late]),
  });
  const memory = highestMemory();
  const code = await run([...words, '--url', url, ...limits], {
    ...deps,
    dispatcher: async (transport) => {
      const dispatcher = await deps.dispatcher(transport);
      opened.push(dispatcher);
      return dispatcher;
    },
  });
  for (const dispatcher of opened) await dispatcher.destroy();
  const { text: stdout } = deps.io.stdout;
  const { text: stderr } = deps.io.stderr;
  return { code, stdout, stderr, isLate: late.aborted, growth: memory.end() };
}

/** What is wrong with the outcome of a cell; empty where nothing is. */
export function faultsOf(command: AskingCommand, situation: Situation, outcome: Cell): string[] {
  const { code, stdout, stderr, isLate, growth } = outcome;
  const faults: string[] = [];
  if (isLate) faults.push(`not over after ${timeBound / 1000} s`);
  if (growth > memoryBound) faults.push(`${growth >> 20} MiB`);
  const allowed = codesOf(command, situation);
  if (!allowed.includes(code)) faults.push(`exit ${code} in place of ${allowed.join(' or ')}`);
  if (/^\s+at .*:\d+:\d+\)?$/m.test(stdout + stderr)) faults.push('a stack trace');
  if (/internal error:/.test(stderr)) faults.push('an error that nobody foresaw');
  const errors = stderr.match(/^error: /gm)?.length ?? 0;
  const lines = stderr.split('\n').filter((line) => /^(error|hint): /.test(line)).length;
  if (errors > 1) faults.push(`${errors} errors`);
  if (lines > 3) faults.push(`${lines} lines of errors and hints`);
  if (code !== 0 && errors === 0 && stdout === '') faults.push('a failure without a word');
  if (situation.worth !== 'odd' && /"decision": ?"passed"|"status": ?"Passed"/.test(stdout)) {
    faults.push('Passed without data');
  }
  const damage = command.prints === 'raw' ? null : damageOf(stdout, command.argv.at(-1) ?? '');
  if (damage !== null) faults.push(damage);
  return faults;
}

/** The exit codes that say the truth. */
function codesOf({ argv, prints }: AskingCommand, { worth, passes }: Situation): number[] {
  if (argv[0] === 'watch') return [143];
  if (prints === 'raw' && passes) return [0, 3, 4];
  if (worth === 'failure') return [3];
  if (worth === 'refused') return [4];
  // a set that is never rebuilt is waited for
  if (worth === 'odd' && argv[0] === 'repair' && argv[1] === 'run') return [0, 1, 3, 5];
  if (worth === 'odd') return [0, 1, 3];
  if (argv[0] === 'audit' && argv[1] === 'run') return argv.includes('--no-wait') ? [0, 3] : [3, 5];
  return [0, 1, 3];
}

/** What is half-written in an output that a program reads; null where it is whole. */
function damageOf(text: string, format: string): string | null {
  if (text === '') return null;
  try {
    if (format === 'json' || format === 'sarif') JSON.parse(text);
    if (format === 'ndjson') for (const line of text.trimEnd().split('\n')) JSON.parse(line);
    if (format === 'yaml') parse(text);
  } catch {
    return `half of ${format}`;
  }
  if (format === 'junit' && !/(<\/testsuites>|<testsuites[^>]*\/>)\n$/.test(text))
    return 'half of junit';
  if (format === 'html' && !text.trimEnd().endsWith('</html>')) return 'half of html';
  return text.endsWith('\n') ? null : 'a line without an end';
}
