import type { Status } from '../audits/types.ts';

/** Statuses as tables print them. */
export const statusWords: Readonly<Record<Status, string>> = {
  Passed: 'passed',
  Warning: 'warning',
  Failed: 'FAILED',
  Skipped: 'skipped',
  NotRun: 'not run',
};
