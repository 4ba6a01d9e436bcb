import type { LoadBalancerAsset, WindowEvidence } from '../../audits/local/evidence/evidence.ts';
import { amountText } from '../amount-text.ts';
import type { Day } from '../day.ts';
import { objectOf } from '../draft.ts';
import type { Item } from '../ledger.ts';
import { claimPart, tolerance } from './claims.ts';

export function loadBalancers(day: Day, evidence: WindowEvidence, item: Item): void {
  const part = item.parts.get('load-balancers') ?? item.parts.get('all') ?? 0;
  if (evidence.balanced === null || part === 0) return;
  const [cluster = ''] = item.key;
  const assets = evidence.loadBalancers.filter((asset) => asset.cluster === cluster);
  const matched = new Set<LoadBalancerAsset>();
  for (const use of evidence.balanced.filter((one) => one.cluster === cluster)) {
    const names = [use.service, `${use.namespace}/${use.service}`];
    const own = assets.filter(({ name }) =>
      names.some((known) => name === known || name.endsWith(`/${known}`)),
    );
    for (const asset of own) matched.add(asset);
    const cost = own.reduce((sum, asset) => sum + asset.cost, 0);
    const lost = own.reduce((sum, asset) => sum + asset.adjustment, 0);
    const delta = use.cost - cost;
    const unadjusted =
      use.adjustment === 0 && lost !== 0 && Math.abs(delta + lost) <= tolerance(day, cost);
    if (Math.abs(delta) > tolerance(day, Math.max(cost, use.cost)) && !unadjusted) {
      loadBalancer(
        day,
        {
          cluster,
          namespace: use.namespace,
          service: use.service,
          allocated: use.cost,
          asset: cost,
          assets: own.length,
        },
        item,
      );
    }
  }
  for (const asset of assets) {
    if (matched.has(asset) || asset.cost <= tolerance(day, asset.cost)) continue;
    loadBalancer(
      day,
      { cluster, namespace: '', service: asset.name, allocated: 0, asset: asset.cost, assets: 1 },
      item,
    );
  }
}

interface LoadBalancerSides {
  readonly cluster: string;
  readonly namespace: string;
  readonly service: string;
  readonly allocated: number;
  readonly asset: number;
  readonly assets: number;
}

function loadBalancer(day: Day, sides: LoadBalancerSides, item: Item): void {
  const { cluster, namespace, service, allocated, asset, assets } = sides;
  const amount = allocated - asset;
  const ratio = asset / allocated;
  const isOneOfN = assets > 1 && Math.abs(ratio - Math.round(ratio)) < 0.01 && ratio > 1.5;
  const variant =
    allocated === 0 ? 'no-allocation' : assets === 0 ? 'no-asset' : isOneOfN ? 'one-of-n' : null;
  const inAssets = variant === 'no-asset';
  const finding = day.add({
    code: 'load-balancer-mismatch',
    variant,
    object: objectOf('load-balancer', namespace === '' ? service : `${namespace}/${service}`, {
      cluster,
      namespace: namespace || null,
    }),
    confidence: variant === null ? 'likely' : 'certain',
    wrong: inAssets ? ['assets'] : variant === null ? null : ['allocations'],
    amount: inAssets ? -amount : amount,
    effect: inAssets
      ? { workloads: 0, idle: 0, assets: -amount }
      : { workloads: amount, idle: 0, assets: 0 },
    values: { service, allocated: amountText(allocated), asset: amountText(asset) },
    facts: [
      { fact: `allocations carry ${amountText(allocated)}`, source: '/allocation lbAllocations' },
      { fact: `${assets} assets cost ${amountText(asset)}`, source: '/assets' },
    ],
  });
  claimPart(item, finding, ['load-balancers'], amount);
}
