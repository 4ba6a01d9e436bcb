import { Chalk, type ChalkInstance } from 'chalk';
import type { Status } from '../audits/types.ts';
import { statusWords } from './status-text.ts';

/** How the output looks: decided once per stream, never by what is printed. */
export interface Theme {
  readonly heading: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly good: (text: string) => string;
  readonly status: (status: Status) => string;
}

/** @param level how many colours the stream shows */
export function createTheme(level: 0 | 1 | 2 | 3): Theme {
  const chalk = new Chalk({ level });
  const colors: Readonly<Record<Status, ChalkInstance>> = {
    Passed: chalk.green,
    Warning: chalk.yellow,
    Failed: chalk.red.bold,
    Skipped: chalk.cyan,
    NotRun: chalk.dim,
  };
  return {
    heading: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
    bad: (text) => chalk.red(text),
    doubtful: (text) => chalk.yellow(text),
    good: (text) => chalk.green(text),
    status: (status) => colors[status](statusWords[status]),
  };
}
