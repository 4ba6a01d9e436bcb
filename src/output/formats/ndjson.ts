import { changes } from '../../audits/compare/changes.ts';
import { documentOf } from '../documents.ts';
import type { Format } from '../renderer.ts';

/** One JSON object a line. */
export const ndjson: Format = {
  *events({ report }) {
    if (report.events) yield* report.events.jsonLines();
    else yield line(Object.fromEntries(report.counters));
  },
  async *following({ batches }) {
    for await (const events of batches) yield* events.jsonLines();
  },
  *groups({ report }) {
    yield* report.groups.map(line);
  },
  *rates({ report }) {
    yield* report.rates.map(line);
  },
  *kinds({ kinds }) {
    yield* kinds.map(line);
  },
  *audits({ report, asFindings }) {
    yield* asFindings ? report.findings.map(line) : report.audits.map(line);
  },
  *differences({ report, entries, asFindings }) {
    yield* asFindings ? report.findings.map(line) : entries.map(line);
  },
  *compare({ report }) {
    for (const change of changes) {
      yield* (report[change] ?? []).map((entry) => line({ change, ...entry }));
      yield* (report.findings?.[change] ?? []).map((entry) => line({ change, ...entry }));
    }
  },
  *coverage({ report }) {
    yield* report.sets.map(line);
  },
  *servers({ report, results }) {
    for (const [i, { server, error, exitCode }] of report.servers.entries()) {
      const result = results[i];
      if (!result) yield line({ server, error, exitCode });
      const lines = result?.asFindings ? result.report.findings : (result?.report.audits ?? []);
      yield* lines.map((one) => line({ server, ...one }));
    }
  },
  *fleet({ report }) {
    yield* report.clusters.map(line);
  },
  *repair({ report }) {
    yield* report.steps.map(line);
  },
  *trend({ trend: { report } }) {
    yield* report.findings.map(line);
    yield* report.audits.map(line);
  },
  *reconciliation({ report }) {
    yield* report.days.map(line);
    yield* report.unavailable.map(line);
  },
  *types({ types }) {
    yield* types.map(line);
  },
  *explanation(result) {
    yield line(documentOf(result));
  },
  *doctor({ report }) {
    yield* report.steps.map(line);
  },
  *profiles({ profiles }) {
    yield* profiles.map(line);
  },
  *version({ report }) {
    yield line(report);
  },
  *settings({ settings }) {
    yield* settings.map(line);
  },
  *text({ text }) {
    yield text;
  },
};

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
