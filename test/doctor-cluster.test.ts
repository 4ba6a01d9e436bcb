import { expect, test } from 'vitest';
import { checkCluster } from '../src/doctor/cluster.ts';
import { DoctorReportBuilder } from '../src/doctor/report.ts';

const target = {
  base: 'https://costs.example.com',
  address: 'https://costs.example.com',
  tunnel: null,
  options: '--url https://costs.example.com',
  typed: { connection: ['--ca-file ca.pem'], credentials: ['--token-file token'] },
  kubeconfig: 'my config',
  kubectlOptions: [],
  through: null,
  source: '--url',
  credentials: [],
  transport: {},
};
const options = '--ca-file ca.pem --token-file token';
const api = `kc-etl api '/allocation?window=2d&aggregate=cluster' --url https://costs.example.com ${options}`;
const kube = `kc-etl doctor --kube --kubeconfig 'my config' --context <context> ${options}`;

test.each([
  [['default-cluster'], false, 'the costs are of default-cluster', 'PROM_CLUSTER_ID_LABEL', api],
  [[''], false, 'the costs are of a cluster without an id', 'PROM_CLUSTER_ID_LABEL', api],
  [['stage'], true, 'the costs are of stage', '--context', kube],
])(
  'costs of %j, event log %j, on a server of another cluster',
  (...[clusters, hasLog, detail, hint, command]) => {
    const report = new DoctorReportBuilder();
    report.clusterId = 'prod';
    checkCluster(report, clusters, hasLog, target);
    const step = report.report().steps.find((one) => one.step === 'cluster');
    expect(step).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining(detail),
      hint: expect.stringContaining(hint),
      command,
    });
  },
);
