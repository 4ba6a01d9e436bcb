import { type AuditType, auditTypeNames } from '../../audits/types.ts';
import type { Span } from '../../time.ts';
import type { AuditResult, AuditSet } from '../audits/audit-store.ts';
import type { Kubecost } from '../kubecost.ts';
import { rfc3339, rfc3339Nano } from '../time.ts';
import { data, type HttpRequest, type HttpResponse, jsonError, notFound } from './response.ts';
import { parseWindow } from './window.ts';

/** Duration of an audit run in milliseconds of real time. */
const runDuration = 300;

/** `GET /etl/audit` returns AuditSets; `POST` starts audits and returns a sentence. */
export function etlAudit(request: HttpRequest, kubecost: Kubecost): HttpResponse {
  const { method, params, now } = request;
  const text = params.get('window');
  const window = text === null ? null : parseWindow(text, now);
  if (text !== null && !window) return jsonError(400, `invalid window: illegal window: ${text}`);
  if (method === 'GET') return data(kubecost.audits.sets(window, now).map(auditSetJson));
  if (method !== 'POST') return notFound;
  const type = params.get('type');
  const known = auditTypeNames.find((name) => name === type);
  if (type && known === undefined) {
    return jsonError(
      400,
      `invalid audit type: ${type}: expected one of ${auditTypeNames.join(', ')}`,
    );
  }
  if (!window && params.get('commit') !== 'true') {
    return jsonError(400, 'window is required, or commit=true to audit every window');
  }
  kubecost.audits.start(window, known ?? null, now + runDuration * kubecost.options.speed);
  return data(`Running audit over ${describeWindow(window)} for ${known ?? 'all audit types'}`);
}

function describeWindow(window: Span | null): string {
  if (!window) return 'all windows';
  const time = (at: number) => rfc3339(at).replace('Z', '+0000');
  return `window: [${time(window.start)}, ${time(window.end)})`;
}

/** Wire field of each audit, and the maps its differences are keyed by. */
const layouts: Partial<
  Record<AuditType, { field: string; maps: (result: AuditResult) => object }>
> = {
  AuditAllocationReconciliation: {
    field: 'allocationReconciliation',
    maps: (result) => ({ Resources: nested(result, []) }),
  },
  AuditAllocationAggStore: {
    field: 'allocationAgg',
    maps: (result) => ({ Results: nested(result, ['controller']) }),
  },
  AuditAllocationTotalStore: { field: 'allocationTotal', maps: totals },
  AuditAssetTotalStore: { field: 'assetTotal', maps: totals },
  AuditAssetReconciliation: {
    field: 'assetReconciliation',
    maps: (result) => ({ Results: nested(result, []) }),
  },
  AuditClusterEquality: {
    field: 'clusterEquality',
    maps: (result) => ({
      Clusters: Object.fromEntries(result.differences.map((d) => [d.key[0] ?? '', floatResult(d)])),
    }),
  },
};

function auditSetJson({ window, results }: AuditSet): object {
  const fields = Object.entries(layouts).map(([type, layout]) => {
    const result = [...results].find(([name]) => name === type)?.[1] ?? null;
    return [layout.field, result && resultJson(result, layout.maps(result))];
  });
  return {
    ...Object.fromEntries(fields),
    window: { start: rfc3339(window.start), end: rfc3339(window.end) },
  };
}

function resultJson(result: AuditResult, maps: object): object {
  const missing = result.missing.map(({ key, description }) => ({
    Key: key.join('/'),
    Description: description,
  }));
  return {
    Status: result.status,
    Description: result.description,
    LastRun: rfc3339Nano(result.at, result.nanos),
    ...maps,
    MissingValues: missing.length === 0 ? null : missing,
  };
}

type Difference = AuditResult['differences'][number];

function floatResult({ expected, actual }: Difference): object {
  return { Expected: expected, Actual: actual };
}

/** Differences as a map of maps by the two parts of their keys; `always` lists keys that are never absent. */
function nested({ differences }: AuditResult, always: readonly string[]): object {
  const maps = new Map<string, [string, object][]>(always.map((key) => [key, []]));
  for (const difference of differences) {
    const [first = '', second = ''] = difference.key;
    maps.set(first, [...(maps.get(first) ?? []), [second, floatResult(difference)]]);
  }
  return Object.fromEntries([...maps].map(([key, entries]) => [key, Object.fromEntries(entries)]));
}

function totals({ differences }: AuditResult): object {
  const of = (kind: string) =>
    Object.fromEntries(
      differences.filter(({ key }) => key[0] === kind).map((d) => [d.key[1] ?? '', floatResult(d)]),
    );
  return { TotalByNode: of('node'), TotalByCluster: of('cluster') };
}
