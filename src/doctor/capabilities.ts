import type { Connection } from '../commands/connection/connection.ts';
import { retryCommand, shellQuote } from '../commands/retry-command.ts';
import { clustersOf, identify } from './identity.ts';
import type { DoctorReportBuilder } from './report.ts';
import type { ProbeResult, Requester } from './requests.ts';

const hour = 60 * 60_000;

/** An event log whose newest event is older than this has stopped: sets are built every hour. */
const stale = 6 * hour;

/** A clock that is off by more than this spoils the judgement of what is fresh. */
const clockTolerance = 60_000;

/** What the server is, what it offers, and whether its pipeline is at work. */
export async function checkCapabilities(
  examination: DoctorReportBuilder,
  asker: Requester,
  connection: Connection,
): Promise<void> {
  const [productConfigs, clusterInfo, installInfo] = await Promise.all([
    asker.bare('/productConfigs'),
    asker.data('/clusterInfo'),
    asker.bare('/installInfo'),
  ]);
  const [events, audits, assets] = await Promise.all([
    asker.newestEvent(),
    asker.data('/etl/audit', '?window=1d'),
    asker.data('/assets', '?window=1d&aggregate=type&accumulate=true'),
  ]);
  const costs = await asker.data('/allocation', '?window=1d&aggregate=cluster&accumulate=true');
  const clouds = await asker.data('/cloudCost', '?window=1d&aggregate=provider');
  const identity = identify({
    productConfigs: dataOf(productConfigs),
    clusterInfo: dataOf(clusterInfo),
    installInfo: dataOf(installInfo),
    hasEventLog: events.ok,
    assets: dataOf(assets),
  });
  Object.assign(examination, {
    product: identity.product,
    version: identity.version,
    clusterId: identity.clusterId,
  });
  examineProduct(examination, events.ok);
  examineEndpoints(
    examination,
    { 'event log': events, audits, allocations: costs, assets, 'cloud costs': clouds },
    connection,
  );
  examineCluster(examination, clustersOf(dataOf(costs)), events.ok);
  examinePipeline(examination, events);
  examineClock(examination, [events, clusterInfo, productConfigs, installInfo, costs]);
  if (identity.retention) examination.pass('retention', identity.retention);
  else examination.skip('retention', 'the server does not tell');
}

function dataOf(asked: ProbeResult<unknown>): unknown {
  return asked.ok ? asked.data : undefined;
}

function examineProduct(examination: DoctorReportBuilder, hasEventLog: boolean): void {
  const { product, version } = examination;
  const names = { kubecost: 'Kubecost', opencost: 'OpenCost' } as const;
  if (product === null) {
    examination.warn('product', { detail: 'it does not tell whether it is Kubecost or OpenCost' });
  } else examination.pass('product', names[product]);
  if (version === null) examination.skip('version', 'the server does not tell');
  else if (product === 'kubecost' && !hasEventLog) {
    examination.pass('version', `${version}: without an event log, as Kubecost 3 is`);
  } else examination.pass('version', version);
}

