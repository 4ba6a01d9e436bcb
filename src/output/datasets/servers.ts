import type { ServersResult } from '../result.ts';
import { auditDatasets } from './audits.ts';
import type { Dataset } from './dataset.ts';
import { findingDataset } from './findings.ts';

/** The audits, findings and differences of every server, with the server as the first column. */
export function serversDatasets({ report, results }: ServersResult): readonly Dataset[] {
  const merged = new Map<string, Dataset & { rows: (readonly (string | number | null)[])[] }>();
  for (const [i, { server }] of report.servers.entries()) {
    const result = results[i];
    for (const dataset of result ? datasetsOf(result) : []) {
      const known = merged.get(dataset.title) ?? {
        ...dataset,
        columns: ['server', ...dataset.columns],
        rows: [],
      };
      for (const row of dataset.rows) known.rows.push([server, ...row]);
      merged.set(dataset.title, known);
    }
  }
  const failed = report.servers.filter(({ error }) => error !== null);
  const failures: Dataset = {
    title: 'Servers that could not be audited',
    columns: ['server', 'error'],
    rows: failed.map(({ server, error }) => [server, error]),
  };
  const all = [...merged.values()];
  return failed.length > 0 ? [...all, failures] : all;
}

function datasetsOf({
  report,
  entries,
  asFindings,
}: NonNullable<ServersResult['results'][number]>) {
  return asFindings ? [findingDataset(report.findings)] : auditDatasets(report, entries);
}
