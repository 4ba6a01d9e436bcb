import { approx } from '../../../costs/approximation.ts';
import { Sum } from '../../../costs/sum.ts';
import type { LocalAudit } from '../audit.ts';
import type { AuditWindow } from '../audit-window.ts';
import type { Comparison } from '../comparison.ts';
import { compareSides } from '../side-comparison.ts';
import { Sides } from '../sides.ts';
import { noAssetAggregates } from '../unsupported.ts';

const byCluster = 'assets by cluster';
const byNode = 'assets by cluster,providerid';

/** All assets by cluster, by node and altogether, against the server's total store. */
export const assetTotalStore: LocalAudit = {
  settling: 'stores',
  differenceStatus: 'Failed',
  unsupportedReason: noAssetAggregates,
  requires: () => ['assets'],
  optional: ({ cluster }) => [
    byCluster,
    byNode,
    ...(cluster === null ? (['topline'] as const) : []),
  ],
  evaluate(day, comparison) {
    const { half } = day.assets.precision;
    compareNodes(day, half, comparison);
    compareSides(day, byCluster, (_property, key) => ['cluster', key], half, comparison);
    if (day.scope.cluster === null) compareTopline(day, half, comparison);
  },
};

/** Only what a node and its disks cost under one providerID: the rest is in the cluster's sum. */
function compareNodes(day: AuditWindow, half: number, comparison: Comparison): void {
  const answer = day.answerTo(byNode);
  if (typeof answer === 'object' && answer.cannot) {
    comparison.note(`nodes were not compared: ${answer.reason}`);
    return;
  }
  const nodes = new Map<string, string>();
  for (const [key, prices] of day.assets.nodes) {
    for (const { cluster, providerID } of prices) {
      if (providerID !== '') nodes.set(`${cluster || '__undefined__'}/${providerID}`, key);
    }
  }
  const lack = day.lack(byNode);
  if (lack !== null) {
    comparison.unknown(`by node: ${lack}`);
    return;
  }
  const answered = day.precisions.get(byNode)?.half ?? half;
  const sides = day.sides.get(byNode) ?? new Sides();
  for (let id = 0; id < sides.size; id++) {
    const providerID = sides.key(id);
    const node = nodes.get(providerID);
    const [ours, theirs] = [sides.rows('expected', id), sides.rows('actual', id)];
    if (node === undefined || ours === 0) continue;
    if (theirs === 0) {
      comparison.missing(['node', node], `the total store has no ${providerID}`);
      continue;
    }
    comparison.compare(
      ['node', node],
      approx(sides.value('expected', id), ours * half),
      approx(sides.value('actual', id), theirs * answered),
    );
  }
}

function compareTopline(day: AuditWindow, half: number, comparison: Comparison): void {
  const answer = day.answerTo('topline');
  if (typeof answer === 'object' && answer.cannot) {
    comparison.note(`the total of all assets was not compared: ${answer.reason}`);
    return;
  }
  const lack = day.lack('topline');
  if (lack !== null || day.total === null) {
    comparison.unknown(`total of all assets: ${lack ?? 'no total in the answer'}`);
    return;
  }
  const sum = new Sum();
  let rows = 0;
  const sides = day.sides.get(byCluster) ?? new Sides();
  for (let id = 0; id < sides.size; id++) {
    sum.add(sides.value('expected', id));
    rows += sides.rows('expected', id);
  }
  const all = approx(sum.value, rows * half);
  comparison.compare(['cluster', '(all)'], all, approx(day.total, half));
}
