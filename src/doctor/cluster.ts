import type { DoctorReportBuilder } from './report.ts';

const otherCluster = {
  hint: 'the event log is of another cluster than the costs; choose the cluster with --context',
  command: 'kc-etl doctor --kube --context <context>',
};

/** Without an event log nothing else is local: the metrics carry another id than the server, or none. */
const otherId = {
  hint: 'the metrics have another cluster id than the server; check its CLUSTER_ID and PROM_CLUSTER_ID_LABEL',
  command: "kc-etl api '/allocation?window=1d&aggregate=cluster'",
};

/** Kubecost 2.x has the costs of all clusters and the event log of the local one. */
export function checkCluster(
  report: DoctorReportBuilder,
  clusters: readonly string[],
  hasEventLog: boolean,
): void {
  const { clusterId } = report;
  const names = clusters.map((name) => name || 'a cluster without an id').join(', ');
  if (clusterId === null && clusters.length === 0) {
    report.skip('cluster', 'not reported by the server');
  } else if (clusterId === null) {
    report.pass('cluster', `costs of ${names}`);
  } else if (clusters.length === 0) report.pass('cluster', clusterId);
  else if (!clusters.includes(clusterId)) {
    report.warn('cluster', {
      detail: `the cost-model runs in ${clusterId}, the costs are of ${names}`,
      ...(hasEventLog ? otherCluster : otherId),
    });
  } else if (clusters.length > 1 && hasEventLog) {
    report.warn('cluster', {
      detail: `costs of ${names}; event log of ${clusterId} only`,
    });
  } else if (clusters.length > 1) {
    report.pass('cluster', `costs of ${names}; the server runs in ${clusterId}`);
  } else report.pass('cluster', clusterId);
}