function examineEndpoints(
  examination: DoctorReportBuilder,
  asked: Readonly<Record<string, ProbeResult<unknown>>>,
  { base, credentials }: Connection,
): void {
  const all = Object.entries(asked);
  const offered = all.filter(([, { ok }]) => ok).map(([name]) => name);
  const refused = all.filter(([, answer]) => !answer.ok && answer.telling === 'auth');
  const missing = all.flatMap(([name, answer]) =>
    !answer.ok && (answer.telling === 'missing' || answer.telling === 'page') ? [name] : [],
  );
  const broken = all.flatMap(([name, answer]) =>
    answer.ok || refused.some(([other]) => other === name) || missing.includes(name)
      ? []
      : [`${name}: ${answer.error.message}`],
  );
  const list = `${offered.join(', ') || 'nothing'}${missing.length > 0 ? `; no ${missing.join(', no ')}` : ''}`;
  if (refused.length > 0) {
    const names = refused.map(([name]) => name).join(', ');
    const usesKey = credentials.some(({ kind }) => kind === 'apiKey');
    examination.fail('endpoints', {
      detail: `${list}; not allowed: ${names}`,
      hint: usesKey
        ? "a service key is taken by the aggregator's endpoints only (allocations, assets, cloud costs)"
        : 'these credentials are not taken there',
      command: `KC_ETL_TOKEN=<token> ${retryCommand(`--url ${shellQuote(base)}`)}`,
    });
  } else if (broken.length > 0) {
    examination.warn('endpoints', { detail: `${list}; ${broken.join('; ')}` });
  } else if (missing.includes('event log')) {
    examination.warn('endpoints', {
      detail: list,
      hint: 'Kubecost 3 and OpenCost keep no event log; which windows are built shows all the same',
      command: 'kc-etl events coverage',
    });
  } else if (missing.includes('audits')) {
    examination.warn('endpoints', {
      detail: list,
      hint: 'Kubecost computes audits up to 1.105 only; kc-etl computes them itself',
      command: 'kc-etl audit run --window yesterday --engine local',
    });
  } else examination.pass('endpoints', list);
}

/** In 2.x the costs are of all clusters, and the event log of the one that answers. */
function examineCluster(
  examination: DoctorReportBuilder,
  clusters: readonly string[],
  hasEventLog: boolean,
): void {
  const { clusterId } = examination;
  if (clusterId === null && clusters.length === 0) {
    examination.skip('cluster', 'the server does not tell');
  } else if (clusterId === null) {
    examination.pass('cluster', `costs of ${clusters.join(', ')}`);
  } else if (clusters.length === 0) examination.pass('cluster', clusterId);
  else if (!clusters.includes(clusterId)) {
    examination.warn('cluster', {
      detail: `the cost-model is that of ${clusterId}, but the costs are of ${clusters.join(', ')}`,
      hint: 'its event log is about another cluster than its costs: choose the cluster',
      command: 'kc-etl doctor --kube --context <the context of that cluster>',
    });
  } else if (clusters.length > 1 && hasEventLog) {
    examination.warn('cluster', {
      detail: `costs of ${clusters.join(', ')}; the event log is that of ${clusterId} only`,
    });
  } else examination.pass('cluster', clusterId);
}

function examinePipeline(
  examination: DoctorReportBuilder,
  events: ProbeResult<string | null>,
): void {
  if (!events.ok) {
    examination.skip('etl', 'there is no event log to tell');
    return;
  }
  if (events.data === null) {
    examination.warn('etl', {
      detail: 'the event log is empty',
      hint: 'a pipeline that has just started, or one that stands still',
      command: 'kc-etl events coverage',
    });
    return;
  }
  const age = (events.date ?? events.at) - Date.parse(events.data);
  const words = `the newest event is ${ageText(age)} old`;
  if (age <= stale) examination.pass('etl', words);
  else {
    examination.fail('etl', {
      detail: words,
      hint: 'the pipeline stands still: the log of the cost-model has the reason',
      command: 'kc-etl events --errors',
    });
  }
}

function ageText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2 * 24 * 60
    ? `${Math.round(minutes / 60)} h`
    : `${Math.round(minutes / 1440)} d`;
}

function examineClock(
  examination: DoctorReportBuilder,
  asked: readonly ProbeResult<unknown>[],
): void {
  const dated = asked.find((answer) => answer.ok && answer.date !== null);
  if (!dated?.ok || dated.date === null) {
    examination.skip('clock', 'the server does not tell the time');
    return;
  }
  const ahead = dated.date - dated.at;
  // a Date header has no fraction of a second
  const seconds = Math.round(ahead / 1000);
  const words = `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`;
  if (Math.abs(ahead) <= clockTolerance) {
    examination.pass('clock', Math.abs(seconds) <= 1 ? 'within a second' : words);
  } else {
    examination.warn('clock', {
      detail: words,
      hint: 'one of the two clocks is wrong; windows that end now may look unfinished',
    });
  }
}
