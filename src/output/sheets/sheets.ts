import type { Result, ResultKind } from '../result.ts';
import { auditSheets, differenceSheets } from './audits.ts';
import { compareSheet } from './compare.ts';
import { coverageSheets } from './coverage.ts';
import { counterSheet, eventSheet } from './events.ts';
import { groupSheet, rateSheet } from './groups.ts';
import type { Sheet } from './sheet.ts';
import { kindSheet, typeSheet } from './words.ts';

type Sheets = {
  readonly [K in ResultKind]?: (result: Extract<Result, { kind: K }>) => readonly Sheet[];
};

/** Every result as sheets: the first is the result itself, the others say more about it. */
const sheets = {
  events: ({ report }) =>
    report.events
      ? [eventSheet(report.events), counterSheet(report.counters)]
      : [counterSheet(report.counters)],
  groups: ({ report }) => [groupSheet(report)],
  rates: ({ report }) => [rateSheet(report)],
  kinds: ({ kinds }) => [kindSheet(kinds)],
  audits: ({ report, findings }) => auditSheets(report, findings),
  differences: ({ findings }) => differenceSheets(findings),
  compare: ({ report }) => [compareSheet(report)],
  coverage: ({ report }) => coverageSheets(report),
  types: ({ types }) => [typeSheet(types)],
} as const satisfies Sheets;

/** The kinds of result that are tables. */
export type SheetKind = keyof typeof sheets;

export function sheetsOf(result: Extract<Result, { kind: SheetKind }>): readonly Sheet[] {
  // the compiler cannot see that the function is looked up by the kind of the very result it gets
  const make = sheets[result.kind] as (result: Result) => readonly Sheet[];
  return make(result);
}
