/** What the small endpoints say; undefined where one did not answer. */
export interface SelfDescription {
  readonly productConfigs: unknown;
  readonly clusterInfo: unknown;
  readonly installInfo: unknown;
  /** Whether `/etl/log` is there: only a Kubecost before 3 has it. */
  readonly hasEventLog: boolean;
  /** `data` of `/assets`: Kubecost answers a list of maps, OpenCost one map. */
  readonly assets: unknown;
}

export interface Identity {
  readonly product: 'kubecost' | 'opencost' | null;
  readonly version: string | null;
  readonly clusterId: string | null;
  /** In words, as far as it is told; empty where it is not. */
  readonly retention: string;
}

/** Which product answers, by what it says of itself and by what only one of them has. */
export function identify(said: SelfDescription): Identity {
  const chartVersion = textAt(said.productConfigs, 'chartVersion');
  const isKubecost =
    said.productConfigs !== undefined || said.hasEventLog || Array.isArray(said.assets);
  const isOpenCost = typeof said.assets === 'object' && said.assets !== null;
  return {
    product: isKubecost ? 'kubecost' : isOpenCost ? 'opencost' : null,
    version: chartVersion ?? textAt(said.installInfo, 'version'),
    clusterId: textAt(said.clusterInfo, 'id') ?? textAt(said.productConfigs, 'clusterId'),
    retention: retention(said.productConfigs),
  };
}

const retentionWords = [
  ['etlDailyStoreDurationDays', (value: string) => `daily sets ${value} days`],
  ['etlHourlyStoreDurationHours', (value: string) => `hourly sets ${value} h`],
  ['prometheusRetention', (value: string) => `Prometheus ${value}`],
] as const;

function retention(configs: unknown): string {
  return retentionWords
    .flatMap(([key, words]) => {
      const value = textAt(configs, key);
      return value === null ? [] : [words(value)];
    })
    .join(', ');
}

/** A text or number in an object, as text; null where it is absent or empty. */
function textAt(value: unknown, key: string): string | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
  const found = new Map(Object.entries(value)).get(key);
  return (typeof found === 'string' && found !== '') || typeof found === 'number'
    ? String(found)
    : null;
}

/** The clusters that allocations aggregated by cluster are of. */
export function clustersOf(allocations: unknown): string[] {
  const sets = Array.isArray(allocations) ? allocations : [allocations];
  const names = sets.flatMap((set) =>
    typeof set === 'object' && set !== null ? Object.keys(set) : [],
  );
  return [...new Set(names)].filter((name) => !/^__.*__$/.test(name)).sort();
}
