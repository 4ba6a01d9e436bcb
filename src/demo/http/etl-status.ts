import { day, hour, second } from '../../time.ts';
import type { Resolution, SetSpec } from '../build/spec.ts';
import { othersSpec } from '../build/spec.ts';
import { amountOf } from '../faults.ts';
import type { Kubecost } from '../kubecost.ts';
import { offsetText, rfc3339 } from '../time.ts';
import type { LocalTime } from '../utc-offset.ts';
import type { Cluster } from '../world/clusters.ts';
import { statusOf } from './metrics.ts';
import { data, type HttpRequest, type HttpResponse } from './response.ts';

type Store = 'allocation' | 'asset';

/**
 * `GET /etl/status`: progress and files per store and resolution, in a federated setup per cluster.
 * Before Kubecost 1.100 files have no errors and warnings; 1.7x capitalises the fields as Go does.
 */
export function etlStatus({ now }: HttpRequest, kubecost: Kubecost): HttpResponse {
  const { pipeline, log, options, variant, world } = kubecost;
  log.events(now); // a restart that is due changes the start of the process
  const sets = { daily: pipeline.days(now), hourly: pipeline.hours(now) };
  const isFederated = amountOf(options.faults, 'federated') !== null;
  const of = (store: Store, cluster: Cluster | null) => ({
    daily: status({ store, resolution: 'day', cluster }, sets.daily, kubecost, now),
    hourly: status({ store, resolution: 'hour', cluster }, sets.hourly, kubecost, now),
  });
  const stores = (store: Store) =>
    isFederated
      ? Object.fromEntries(world.clusters.map((cluster) => [cluster.id, of(store, cluster)]))
      : of(store, null);
  const value = {
    allocation: stores('allocation'),
    assets: stores('asset'),
    cloud: {
      coverage: coverage(sets.daily.filter((set) => set.billed)),
      lastRun: rfc3339(pipeline.runTime(pipeline.builtUntil(now))),
      progress: 1,
      refreshRate: '6h0m0s',
      resolution: '24h0m0s',
      startTime: rfc3339(log.startedAt),
      utcOffset: utcOffset(kubecost),
    },
  };
  return data(variant.etlStatus === 'capitalised' ? capitalised(value) : value);
}

/** A directory of files: one store and resolution, of one cluster where it is federated. */
interface Directory {
  readonly store: Store;
  readonly resolution: Resolution;
  readonly cluster: Cluster | null;
}

function status(
  directory: Directory,
  sets: readonly SetSpec[],
  kubecost: Kubecost,
  now: number,
): object {
  const { pipeline, log } = kubecost;
  const { store, resolution, cluster } = directory;
  const isLocal = cluster === null || cluster === kubecost.world.clusters[0];
  const own = isLocal ? sets : sets.map(othersSpec);
  const files = own.filter((set) => statusOf(store, set) !== null);
  return {
    coverage: coverage(files),
    lastRun: rfc3339(pipeline.runTime(pipeline.builtUntil(now))),
    progress: 1,
    refreshRate: '1h0m0s',
    resolution: resolution === 'day' ? '24h0m0s' : '1h0m0s',
    startTime: rfc3339(log.startedAt),
    utcOffset: utcOffset(kubecost),
    backup: {
      fileCount: files.length,
      files: files.map((set) => file(set, { ...directory, isLocal }, kubecost, now)),
    },
  };
}

function file(
  set: SetSpec,
  { store, resolution, cluster, isLocal }: Directory & { isLocal: boolean },
  { pipeline, stores, variant, localTime }: Kubecost,
  now: number,
): object {
  const repairable = store === 'asset' ? 'assets' : 'allocations';
  const sizes = stores.sizes(set, cluster ?? undefined);
  const rows = store === 'asset' ? sizes.assets : sizes.allocations;
  const repair = isLocal ? pipeline.repairs.last(repairable, set.window.start, now) : null;
  const written = Math.max(
    repair?.at ?? 0,
    pipeline.runTime(Math.ceil(set.data.end / hour) * hour),
  );
  const isRepairing =
    isLocal &&
    resolution === 'day' &&
    pipeline.repairs.isRepairing(repairable, set.window.start, now);
  const common = {
    name: fileName({ store, resolution, cluster }, set, localTime),
    size: `${(1 + rows * (store === 'asset' ? 0.4 : 0.9)).toFixed(1)}KiB`,
    lastModified: rfc3339(Math.min(written, now)),
    isRepairing,
  };
  if (variant.etlStatus !== 'with-errors') return { ...common, details: {} };
  return {
    ...common,
    errors: errorsOf(store, set),
    warnings: statusOf(store, set) === 'empty' ? ['set is empty'] : [],
  };
}

function errorsOf(store: Store, set: SetSpec): string[] {
  if (statusOf(store, set) !== 'error') return [];
  const { repairFailed } = set;
  if (store === 'asset' ? repairFailed.assets : repairFailed.allocations) {
    return [`error repairing ${store} set: query timed out`];
  }
  return set.allocations === 'missing'
    ? ['error computing allocation set: query timed out']
    : ['error reconciling allocation set: no asset set for window'];
}

function fileName(
  { store, resolution, cluster }: Directory,
  { window }: SetSpec,
  time: LocalTime,
): string {
  const root =
    cluster === null ? '/var/configs/db/etl/bingen' : `federated/${cluster.id}/etl/bingen`;
  const seconds = (at: number) => time.toUtc(at) / second;
  return `${root}/${store}s/${resolution === 'day' ? '1d' : '1h'}/${seconds(window.start)}-${seconds(window.end)}`;
}

function utcOffset({ localTime }: Kubecost): string {
  return offsetText(localTime.offset);
}

function coverage(sets: readonly SetSpec[]): object {
  const [first] = sets;
  const last = sets.at(-1);
  return {
    start: first ? rfc3339(first.window.start) : 'null',
    end: last ? rfc3339(Math.min(last.window.end, last.window.start + day)) : 'null',
  };
}

/** The value with the first letter of every field of a pipeline, and of its files, in upper case. */
function capitalised(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([store, pipelines]) => [store, capitalisedFields(pipelines)]),
  );
}

function capitalisedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalisedFields);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const isResolution = key === 'daily' || key === 'hourly';
      const name = isResolution ? key : key.charAt(0).toUpperCase() + key.slice(1);
      return [name, capitalisedFields(one)];
    }),
  );
}
