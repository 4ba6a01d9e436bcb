import { Chalk } from 'chalk';
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
  const style = stylesOf(level);
  const colors: Readonly<Record<Status, Style>> = {
    Passed: style.green,
    Warning: style.yellow,
    Failed: style.redBold,
    Skipped: style.cyan,
    NotRun: style.dim,
  };
  const verdicts: Readonly<Record<VerdictWord, Style>> = {
    PASSED: style.green,
    WARNING: style.yellow,
    FAILED: style.red,
    UNDECIDED: style.yellow,
  };
  return {
    heading: style.bold,
    faint: style.dim,
    bad: style.red,
    doubtful: style.yellow,
    good: style.green,
    status: (status) => colors[status](statusWords[status]),
    verdict: (word, text) => verdicts[word](text),
  };
}

type Style = (text: string) => string;

/** Styles of a level. Without colours chalk is not even created: loading it asks the system for its terminal. */
function stylesOf(level: 0 | 1 | 2 | 3) {
  const chalk = level === 0 ? null : new Chalk({ level });
  const style = (paint: Style | undefined): Style =>
    paint ? (text) => paint(text) : (text) => text;
  return {
    green: style(chalk?.green),
    yellow: style(chalk?.yellow),
    red: style(chalk?.red),
    redBold: style(chalk?.red.bold),
    cyan: style(chalk?.cyan),
    dim: style(chalk?.dim),
    bold: style(chalk?.bold),
  };
}
