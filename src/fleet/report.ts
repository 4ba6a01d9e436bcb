import { evaluateServer, type FleetContext } from './evaluate.ts';
import type { FailedServer, ServerEvidence } from './evidence.ts';
import { nearestOf } from './resemblance.ts';
import type { FleetCluster, FleetReport, FleetServer } from './schema.ts';
import { type FleetState, fleetStateNames } from './states.ts';

export type ServerResult = ServerEvidence | FailedServer;

interface ReportContext extends FleetContext {
  readonly query: FleetReport['query'];
  /** Null: no gate. */
  readonly failOn: readonly FleetState[] | null;
}

/** The report of a fleet: a row per cluster and server, and one for each server without data. */
export function fleetReport(results: readonly ServerResult[], context: ReportContext): FleetReport {
  const reporting = results.flatMap((result) =>
    'clusters' in result ? evaluateServer(result, context) : [],
  );
  const without = results.filter(({ server }) => !reporting.some((one) => one.server === server));
  const absent = absentClusters(reporting, results, context);
  const clusters = [
    ...without.map(serverRow),
    ...withDuplicates(withResemblance(reporting, absent)),
    ...absent,
  ];
  clusters.sort((a, b) => compareText(textOf(a), textOf(b)));
  const summary = summaryOf(clusters);
  return {
    schemaVersion: 1,
    query: context.query,
    servers: results.map(serverOf),
    clusters,
    summary,
    gate: gateOf(summary, context.failOn),
  };
}

/** The row of a server that could not be read, or that has no cluster. */
function serverRow(result: ServerResult): FleetCluster {
  const { server, product, version, error } = serverOf(result);
  return {
    ...withoutDays({ cluster: null, state: error === null ? 'missing' : 'unreachable' }),
    server,
    product,
    version,
    detail: error ?? 'the server has no data of any cluster',
  };
}

function withoutDays(named: Pick<FleetCluster, 'cluster' | 'state'>): FleetCluster {
  return {
    cluster: named.cluster,
    server: null,
    product: null,
    version: null,
    state: named.state,
    lastDay: null,
    missingDays: [],
    reconciledUntil: null,
    detail: null,
  };
}

/** Expected clusters without data: missing where every server could be read, else not known. */
function absentClusters(
  reporting: readonly FleetCluster[],
  results: readonly ServerResult[],
  { expected }: FleetContext,
): FleetCluster[] {
  const known = new Set(reporting.map(({ cluster }) => cluster));
  const unread = results.map(serverOf).filter(({ error }) => error !== null);
  const isKnown = unread.length === 0;
  const more = unread.length > 1 ? ` and ${unread.length - 1} more` : '';
  return [...(expected?.keys() ?? [])]
    .filter((id) => !known.has(id))
    .map((cluster) => ({
      ...withoutDays({ cluster, state: isKnown ? 'missing' : 'unreachable' }),
      detail: isKnown
        ? 'expected, and no data in the window'
        : `no data on the servers that could be read; not known: ${unread[0]?.server}${more}`,
    }));
}

/** Names the missing cluster that an unexpected id resembles. */
function withResemblance(
  clusters: readonly FleetCluster[],
  absent: readonly FleetCluster[],
): FleetCluster[] {
  const ids = absent.flatMap(({ cluster }) => cluster ?? []);
  return clusters.map((one) => {
    const near = one.state === 'unexpected' ? nearestOf(one.cluster ?? '', ids) : null;
    return near === null
      ? one
      : { ...one, detail: `${one.detail}; is it ${near}, which is missing?` };
  });
}

/** Names the other servers that have a cluster of the same id. */
function withDuplicates(clusters: readonly FleetCluster[]): FleetCluster[] {
  const servers = new Map<string | null, string[]>();
  for (const { cluster, server } of clusters) {
    servers.set(cluster, [...(servers.get(cluster) ?? []), server ?? '']);
  }
  return clusters.map((one) => {
    const others = (servers.get(one.cluster) ?? []).filter((server) => server !== one.server);
    if (others.length === 0) return one;
    const more = others.length > 1 ? ` and ${others.length - 1} more` : '';
    const text = `this id is also on ${others[0]}${more}`;
    return { ...one, detail: one.detail === null ? text : `${one.detail}; ${text}` };
  });
}

function serverOf(result: ServerResult): FleetServer {
  const { server, product, version } = result;
  const error = 'clusters' in result ? (result.unread[0]?.reason ?? null) : result.reason;
  return { server, product, version, error };
}

function summaryOf(clusters: readonly FleetCluster[]): FleetReport['summary'] {
  const count = (state: FleetState) => clusters.filter((one) => one.state === state).length;
  return {
    total: clusters.filter(({ cluster, state }) => cluster !== null && state !== 'unexpected')
      .length,
    complete: count('complete'),
    gaps: count('gaps'),
    silent: count('silent'),
    missing: count('missing'),
    unexpected: count('unexpected'),
    unreachable: count('unreachable'),
  };
}

function gateOf(
  summary: FleetReport['summary'],
  failOn: readonly FleetState[] | null,
): FleetReport['gate'] {
  if (failOn === null) return null;
  const hasFailed = failOn.some((state) => summary[state] > 0);
  const passed = hasFailed ? false : summary.unreachable > 0 ? null : true;
  return { failOn: fleetStateNames.filter((state) => failOn.includes(state)), passed };
}

function textOf({ cluster, server }: FleetCluster): string {
  return `${cluster ?? '\uffff'}\n${server ?? ''}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
