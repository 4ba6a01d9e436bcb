import type { DoctorReportBuilder, StepProblem } from './report.ts';
import { commandFor, kubeCommand } from './retry-command.ts';
import type { DoctorTarget } from './target.ts';

function advice(hasEventLog: boolean, target: DoctorTarget): Omit<StepProblem, 'detail'> {
  if (hasEventLog) {
    return {
      hint: 'the event log is of another cluster than the costs; choose the cluster with --context',
      command: kubeCommand(target, '<context>'),
    };
  }
  // without an event log nothing else is local: the metrics carry another id than the server, or none
  return {
    hint: 'the metrics have another cluster id than the server; check its CLUSTER_ID and PROM_CLUSTER_ID_LABEL',
    command: commandFor("api '/allocation?window=2d&aggregate=cluster'", target),
  };
}

/** Kubecost 2.x has the costs of all clusters and the event log of the local one. */
export function checkCluster(
  report: DoctorReportBuilder,
  clusters: readonly string[],
  hasEventLog: boolean,
  target: DoctorTarget,
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
      ...advice(hasEventLog, target),
    });
  } else if (clusters.length > 1 && hasEventLog) {
    report.warn('cluster', {
      detail: `costs of ${names}; event log of ${clusterId} only`,
    });
  } else if (clusters.length > 1) {
    report.pass('cluster', `costs of ${names}; the server runs in ${clusterId}`);
  } else report.pass('cluster', clusterId);
}
