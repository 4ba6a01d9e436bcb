import type { Cause } from '../../audits/schema.ts';
import { amountText } from '../amount-text.ts';
import { codes } from '../codes.ts';
import type { Day } from '../day.ts';
import { objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';

/** Bills against assets, and what is paid and unused. */
export function bills(day: Day): void {
  billMismatches(day);
  missingBills(day);
  unclaimedVolumes(day);
}

/** At least so many assets of one provider with one ratio to their bills are one cause. */
const factorCount = 5;

function billMismatches(day: Day): void {
  const items = day.ledger.open('AuditAssetReconciliation').filter(({ delta }) => delta !== null);
  const ratios = items.map(ratioOf);
  for (const [i, item] of items.entries()) {
    const [providerID = '', category = ''] = item.key;
    const known = objectOfBill(day, providerID);
    const ratio = ratios[i] ?? Number.NaN;
    const own = causeInBill(item);
    const alike = ratios.filter(
      (other) => Math.abs(other - ratio) <= 0.001 * Math.abs(ratio),
    ).length;
    const found = item.found;
    const [asset, bill] = 'expected' in found ? [found.actual, found.expected] : [null, null];
    const variant = alike >= factorCount ? 'factor' : (own?.code ?? null);
    const source = own === null ? '/cloudCost' : 'the bill';
    const finding = day.add({
      code: 'bill-mismatch',
      variant,
      object: objectOf('bill', known?.name ?? providerID, {
        cluster: known?.cluster ?? null,
        providerID,
        details: { category },
      }),
      reason: variant === 'factor' ? `factor ${ratio.toPrecision(3)}` : (known?.cluster ?? ''),
      wrong: ['assets'],
      amount: item.delta,
      effect: { workloads: null, idle: null, assets: item.delta, bill: 0 },
      values: {
        object: known ? `${known.name} (${providerID})` : providerID,
        providerID,
        category,
        asset: asset === null ? 'an unknown amount' : amountText(asset),
        bill: bill === null ? 'an unknown amount' : amountText(bill),
      },
      facts: [
        { fact: `the asset costs ${asset}`, source: '/assets' },
        { fact: `the bill says ${bill}`, source },
        ...(own === null ? [] : [{ fact: own.detail, source }]),
      ],
    });
    item.propose(finding);
  }
}

/** The largest cause that a bill of the user's shows; null for a bill that the server has. */
function causeInBill({ found }: Item): Cause | null {
  const causes = 'expected' in found ? (found.causes ?? []) : [];
  return causes.find(({ code }) => code in codes['bill-mismatch'].variants) ?? null;
}

function ratioOf({ found }: Item): number {
  if (!('expected' in found) || !found.expected) return Number.NaN;
  return (found.actual ?? Number.NaN) / found.expected;
}

/** The node, disk or load balancer of a provider ID. */
function objectOfBill(
  { evidence }: Day,
  providerID: string,
): { cluster: string; name: string } | undefined {
  if (!evidence) return undefined;
  const { nodes, disks, loadBalancers } = evidence;
  return [...nodes, ...disks, ...loadBalancers].find((asset) => asset.providerID === providerID);
}

/** The cost of an asset in the description of its missing bill. */
const amountInText = /(?:asset of|costs|assets,) (\d+(?:\.\d+)?)/;

function missingBills(day: Day): void {
  for (const item of day.ledger.open('AuditAssetReconciliation')) {
    const [providerID = '', category = ''] = item.key;
    const known = objectOfBill(day, providerID);
    const description = 'description' in item.found ? item.found.description : 'no bill';
    const amount = amountInText.exec(description)?.[1];
    const isLocal = day.evidence?.nodes.some(({ name }) => name === providerID) ?? false;
    const finding = day.add({
      code: 'bill-missing',
      variant: isLocal ? 'node-local' : null,
      object: objectOf('bill', known?.name ?? providerID, {
        cluster: known?.cluster ?? null,
        providerID,
        details: { category },
      }),
      reason: category,
      amount: amount === undefined ? null : Number(amount),
      effect: { workloads: null, idle: null, assets: null, bill: null },
      values: {
        object: known ? `${known.name} (${providerID})` : providerID,
        value: amount === undefined ? 'unknown' : amountText(Number(amount)),
      },
      facts: [
        {
          fact: description,
          source: / in the bill| of account /.test(description) ? 'the bill' : '/cloudCost',
        },
      ],
    });
    item.propose(finding);
  }
}

/** Volumes that nothing mounts: paid for, and worth knowing where a window is looked at anyway. */
function unclaimedVolumes(day: Day): void {
  for (const volume of day.evidence?.volumes ?? []) {
    if (volume.unmounted === 'no' || !(volume.cost > 0)) continue;
    const known = day.drafts.some(
      ({ object }) => object.kind === 'volume' && object.name === volume.name,
    );
    if (known) continue;
    day.add({
      code: 'volume-unclaimed',
      variant: volume.unmounted === 'claimed' ? 'claimed' : null,
      object: objectOf('volume', volume.name, {
        cluster: volume.cluster,
        namespace: volume.namespace || null,
      }),
      amount: volume.cost,
      effect: {},
      values: { volume: volume.name, value: amountText(volume.cost) },
      facts: [
        {
          fact: `only rows of unmounted volumes carry it, at ${amountText(volume.cost)}`,
          source: '/allocation pvs',
        },
      ],
    });
  }
}

/** Everything that no finding accounts for: what is left of a difference, with the parts it sits in. */
export function remainders(day: Day): void {
  for (const item of day.ledger.items) {
    if (item.audit.status === 'Warning' && !item.isClaimed && item.delta === null) continue;
    const { claims, left } = item.settle();
    const [first] = claims;
    if (item.delta === null) {
      if (!first) unexplained(day, item, { amount: null, parts: [] });
      continue;
    }
    const sum = [...left.values()].reduce((total, part) => total + part, 0);
    const amount = Number.isFinite(sum) ? sum : item.delta;
    const resolution = Math.max(item.errorOf(claims), claims.length > 0 ? roundingOf(item) : 0);
    if (Math.abs(amount) <= Math.max(resolution, 1e-9 * Math.abs(item.delta))) continue;
    const parts = [...left].filter(([, part]) => Math.abs(part) > resolution).map(([name]) => name);
    unexplained(day, item, { amount, parts });
  }
}

/**
 * What the rounding of rows to 5 decimals can leave of a difference that Kubecost's own audit computed from
 * exact costs, beside claims that are sums of rows.
 */
function roundingOf({ audit, resolution }: Item): number {
  return audit.resolution === null && resolution === 0 ? 0.0005 : 0;
}

function unexplained(
  day: Day,
  item: Item,
  { amount, parts }: { amount: number | null; parts: readonly string[] },
): void {
  const { type } = item.audit;
  const cluster = type === 'AuditClusterEquality' ? (item.key[0] ?? null) : null;
  const finding = day.add({
    code: 'unexplained',
    severity: item.audit.status === 'Failed' ? 'error' : 'warning',
    object: objectOf(cluster === null ? 'slice' : 'cluster', item.key.join('/'), {
      cluster,
      details: { audit: type },
    }),
    reason: `${type} ${cluster ?? ''}`,
    confidence: 'possible',
    amount,
    effect: { workloads: null, idle: null, assets: null },
    values: {
      audit: type,
      key: item.key.join(' / '),
      value: amount === null ? 'An unknown amount' : amountText(amount),
      parts:
        parts.filter((part) => part !== 'all').join(', ') ||
        'one number that the audit does not split',
    },
    facts: [
      {
        fact: `${item.key.join(' ')} differs by ${item.delta ?? 'an unknown amount'}`,
        source: type,
      },
    ],
  });
  item.propose(finding, amount);
}
