import { clustersOf, identify } from '../kubecost/identity.ts';
import { etlAuditSchema } from '../kubecost/schemas/etl-audit.ts';
import { day, hour, minute } from '../time.ts';
import { checkCluster } from './cluster.ts';
import { clusterCosts, costSetsSchema } from './cluster-costs.ts';
import { checkEndpoints } from './endpoints.ts';
import type { DoctorReportBuilder } from './report.ts';
import type { ProbeResult, Requester } from './requests.ts';
import { commandFor } from './retry-command.ts';
import type { DoctorTarget } from './target.ts';

/** An event log whose newest event is older has stopped: sets are built every hour. */
const maxEventAge = 6 * hour;

/** The largest difference between the clocks that does not distort the age of the newest event. */
const clockTolerance = minute;

/**
 * The steps from the product to the retention.
 *
 * @returns whether the credentials were refused by the endpoints that are needed
 */
export async function checkCapabilities(
  report: DoctorReportBuilder,
  requester: Requester,
  target: DoctorTarget,
): Promise<boolean> {
  const [productConfigs, clusterInfo, installInfo] = await Promise.all([
    requester.unwrapped('/productConfigs'),
    requester.data('/clusterInfo'),
    requester.unwrapped('/installInfo'),
  ]);
  // in the first hour of a day, the day alone has no data yet
  const [events, audits, assets] = await Promise.all([
    requester.newestEvent(),
    requester.data('/etl/audit', '?window=1d', etlAuditSchema),
    requester.data('/assets', '?window=2d&aggregate=type&accumulate=true', costSetsSchema),
  ]);
  const costs = await clusterCosts(requester, '2d');
  const clouds = await requester.data('/cloudCost', '?window=1d&aggregate=provider');
  const identity = identify({
    productConfigs: dataOf(productConfigs),
    clusterInfo: dataOf(clusterInfo),
    installInfo: dataOf(installInfo),
    hasEventLog: events.ok,
    assets: dataOf(assets),
    allocations: dataOf(costs),
  });
  Object.assign(report, {
    product: identity.product,
    version: identity.version,
    clusterId: identity.clusterId,
  });
  checkProduct(report, events.ok);
  const isRefused = checkEndpoints(
    report,
    { 'event log': events, audits, allocations: costs, assets, 'cloud costs': clouds },
    target,
  );
  checkCluster(report, clustersOf(dataOf(costs)), events.ok, target);
  checkPipeline(report, events, target);
  checkClock(report, [events, clusterInfo, productConfigs, installInfo, costs]);
  if (identity.retention) report.pass('retention', identity.retention);
  else report.skip('retention', unreported);
  return isRefused;
}

const unreported = 'not reported by the server';

function dataOf(result: ProbeResult<unknown>): unknown {
  return result.ok ? result.data : undefined;
}

function checkProduct(report: DoctorReportBuilder, hasEventLog: boolean): void {
  const { product, version } = report;
  const names = { kubecost: 'Kubecost', opencost: 'OpenCost' } as const;
  if (product === null) {
    report.warn('product', { detail: 'unknown: no endpoint that only one product has responded' });
  } else report.pass('product', names[product]);
  if (version === null) report.skip('version', unreported);
  else if (product === 'kubecost' && !hasEventLog) {
    report.pass('version', `${version} (no event log, as in Kubecost 3)`);
  } else report.pass('version', version);
}

function checkPipeline(
  report: DoctorReportBuilder,
  events: ProbeResult<string | null>,
  target: DoctorTarget,
): void {
  if (!events.ok) {
    report.skip('etl', 'unknown without an event log');
    return;
  }
  if (events.data === null) {
    report.warn('etl', {
      detail: 'the event log is empty',
      hint: 'the pipeline has just started, or it has stopped',
      command: commandFor('events coverage', target),
    });
    return;
  }
  const age = (events.date ?? events.at) - Date.parse(events.data);
  const detail = `the newest event is ${ageText(age)} old`;
  if (age <= maxEventAge) report.pass('etl', detail);
  else {
    report.fail('etl', {
      detail,
      hint: 'the pipeline has stopped; the log of the cost-model has the reason',
      command: commandFor('events --errors', target),
    });
  }
}

function ageText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / minute));
  if (minutes < 120) return `${minutes} min`;
  return ms < 2 * day ? `${Math.round(ms / hour)} h` : `${Math.round(ms / day)} d`;
}

function checkClock(report: DoctorReportBuilder, results: readonly ProbeResult<unknown>[]): void {
  const dated = results.find((result) => result.ok && result.date !== null);
  if (!dated?.ok || dated.date === null) {
    report.skip('clock', 'the server sends no Date header');
    return;
  }
  const ahead = dated.date - dated.at;
  // a Date header has no fraction of a second
  const seconds = Math.round(ahead / 1000);
  const detail = `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`;
  if (Math.abs(ahead) <= clockTolerance) {
    report.pass('clock', Math.abs(seconds) <= 1 ? 'within a second' : detail);
  } else {
    report.warn('clock', {
      detail,
      hint: 'one of the two clocks is wrong; recent windows may look incomplete or stale',
    });
  }
}
