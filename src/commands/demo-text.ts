import { faultDetail, faultNames, faults } from '../demo/faults.ts';
import type { Demo } from '../demo/server.ts';

/** What can be broken, how, and who must notice; for `demo --list-faults`. */
export function faultList(): string {
  return faultNames
    .map((name) => {
      const { breaks, noticedBy } = faults[name];
      const coverage =
        noticedBy.coverage === null ? [] : [`events coverage (${noticedBy.coverage})`];
      const noticing = [...noticedBy.audits, ...coverage].join(', ');
      const lines = [
        `${name}: ${breaks}`,
        `  =detail     ${faultDetail(name)}`,
        `  noticed by  ${noticing || 'kc-etl, as an error of the server'}`,
      ];
      return `${lines.join('\n')}\n`;
    })
    .join('\n');
}

/** What an embedded Kubecost simulates, what is broken in it, and the address to use. */
export function describeDemo(demo: Demo): string {
  const world = demo.describe();
  const rows: [string, string][] = [
    ['address', demo.url],
    ['product', `${world.product} ${world.version}`],
    ['seed', `${world.seed}, ${world.days} days of data`],
    ...world.clusters.map(({ id, provider, nodes }): [string, string] => [
      'cluster',
      `${id} on ${provider}, ${nodes} nodes`,
    ]),
    ['pods', `${world.pods} at a time`],
    ...(world.speed === 1 ? [] : [['speed', `${world.speed} s a second`] as [string, string]]),
    ...(world.faults.length === 0
      ? [['broken', 'nothing'] as [string, string]]
      : world.faults.map(({ name, text }): [string, string] => ['broken', `${name}: ${text}`])),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${label.padEnd(width)}  ${text}\n`).join('');
}
