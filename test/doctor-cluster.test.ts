import { expect, test } from 'vitest';
import { checkCluster } from '../src/doctor/cluster.ts';
import { DoctorReportBuilder } from '../src/doctor/report.ts';

test.each([
  [['default-cluster'], false, 'the costs are of default-cluster', 'PROM_CLUSTER_ID_LABEL'],
  [[''], false, 'the costs are of a cluster without an id', 'PROM_CLUSTER_ID_LABEL'],
  [['stage'], true, 'the costs are of stage', '--context'],
])(
  'costs of %j, event log %j, on a server of another cluster',
  (clusters, hasLog, detail, hint) => {
    const report = new DoctorReportBuilder();
    report.clusterId = 'prod';
    checkCluster(report, clusters, hasLog);
    const step = report.report().steps.find((one) => one.step === 'cluster');
    expect(step).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining(detail),
      hint: expect.stringContaining(hint),
    });
  },
);
