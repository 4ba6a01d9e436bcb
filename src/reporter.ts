import type { Chalk } from 'chalk';
import type { Ora } from 'ora';
import type { Sink } from './io.ts';
import { onOneLine } from './text-safety.ts';

/** A line that changes while something is waited for. */
export interface Progress {
  update(text: string): void;
  stop(): void;
}

/** What kc-etl says on stderr: never data, and nothing where `--quiet` is given but errors. */
export interface Reporter {
  /** Something a person should know about the result. */
  note(text: string): Promise<void>;
  /** Something that is wrong, but not wrong enough to stop. Also with `--quiet`. */
  warn(text: string): Promise<void>;
  /** What a gate decided, as a line of its own; with `--quiet` only where it did not pass. */
  verdict(text: string, passed: boolean): Promise<void>;
  /** A line of `--verbose`. */
  log(line: string): void;
  /** A spinner where stderr is a terminal; nothing elsewhere. */
  progress(text: string): Promise<Progress>;
}

const silent: Progress = { update() {}, stop() {} };

export function createReporter(
  stderr: Sink,
  options: { readonly quiet: boolean; readonly verbose: boolean },
  loadChalk: () => Promise<InstanceType<typeof Chalk>>,
): Reporter {
  const say = async (label: 'note' | 'warning', text: string) => {
    const chalk = await loadChalk();
    const colored = label === 'note' ? chalk.dim(`${label}:`) : chalk.yellow(`${label}:`);
    await stderr.write(`${colored} ${onOneLine(text)}\n`);
  };
  const waits: Wait[] = [];
  let spinner: Ora | undefined;
  return {
    async note(text) {
      if (!options.quiet) await say('note', text);
    },
    warn: (text) => say('warning', text),
    async verdict(text, passed) {
      if (options.quiet && passed) return;
      const chalk = await loadChalk();
      const line = onOneLine(text);
      await stderr.write(`${passed ? chalk.green(line) : chalk.red(line)}\n`);
    },
    log(line) {
      if (options.verbose) void stderr.write(`${onOneLine(line)}\n`);
    },
    async progress(text) {
      // ora never ends on a terminal without a width
      if (
        !stderr.isTTY ||
        stderr.columns === undefined ||
        !stderr.stream ||
        options.quiet ||
        options.verbose
      )
        return silent;
      const { default: ora } = await import('ora');
      const { level } = await loadChalk();
      spinner ??= ora({
        stream: stderr.stream,
        discardStdin: false,
        // ora's own colours know neither NO_COLOR nor --color
        color: level === 0 ? false : 'cyan',
      });
      return waiting(spinner, waits, onOneLine(text));
    },
  };
}

/** Something that is waited for, and what is said of it now. */
interface Wait {
  text: string;
}

/** Adds to what one spinner waits for: it shows what began last, and ends with the last of them. */
function waiting(spinner: Ora, waits: Wait[], text: string): Progress {
  const wait = { text };
  const show = () => {
    const newest = waits.at(-1);
    if (newest === undefined) spinner.stop();
    else spinner.text = newest.text;
  };
  waits.push(wait);
  show();
  if (!spinner.isSpinning) spinner.start();
  return {
    update(next) {
      wait.text = onOneLine(next);
      show();
    },
    stop() {
      const place = waits.indexOf(wait);
      if (place === -1) return;
      waits.splice(place, 1);
      show();
    },
  };
}
