import type { FleetCluster, FleetReport } from '../../fleet/schema.ts';
import { fleetStateNames } from '../../fleet/states.ts';
import type { Metric, Sample } from './exposition.ts';

/** Metrics by cluster and server; not by day, which would add series for ever. */
export function fleetMetrics({ clusters, servers, summary, gate }: FleetReport): Metric[] {
  const known = clusters.filter(({ cluster }) => cluster !== null);
  return [
    {
      name: 'kc_etl_fleet_clusters',
      help: 'Clusters in this state; unreachable and missing count servers without data as well.',
      samples: fleetStateNames.map((state) => ({ labels: { state }, value: summary[state] })),
    },
    {
      name: 'kc_etl_fleet_cluster_state',
      help: 'The state of a cluster; always 1.',
      samples: known.map((one) => ({ labels: { ...labelsOf(one), state: one.state }, value: 1 })),
    },
    {
      name: 'kc_etl_fleet_last_day_timestamp_seconds',
      help: 'End of the newest day with data.',
      samples: known.flatMap((one) => endOf(one, one.lastDay)),
    },
    {
      name: 'kc_etl_fleet_missing_days',
      help: 'Settled days of the window without data.',
      samples: known
        .filter(({ lastDay }) => lastDay !== null)
        .map((one) => ({ labels: labelsOf(one), value: one.missingDays.length })),
    },
    {
      name: 'kc_etl_fleet_reconciled_timestamp_seconds',
      help: 'End of the newest day whose costs carry adjustments of the cloud bill.',
      samples: known.flatMap((one) => endOf(one, one.reconciledUntil)),
    },
    {
      name: 'kc_etl_fleet_server_up',
      help: 'Whether all days of the server could be read (1) or not (0).',
      samples: servers.map(({ server, error }) => ({
        labels: { server: server ?? '' },
        value: error === null ? 1 : 0,
      })),
    },
    {
      name: 'kc_etl_fleet_gate_passed',
      help: 'Whether the gate passed (1) or not (0); absent where it is undecided.',
      samples:
        gate === null || gate.passed === null ? [] : [{ labels: {}, value: gate.passed ? 1 : 0 }],
    },
  ];
}

function labelsOf({ cluster, server }: FleetCluster): Record<string, string> {
  return { cluster: cluster ?? '', server: server ?? '' };
}

const secondsOfADay = 86_400;

function endOf(cluster: FleetCluster, date: string | null): Sample[] {
  if (date === null) return [];
  return [{ labels: labelsOf(cluster), value: Date.parse(date) / 1000 + secondsOfADay }];
}
