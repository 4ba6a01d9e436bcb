import type { Chalk } from 'chalk';
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
      const spinner = ora({
        text: onOneLine(text),
        stream: stderr.stream,
        discardStdin: false,
      }).start();
      return {
        update(next) {
          spinner.text = onOneLine(next);
        },
        stop() {
          spinner.stop();
        },
      };
    },
  };
}
