/** Responses of the endpoints that identify a server; undefined where one did not answer or was not requested. */
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
  /** Time that Prometheus keeps samples, as `97h`; null where it is not reported. */
  readonly prometheusRetention: string | null;
  /** Currency of the costs, as `EUR`; null where it is not reported. */
  readonly currency: string | null;
  /** Retention settings in words; empty where the server reports none. */
  readonly retention: string;
}

/** The product and version, from what the server says and from the endpoints that only one product has. */
export function identify(description: Partial<SelfDescription>): Identity {
  const { clusterInfo, installInfo, hasEventLog = false, assets, allocations } = description;
  const configs = documentOf(description.productConfigs);
  const chartVersion = textAt(configs, 'chartVersion');
  const isKubecost = isObject(configs) || hasEventLog || Array.isArray(assets);
  // OpenCost before 1.104 has allocations and no assets
  const isOpenCost = isObject(assets) || allocations !== undefined;
  return {
    product: isKubecost ? 'kubecost' : isOpenCost ? 'opencost' : null,
    version: chartVersion ?? versionOf(textAt(documentOf(installInfo), 'version')),
    clusterId: textAt(clusterInfo, 'id') ?? textAt(configs, 'clusterId'),
    prometheusRetention: textAt(configs, 'prometheusRetention'),
    currency: currencyOf(textAt(configs, 'currencyCode')),
    retention: retention(configs),
  };
}

function currencyOf(code: string | null): string | null {
  const trimmed = code?.trim() ?? '';
  return /^[a-z]{3}$/i.test(trimmed) ? trimmed.toUpperCase() : null;
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

/** A version without the commit that follows it, as in `1.119.2 (4f2a9c1)`. */
function versionOf(text: string | null): string | null {
  return text === null ? null : (/^v?\d+\.\S+(?= \()/.exec(text)?.[0] ?? text);
}

/** A document that comes without an envelope, or in one; undefined where it is an error in its place. */
function documentOf(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const isError =
    Number(fields.get('code')) >= 400 ||
    /^(error|fail)/i.test(String(fields.get('status'))) ||
    fields.get('kind') === 'Status' ||
    (fields.size > 0 && [...fields.keys()].every((name) => errorFields.has(name)));
  if (isError) return undefined;
  return fields.has('code') && fields.has('data') ? fields.get('data') : value;
}

/** Fields of errors of servers and proxies. */
const errorFields: ReadonlySet<string> = new Set([
  'error',
  'errors',
  'message',
  'warning',
  'code',
  'status',
  'timestamp',
  'path',
]);

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
