import type { ReconciliationReport } from '../../reconciliation/schema.ts';
import { stateNames } from '../../reconciliation/states.ts';
import type { Metric } from './exposition.ts';

/** Metrics by cluster, provider and state; not by window, which would add series for ever. */
export function reconciliationMetrics(report: ReconciliationReport): Metric[] {
  const { days, gate, server, unavailable } = report;
  const groups = new Map<string, { cluster: string; provider: string; days: typeof days }>();
  for (const one of days) {
    const { cluster, provider } = one;
    const key = `${cluster}\n${provider}`;
    const known = groups.get(key);
    if (known) known.days.push(one);
    else groups.set(key, { cluster, provider, days: [one] });
  }
  return [
    {
      name: 'kc_etl_reconciliation_info',
      help: 'The server that was queried; always 1.',
      samples: [{ labels: { server: server ?? '' }, value: 1 }],
    },
    {
      name: 'kc_etl_reconciliation_days',
      help: 'Days of the window in this state.',
      samples: [...groups.values()].flatMap(({ cluster, provider, days: own }) =>
        stateNames.map((state) => ({
          labels: { cluster, provider, state },
          value: own.filter((one) => one.state === state).length,
        })),
      ),
    },
    {
      name: 'kc_etl_reconciliation_newest_timestamp_seconds',
      help: 'End of the newest reconciled day.',
      samples: [...groups.values()].flatMap(({ cluster, provider, days: own }) => {
        const newest = own.findLast(({ state }) => state === 'reconciled');
        const value = newest ? Date.parse(newest.window.end) / 1000 : null;
        return value === null ? [] : [{ labels: { cluster, provider }, value }];
      }),
    },
    {
      name: 'kc_etl_reconciliation_unavailable_days',
      help: 'Days, or clusters of a day, whose state is unknown.',
      samples: [{ labels: {}, value: unavailable.length }],
    },
    {
      name: 'kc_etl_reconciliation_gate_passed',
      help: 'Whether the gate passed (1) or not (0); absent where it is undecided.',
      samples:
        gate === null || gate.passed === null ? [] : [{ labels: {}, value: gate.passed ? 1 : 0 }],
    },
  ];
}
