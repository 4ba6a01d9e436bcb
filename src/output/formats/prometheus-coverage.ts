import type { CoverageReport } from '../../events/coverage/schema.ts';
import { findingKinds, resolutions, stateNames } from '../../events/coverage/state.ts';
import { stores } from '../../events/kinds.ts';
import type { Metric } from './exposition.ts';

/** Metrics by store, resolution and state; not by window, which would add series for ever. */
export function coverageMetrics(report: CoverageReport): Metric[] {
  const { sets, findings, freshness, gate, server } = report;
  const timelines = stores
    .flatMap((store) => resolutions.map((resolution) => ({ store, resolution })))
    .map((labels) => ({
      labels,
      sets: sets.filter((s) => s.store === labels.store && s.resolution === labels.resolution),
    }))
    .filter((timeline) => timeline.sets.length > 0);
  return [
    {
      name: 'kc_etl_coverage_info',
      help: 'The server that coverage was read from; always 1.',
      samples: [{ labels: { server: server ?? '' }, value: 1 }],
    },
    {
      name: 'kc_etl_coverage_sets',
      help: 'Sets in this state.',
      samples: timelines.flatMap((timeline) =>
        stateNames.map((state) => ({
          labels: { ...timeline.labels, state },
          value: timeline.sets.filter((set) => set.state === state).length,
        })),
      ),
    },
    {
      name: 'kc_etl_coverage_findings',
      help: 'Findings of this kind; neighbouring sets are one.',
      samples: findingKinds.map((kind) => ({
        labels: { kind },
        value: findings.filter((finding) => finding.kind === kind).length,
      })),
    },
    {
      name: 'kc_etl_coverage_last_save_timestamp_seconds',
      help: 'When a set was last saved.',
      samples: freshness.flatMap(({ store, resolution, lastSave }) =>
        lastSave === null
          ? []
          : [{ labels: { store, resolution }, value: Date.parse(lastSave) / 1000 }],
      ),
    },
    {
      name: 'kc_etl_coverage_stale',
      help: 'Whether the last activity is longer ago (1) than the usual cadence allows, or not (0).',
      samples: freshness.map(({ store, resolution, stale }) => ({
        labels: { store, resolution },
        value: stale ? 1 : 0,
      })),
    },
    {
      name: 'kc_etl_coverage_gate_passed',
      help: 'Whether the gate passed (1) or not (0); absent where it is undecided.',
      samples: gate.passed === null ? [] : [{ labels: {}, value: gate.passed ? 1 : 0 }],
    },
  ];
}
