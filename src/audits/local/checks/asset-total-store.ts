import { approx, plus } from '../../../costs/approximation.ts';
import { assetCosts } from '../../../costs/rows.ts';
import type { LocalAudit } from '../audit.ts';
import type { AuditInput } from '../audit-input.ts';
import type { Comparison } from '../comparison.ts';
import { compareAggregate, compareParts } from '../keyed-comparison.ts';
import type { KeyedTotals } from '../keyed-sums.ts';
import { noAssetAggregates } from '../unsupported.ts';
import { contentOf } from '../usability.ts';

const byCluster = 'assets by cluster';
const byNode = 'assets by cluster,providerid';

/** All assets by cluster, by node and in total, against the server's asset total store. */
export const assetTotalStore: LocalAudit = {
  settling: 'stores',
  unsupportedReason: noAssetAggregates,
  requires: () => ['assets'],
  optional: ({ cluster }) => [
    byCluster,
    byNode,
    ...(cluster === null ? (['topline'] as const) : []),
  ],
  comparesStores: true,
  evaluate(input, comparison) {
    compareNodes(input, comparison);
    const keyOf = (_property: string, key: string) => ['cluster', key];
    compareAggregate(input, { request: byCluster, keyOf }, comparison);
    if (input.scope.cluster === null) compareTopline(input, comparison);
  },
};

/**
 * A node and its disks under one providerID, and other assets by the providerID that both sides have: one
 * that only one side has is in the cluster's sum.
 */
function compareNodes(input: AuditInput, comparison: Comparison): void {
  const response = input.response(byNode);
  if (response && 'reason' in response && response.unsupported) {
    comparison.remark(`nodes were not compared: ${response.reason}`);
    return;
  }
  const nodes = new Map<string, string>();
  for (const [key, prices] of input.assets.nodes) {
    for (const { cluster, providerID } of prices) {
      if (providerID !== '') nodes.set(`${cluster || '__undefined__'}/${providerID}`, key);
    }
  }
  const unavailable = contentOf(response) === 'empty' ? null : input.unavailableReason(byNode);
  const sums = input.aggregate(byNode);
  if (unavailable !== null || !sums) {
    comparison.undetermined(`by node: ${unavailable ?? 'not requested'}`);
    return;
  }
  for (let id = 0; id < sums.size; id++) {
    const providerID = sums.key(id);
    const node = nodes.get(providerID);
    if (sums.rows('expected', id) === 0) continue;
    const isOnce = sums.rows('actual', id) > 0 && !sums.isRepeated('actual', id);
    if (node === undefined) {
      if (!isOnce) continue;
      compareKey(sums, { id, key: ['providerid', providerID] }, comparison);
    } else if (sums.rows('actual', id) === 0) {
      comparison.addMissing(['node', node], `the asset total store has no ${providerID}`);
    } else compareKey(sums, { id, key: ['node', node] }, comparison);
  }
}

/** Compares the total of a key and its components. */
function compareKey(
  sums: KeyedTotals,
  { id, key }: { readonly id: number; readonly key: readonly string[] },
  comparison: Comparison,
): void {
  const [expected, actual] = [sums.sum('expected', id), sums.sum('actual', id)];
  const isEqual = comparison.compare(key, expected, actual);
  const totalDelta = isEqual ? 0 : actual.value - expected.value;
  if (!Number.isFinite(totalDelta)) return;
  compareParts(sums, { id, fields: assetCosts, totalDelta, keyOf: () => key }, comparison);
}

function compareTopline(input: AuditInput, comparison: Comparison): void {
  const response = input.response('topline');
  if (response && 'reason' in response && response.unsupported) {
    comparison.remark(`the total of all assets was not compared: ${response.reason}`);
    return;
  }
  const unavailable = input.unavailableReason('topline');
  const total = input.toplineTotal;
  if (unavailable !== null || total === null) {
    const reason = unavailable ?? 'the response has no total';
    comparison.undetermined(`total of all assets: ${reason}`);
    return;
  }
  const sums = input.aggregate(byCluster);
  const ids = Array.from({ length: sums?.size ?? 0 }, (_, id) => id);
  const all = plus(...ids.map((id) => sums?.sum('expected', id) ?? plus()));
  comparison.compare(['cluster', '(all)'], all, approx(total, input.assetError(total)));
}
