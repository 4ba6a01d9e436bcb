import type { Status } from '../audits/types.ts';

/** Statuses as people read them; the colour only repeats what the word says. */
export const statusWords: Readonly<Record<Status, string>> = {
  Passed: 'passed',
  Warning: 'warning',
  Failed: 'FAILED',
  Skipped: 'skipped',
  NotRun: 'not run',
};
