import type { CoverageReport } from '../../events/coverage/schema.ts';
import { datasetColumns } from './columns.ts';
import type { Dataset } from './dataset.ts';

/** Rows of the sets, of the findings and of the freshness of the stores. */
export function coverageDatasets(report: CoverageReport): readonly Dataset[] {
  const sets: Dataset = {
    title: 'Sets',
    columns: datasetColumns.coverage,
    numeric: ['size'],
    rows: report.sets.map(({ store, resolution, window, state, size, evidence, detail }) => [
      store,
      resolution,
      window.start,
      window.end,
      state,
      size,
      evidence.join(' '),
      detail,
    ]),
  };
  const findings: Dataset = {
    title: 'Findings',
    columns: datasetColumns.coverageFindings,
    numeric: ['sets'],
    rows: report.findings.map(
      ({ kind, store, resolution, window, sets: count, detail, advice }) => [
        kind,
        store,
        resolution,
        window?.start ?? null,
        window?.end ?? null,
        count,
        detail,
        advice,
      ],
    ),
  };
  const freshness: Dataset = {
    title: 'Freshness',
    columns: datasetColumns.freshness,
    numeric: ['ageSeconds', 'cadenceSeconds', 'progress'],
    times: ['lastSave', 'lastActivity'],
    rows: report.freshness.map((f) => [
      f.store,
      f.resolution,
      f.lastSave,
      f.ageSeconds,
      f.cadenceSeconds,
      f.stale ? 'yes' : 'no',
      f.basis,
      f.lastActivity,
      f.progress,
    ]),
  };
  return [sets, findings, freshness];
}
