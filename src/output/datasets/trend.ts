import type { TrendResult } from '../result.ts';
import { amountCells, statusCells, trendDays } from '../trend/cells.ts';
import { amountsText, spanText } from '../trend/texts.ts';
import { datasetColumns } from './columns.ts';
import type { Cell, Dataset } from './dataset.ts';

/** A row for each finding and audit and day; days that are not stored are named as such. */
export function trendDataset(result: TrendResult): Dataset {
  return {
    title: 'Trend',
    columns: datasetColumns.trend,
    numeric: ['amount'],
    rows: trendRows(result),
  };
}

function* trendRows(result: TrendResult): Iterable<readonly Cell[]> {
  const days = trendDays(result);
  const { starts, step } = days;
  const windowAt = (i: number) => [timeOf(starts[i] ?? 0), timeOf((starts[i] ?? 0) + step)];
  for (const finding of result.trend.report.findings) {
    for (const [i, cell] of amountCells(finding, days).entries()) {
      const amount = cell.state === 'amount' ? cell.amount : null;
      const state = cell.state !== 'amount' ? cell.state : amount === 0 ? 'not found' : 'found';
      yield ['finding', finding.id, ...windowAt(i), amount, state];
    }
  }
  for (const audit of result.trend.report.audits) {
    for (const [i, cell] of statusCells(audit, days).entries()) {
      yield ['audit', audit.type, ...windowAt(i), null, cell];
    }
  }
}

function timeOf(start: number): string {
  return `${new Date(start).toISOString().slice(0, 19)}Z`;
}

/** The findings and the audits in short, a row for each. */
export function trendSummaries(result: TrendResult): Dataset[] {
  const { trend } = result;
  const days = trendDays(result);
  const findings: Dataset = {
    title: 'Findings',
    columns: ['finding', 'title', 'since', 'amounts'],
    rows: trend.report.findings.flatMap((entry, i) => {
      const finding = trend.findings[i];
      return finding
        ? [[entry.id, finding.title, spanText(finding), amountsText(entry, days.step)]]
        : [];
    }),
  };
  const statuses = ['Passed', 'Warning', 'Failed', 'Skipped', 'NotRun', 'not stored'] as const;
  const audits: Dataset = {
    title: 'Audits',
    columns: ['audit', ...statuses],
    numeric: statuses,
    rows: trend.report.audits.map((audit) => {
      const cells = statusCells(audit, days);
      return [
        audit.type,
        ...statuses.map((status) => cells.filter((cell) => cell === status).length),
      ];
    }),
  };
  return [findings, audits];
}
