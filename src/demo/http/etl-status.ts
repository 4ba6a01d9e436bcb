import { day, hour, second } from '../../time.ts';
import type { Resolution, SetSpec } from '../build/spec.ts';
import type { Kubecost } from '../kubecost.ts';
import { hourlySets } from '../pipeline.ts';
import { rfc3339 } from '../time.ts';
import { statusOf } from './metrics.ts';
import { data, type HttpRequest, type HttpResponse } from './response.ts';

/** `GET /etl/status`: progress and files per pipeline and resolution. */
export function etlStatus({ now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const { pipeline } = kubecost;
  const built = pipeline.builtUntil(now);
  const daily = pipeline.days(now);
  const hourly = pipeline.sets('hour', { start: built - hourlySets * hour, end: built }, now);
  const of = (store: 'allocation' | 'asset') => ({
    daily: status(store, 'day', daily, kubecost, now),
    hourly: status(store, 'hour', hourly, kubecost, now),
  });
  return data({
    allocation: of('allocation'),
    assets: of('asset'),
    cloud: {
      coverage: coverage(daily.filter((set) => set.billed)),
      lastRun: rfc3339(pipeline.runTime(built)),
      progress: 1,
      refreshRate: '6h0m0s',
      resolution: '24h0m0s',
      startTime: rfc3339(kubecost.log.startedAt),
      utcOffset: '+00:00',
    },
  });
}

function status(
  store: 'allocation' | 'asset',
  resolution: Resolution,
  sets: readonly SetSpec[],
  { pipeline, log, stores }: Kubecost,
  now: number,
): object {
  const plural = store === 'asset' ? 'assets' : 'allocations';
  const there = sets.filter((set) => statusOf(store, set) !== null);
  return {
    coverage: coverage(there),
    lastRun: rfc3339(pipeline.runTime(pipeline.builtUntil(now))),
    progress: 1,
    refreshRate: '1h0m0s',
    resolution: resolution === 'day' ? '24h0m0s' : '1h0m0s',
    startTime: rfc3339(log.startedAt),
    utcOffset: '+00:00',
    backup: {
      fileCount: there.length,
      files: there.map((set) => {
        const sizes = stores.sizes(set);
        const rows = store === 'asset' ? sizes.assets : sizes.allocations;
        const built = Math.max(
          pipeline.repairs.last(plural, set.window.start, now)?.at ?? 0,
          log.startedAt,
          pipeline.runTime(Math.ceil(set.data.end / hour) * hour),
        );
        return {
          name: fileName(store, resolution, set),
          size: `${(1 + rows * (store === 'asset' ? 0.4 : 0.9)).toFixed(1)}KiB`,
          lastModified: rfc3339(Math.min(built, now)),
          isRepairing:
            resolution === 'day' && pipeline.repairs.isRepairing(plural, set.window.start, now),
          errors: errorsOf(store, set),
          warnings: rows === 0 && statusOf(store, set) === 'empty' ? ['set is empty'] : [],
        };
      }),
    },
  };
}

function errorsOf(store: 'allocation' | 'asset', set: SetSpec): string[] {
  if (statusOf(store, set) !== 'error') return [];
  const { repairFailed } = set;
  if (store === 'asset' ? repairFailed.assets : repairFailed.allocations) {
    return [`error repairing ${store} set: query timed out`];
  }
  return set.allocations === 'missing'
    ? ['error computing allocation set: query timed out']
    : ['error reconciling allocation set: no asset set for window'];
}

function fileName(store: string, resolution: Resolution, { window }: SetSpec): string {
  const length = resolution === 'day' ? '1d' : '1h';
  return `/var/configs/db/etl/bingen/${store}s/${length}/${window.start / second}-${window.end / second}`;
}

function coverage(sets: readonly SetSpec[]): object {
  const [first] = sets;
  const last = sets.at(-1);
  return {
    start: first ? rfc3339(first.window.start) : 'null',
    end: last ? rfc3339(Math.min(last.window.end, last.window.start + day)) : 'null',
  };
}
