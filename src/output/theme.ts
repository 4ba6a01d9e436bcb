import { Chalk, type ChalkInstance } from 'chalk';
import type { Status } from '../audits/types.ts';
import type { VerdictWord } from './findings/verdict.ts';
import { statusWords } from './status-text.ts';

/** Styles of a stream; a style repeats what the words say, it never replaces them. */
export interface Theme {
  readonly heading: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly good: (text: string) => string;
  readonly status: (status: Status) => string;
  /** The text of a verdict's word. */
  readonly verdict: (word: VerdictWord, text: string) => string;
}

/** @param level 0: no colours, 1: 16, 2: 256, 3: 16 million */
export function createTheme(level: 0 | 1 | 2 | 3): Theme {
  const chalk = new Chalk({ level });
  const colors: Readonly<Record<Status, ChalkInstance>> = {
    Passed: chalk.green,
    Warning: chalk.yellow,
    Failed: chalk.red.bold,
    Skipped: chalk.cyan,
    NotRun: chalk.dim,
  };
  const verdicts: Readonly<Record<VerdictWord, ChalkInstance>> = {
    PASSED: chalk.green,
    WARNING: chalk.yellow,
    FAILED: chalk.red,
    UNDECIDED: chalk.yellow,
  };
  return {
    heading: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
    bad: (text) => chalk.red(text),
    doubtful: (text) => chalk.yellow(text),
    good: (text) => chalk.green(text),
    status: (status) => colors[status](statusWords[status]),
    verdict: (word, text) => verdicts[word](text),
  };
}
