import type { Audit } from '../audits/schema.ts';
import { day, formatTime, hour } from '../time.ts';
import type { RepairStore } from './codes/code.ts';
import { codeInfo } from './codes.ts';
import type { DiagnosisContext } from './context.ts';
import type { Draft } from './draft.ts';
import { hasEtl } from './product-line.ts';
import { forbidsRepair, noRepair } from './repair-warning.ts';
import type { Finding } from './schema.ts';
import { commandOf, fill, type Values } from './texts.ts';

/** The commands that confirm a finding on this product, with its names filled in. */
export function confirmSteps(
  { code, variant }: Pick<Draft, 'code' | 'variant'>,
  values: Values,
  context: DiagnosisContext,
): Finding['confirm'] {
  const { confirm, variants } = codeInfo(code);
  const own = variant === null ? undefined : variants[variant]?.confirm;
  return (own ?? confirm)
    .filter(({ products }) => !products || products.includes(context.product))
    .map((step) => ({ text: textOf(step, context), command: commandOf(step, values, context) }));
}

/** PromQL that kc-etl cannot send itself needs to know where Prometheus is. */
function textOf(step: { readonly text: string }, { product }: DiagnosisContext): string {
  const elsewhere = 'promql' in step && (product === 'opencost' || product === 'kubecost-3');
  return elsewhere
    ? `${step.text} Set PROMETHEUS_URL to the address of your Prometheus.`
    : step.text;
}

/**
 * What to do about a finding on this product: advice first, then requests that rebuild the data. Where a
 * window must not be rebuilt, no advice to rebuild is given: the requests name the windows that can be.
 */
export function actionsOf(
  { code, variant }: Pick<Draft, 'code' | 'variant'>,
  windows: readonly Audit['window'][],
  { values, context }: { readonly values: Values; readonly context: DiagnosisContext },
): Finding['actions'] {
  const { actions, repair, variants } = codeInfo(code);
  const own = variant === null ? undefined : variants[variant]?.actions;
  const repairs = hasEtl(context.product)
    ? windows.flatMap((window) => repairsOf(repair, window, context))
    : [];
  const canRebuild = repairs.length > 0 && !repairs.some(forbidsRepair);
  const advice = (own ?? actions)
    .filter(({ products }) => !products || products.includes(context.product))
    .filter(({ rebuilds }) => !rebuilds || canRebuild)
    .map(({ text }) => ({ text: fill(text, values), request: null, before: null }));
  return [...advice, ...repairs];
}

const stores: Readonly<Record<RepairStore, { path: string; data: string; event: string }>> = {
  asset: { path: '/model/etl/asset/repair', data: 'assets', event: 'AssetSetSaved' },
  allocation: {
    path: '/model/etl/allocation/repair',
    data: 'allocations',
    event: 'AllocationSetSaved',
  },
  cloudCost: { path: '/model/cloudCost/repair', data: 'cloud costs', event: '' },
};

/** Prometheus is not trusted with its last hours: it may drop them while a repair runs. */
const reserve = 6 * hour;

/** The default of Kubecost's chart since 2.2. */
const defaultRetention = 97 * hour;

function keeps(retention: number | null): string {
  if (retention === null) return `keeps ${defaultRetention / hour} h by default`;
  return `keeps ${Math.round(retention / hour)} h`;
}

/** Requests that rebuild a window, in order; a warning instead where they would empty it. */
function repairsOf(
  repair: readonly RepairStore[],
  window: Audit['window'],
  { now, retention }: DiagnosisContext,
): Finding['actions'] {
  if (repair.length === 0) return [];
  const start = Date.parse(window.start);
  const deadline = start + (retention ?? defaultRetention) - reserve;
  const date = Date.parse(window.end) - start === day ? window.start.slice(0, 10) : window.start;
  if (now > deadline && repair.some((store) => store !== 'cloudCost')) {
    return [
      {
        text:
          `${noRepair} ${date}: Prometheus ${keeps(retention)} and ` +
          `${now > deadline + reserve ? 'no longer has the whole day, so a repair would' : 'drops the start of the day within hours, so a repair could'}` +
          ' empty the set. Restore it from a backup.',
        request: null,
        before: null,
      },
    ];
  }
  return repair.map((store) => {
    const { path, data, event } = stores[store];
    const wait = event === '' ? '' : ` and wait for ${event}`;
    const danger =
      store === 'cloudCost'
        ? ''
        : ` This writes, on the cluster that built the data; after ${formatTime(deadline)} it would empty the set.`;
    return {
      text: `Rebuild the ${data} of ${date}${wait}.${danger}`,
      request: `GET ${path}?window=${window.start},${window.end}`,
      before: store === 'cloudCost' ? null : formatTime(deadline),
    };
  });
}
