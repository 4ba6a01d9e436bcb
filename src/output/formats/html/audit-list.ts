import type { Audit } from '../../../audits/schema.ts';
import { statuses } from '../../../audits/types.ts';
import { timeText, windowText } from '../../format.ts';
import { anchorOf } from './calendar.ts';
import { markup } from './markup.ts';
import { type Heading, sortedTable } from './sorted-table.ts';
import { badge } from './status.ts';

const headings: readonly Heading[] = [
  { head: 'Window (UTC)', kind: 'name', sorted: 'ascending' },
  { head: 'Audit', kind: 'name' },
  { head: 'Status', kind: 'number' },
  { head: 'Last run (UTC)', kind: 'name' },
  { head: 'Resolution', kind: 'number' },
  { head: 'Differences', kind: 'number' },
  { head: 'Missing', kind: 'number' },
  { head: 'Description', kind: 'text' },
];

/** Every audit with all of its fields; unfolded by a link of the calendar. */
export function* auditList(audits: readonly Audit[]): Iterable<string> {
  if (audits.length === 0) return;
  yield '<section aria-labelledby="audits">\n<details>\n<summary><h2 id="audits">Every audit</h2></summary>\n';
  yield* sortedTable({
    id: 'audits',
    headings,
    types: [...new Set(audits.map(({ type }) => type))],
    count: audits.length,
    rows: audits.map((audit) => ({
      id: anchorOf(audits, audit),
      type: audit.type,
      cells: cells(audit),
    })),
  });
  yield '</details>\n</section>\n';
}

function cells({
  window,
  type,
  status,
  lastRun,
  resolution,
  differences,
  missing,
  description,
}: Audit) {
  return [
    { shown: markup`${windowText(window)}`, by: window.start },
    { shown: markup`${type}`, by: type },
    { shown: badge(status), by: statuses.indexOf(status) },
    { shown: markup`${lastRun === null ? '–' : timeText(lastRun, false)}`, by: lastRun ?? '' },
    {
      shown: markup`${resolution === null ? '–' : resolutionText(resolution)}`,
      by: resolution ?? -1,
    },
    { shown: markup`${differences.length}`, by: differences.length },
    { shown: markup`${missing.length}`, by: missing.length },
    { shown: markup`${description}`, by: description },
  ];
}

function resolutionText(resolution: number): string {
  return resolution === 0 ? '0' : `±${resolution.toPrecision(2)}`;
}
