import type { Result, ResultKind } from '../result.ts';
import { auditDatasets, differenceDatasets } from './audits.ts';
import { compareDataset, comparedFindingDataset } from './compare.ts';
import { coverageDatasets } from './coverage.ts';
import type { Dataset } from './dataset.ts';
import { counterDataset, eventDataset } from './events.ts';
import { findingDataset } from './findings.ts';
import { fleetDataset } from './fleet.ts';
import { groupDataset, rateDataset } from './groups.ts';
import { reconciliationDataset } from './reconciliation.ts';
import { kindDataset, typeDataset } from './references.ts';
import { repairDataset } from './repair.ts';
import { serversDatasets } from './servers.ts';
import { trendDataset } from './trend.ts';

type Datasets = {
  readonly [K in ResultKind]?: (result: Extract<Result, { kind: K }>) => readonly Dataset[];
};

/** Datasets of each kind of result: the first is the result itself, the others add detail. */
const datasets = {
  events: ({ report }) =>
    report.events
      ? [eventDataset(report.events), counterDataset(report.counters)]
      : [counterDataset(report.counters)],
  groups: ({ report }) => [groupDataset(report)],
  rates: ({ report }) => [rateDataset(report)],
  kinds: ({ kinds }) => [kindDataset(kinds)],
  audits: ({ report, entries, asFindings }) =>
    asFindings ? [findingDataset(report.findings)] : auditDatasets(report, entries),
  differences: ({ report, entries, asFindings }) =>
    asFindings ? [findingDataset(report.findings)] : differenceDatasets(entries),
  compare: ({ report }) => [
    compareDataset(report),
    ...(report.findings ? [comparedFindingDataset(report.findings)] : []),
  ],
  coverage: ({ report }) => coverageDatasets(report),
  reconciliation: ({ report }) => [reconciliationDataset(report)],
  servers: (result) => serversDatasets(result),
  fleet: ({ report }) => [fleetDataset(report)],
  repair: ({ report }) => [repairDataset(report)],
  trend: (result) => [trendDataset(result)],
  types: ({ types }) => [typeDataset(types)],
} as const satisfies Datasets;

/** Kinds of result that have datasets. */
export type DatasetKind = keyof typeof datasets;

/** Datasets of a result, the result itself first. */
export function datasetsOf(result: Extract<Result, { kind: DatasetKind }>): readonly Dataset[] {
  // the compiler cannot see that the function is looked up by the kind of the very result it gets
  const make = datasets[result.kind] as (result: Result) => readonly Dataset[];
  return make(result);
}
