import type { SetSpec } from '../build/spec.ts';
import type { Kubecost } from '../kubecost.ts';
import type { HttpRequest, HttpResponse } from './response.ts';

/** `GET /metrics` in the text format of Prometheus; ETL metrics only on variants with an ETL. */
export function metrics({ now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const { variant, world } = kubecost;
  const [local] = world.clusters;
  const lines = [
    ...family('opencost_build_info', 'gauge', 'Build information', [
      [{ version: variant.version }, 1],
    ]),
    ...family('kubecost_cluster_info', 'gauge', 'kubecost_cluster_info ClusterInfo', [
      [
        { id: local?.id ?? '', provider: local?.provider.name ?? '', region: local?.region ?? '' },
        1,
      ],
    ]),
    ...(variant.etlLog ? pipelineMetrics(kubecost, now) : []),
  ];
  return {
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: `${lines.join('\n')}\n`,
  };
}

type Sample = readonly [Readonly<Record<string, string>>, number];

function pipelineMetrics({ log, pipeline }: Kubecost, now: number): string[] {
  log.events(now);
  const sets = { daily: pipeline.days(now), hourly: pipeline.hours(now) };
  const events = [...log.counters].sort().map(([event, n]): Sample => {
    return [{ etl: event.startsWith('Asset') ? 'asset' : 'allocation', event }, n];
  });
  return [
    ...(['allocation', 'asset'] as const).flatMap((store) =>
      family(
        `kubecost_${store}_data_status`,
        'gauge',
        `Kubecost ${store} data status monitoring metrics for errors, warnings, empty and total number of ${store} sets.`,
        (['daily', 'hourly'] as const).flatMap((resolution) =>
          statuses(store, resolution, sets[resolution]),
        ),
      ),
    ),
    ...family(
      'kubecost_etl_events_total',
      'counter',
      'Kubecost ETL events counted by kind.',
      events,
    ),
    ...family(
      'kubecost_etl_progress_percent',
      'gauge',
      'Percent of the store that is built',
      ['allocation', 'asset'].flatMap((etl) =>
        (sets.hourly.length === 0 ? ['1d'] : ['1d', '1h']).map(
          (resolution): Sample => [{ etl, resolution }, 1],
        ),
      ),
    ),
  ];
}

/** Number of sets of a store per status. */
function statuses(
  store: 'allocation' | 'asset',
  resolution: string,
  sets: readonly SetSpec[],
): Sample[] {
  const counts: Record<string, number> = { empty: 0, error: 0, success: 0, warning: 0 };
  for (const set of sets) {
    const status = statusOf(store, set);
    if (status !== null) counts[status] = (counts[status] ?? 0) + 1;
  }
  return Object.entries(counts).map(([status, n]) => [{ resolution, status }, n]);
}

/** Status of a set in one store; null where the store has no such set. */
export function statusOf(store: 'allocation' | 'asset', set: SetSpec): string | null {
  const state = store === 'asset' ? set.assets : set.allocations;
  const other = store === 'asset' ? set.allocations : set.assets;
  const { repairFailed } = set;
  if (state === 'missing') return other === 'missing' ? null : 'error';
  if (store === 'asset' ? repairFailed.assets : repairFailed.allocations) return 'error';
  if (state === 'empty') return 'empty';
  return store === 'allocation' && set.assetsReconciled !== set.allocationsReconciled
    ? 'error'
    : 'success';
}

function family(name: string, type: string, help: string, samples: readonly Sample[]): string[] {
  const written = samples.map(([labels, value]) => {
    const inside = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
    return `${name}{${inside.join(',')}} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...written];
}
