import { acceptedDetails } from '../demo/fault-option.ts';
import { faultNames, faults } from '../demo/faults.ts';
import type { Demo } from '../demo/server.ts';

/** The faults with their details and who detects them, for `demo --list-faults`. */
export function faultList(): string {
  return faultNames
    .map((name) => {
      const { effect, detectedBy } = faults[name];
      const { audits, possibly, coverage, otherwise } = detectedBy;
      const detectors = [
        ...audits,
        ...possibly.map((audit) => `${audit} (if usage exceeds what is left)`),
        ...(coverage === null ? [] : [`events coverage (${coverage})`]),
      ];
      const lines = [
        `${name}: ${effect}`,
        `  =detail      ${acceptedDetails(name)}`,
        `  detected by  ${otherwise ?? detectors.join(', ')}`,
      ];
      return `${lines.join('\n')}\n`;
    })
    .join('\n');
}

/** Address, simulated clusters and faults of an embedded Kubecost. */
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
    ['pods', `${world.pods} running at a time`],
    ...(world.speed === 1
      ? []
      : [['speed', `${world.speed} simulated seconds per second`] as [string, string]]),
    ...(world.faults.length === 0
      ? [['faults', 'none'] as [string, string]]
      : world.faults.map(({ name, text }): [string, string] => ['fault', `${name}: ${text}`])),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${label.padEnd(width)}  ${text}\n`).join('');
}
