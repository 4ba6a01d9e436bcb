/** Answers of the small endpoints; undefined where one did not answer. */
export interface SelfDescription {
  readonly productConfigs: unknown;
  readonly clusterInfo: unknown;
  readonly installInfo: unknown;
  /** Whether `/etl/log` answers: only a Kubecost before 3 has it. */
  readonly hasEventLog: boolean;
  /** `data` of `/assets`: an array of maps on Kubecost, one map on OpenCost. */
  readonly assets: unknown;
  /** `data` of `/allocation`, which every product has. */
  readonly allocations: unknown;
}

export interface Identity {
  readonly product: 'kubecost' | 'opencost' | null;
  readonly version: string | null;
  readonly clusterId: string | null;
  /** Retention settings in words; empty where the server reports none. */
  readonly retention: string;
}

/** The product and version, from what the server says and from the endpoints that only one product has. */
export function identify(description: SelfDescription): Identity {
  const { clusterInfo, installInfo, hasEventLog, assets, allocations } = description;
  const configs = isErrorEnvelope(description.productConfigs)
    ? undefined
    : description.productConfigs;
  const chartVersion = textAt(configs, 'chartVersion');
  const isKubecost = isObject(configs) || hasEventLog || Array.isArray(assets);
  // OpenCost before 1.104 has allocations and no assets
  const isOpenCost = isObject(assets) || allocations !== undefined;
  return {
    product: isKubecost ? 'kubecost' : isOpenCost ? 'opencost' : null,
    version: chartVersion ?? (isErrorEnvelope(installInfo) ? null : textAt(installInfo, 'version')),
    clusterId: textAt(clusterInfo, 'id') ?? textAt(configs, 'clusterId'),
    retention: retention(configs),
  };
}

const retentionSettings = [
  ['etlDailyStoreDurationDays', (value: string) => `daily sets for ${value} days`],
  ['etlHourlyStoreDurationHours', (value: string) => `hourly sets for ${value} hours`],
  ['prometheusRetention', (value: string) => `Prometheus for ${value}`],
] as const;

function retention(configs: unknown): string {
  return retentionSettings
    .flatMap(([key, words]) => {
      const value = textAt(configs, key);
      return value === null ? [] : [words(value)];
    })
    .join(', ');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a document without an envelope is an error in one: `{"code":500,"data":null,…}`. */
function isErrorEnvelope(value: unknown): boolean {
  return isObject(value) && 'code' in value && Number(value.code) >= 400;
}

/** A text or number in an object, as text; null where it is absent or empty. */
function textAt(value: unknown, key: string): string | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
  const found = new Map(Object.entries(value)).get(key);
  return (typeof found === 'string' && found !== '') || typeof found === 'number'
    ? String(found)
    : null;
}

/** The cluster ids in `data` of allocations aggregated by cluster, sorted. */
export function clustersOf(allocations: unknown): string[] {
  const sets = Array.isArray(allocations) ? allocations : [allocations];
  const names = sets.flatMap((set) =>
    typeof set === 'object' && set !== null ? Object.keys(set) : [],
  );
  return [...new Set(names)].filter((name) => !/^__.*__$/.test(name)).sort();
}
