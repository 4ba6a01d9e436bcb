import type { Finding } from '../../diagnosis/schema.ts';
import { amountText, decimalsFor } from '../format.ts';

/** Text of an amount: two decimals, or two significant digits below 0.01: `0.66`, `0.000040`. */
export function moneyText(amount: number, signed = false): string {
  const isSmall = Math.abs(amount) < 0.01;
  return amountText(amount, isSmall ? decimalsFor([amount]) : 2, signed);
}

/** Words before an amount that was not measured. */
const qualifiers: Readonly<Record<Finding['amount']['basis'], string>> = {
  measured: '',
  estimated: 'about ',
  'lower-bound': 'at least ',
  unknown: 'about ',
};

/** Text of an amount with its basis: `about 3.84`, `at least 1.04`. */
export function qualifiedText(amount: number, basis: Finding['amount']['basis']): string {
  return qualifiers[basis] + moneyText(Math.abs(amount));
}

/** Text of a share: `2.1 %`, `28 %`, `under 0.1 %`. */
export function shareText(share: number): string {
  const percent = Math.abs(share) * 100;
  if (percent < 0.1) return percent === 0 ? '0 %' : 'under 0.1 %';
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

/** Share of the cluster's assets, in brackets: ` (2.1 % of cluster-one)`; empty where it is unknown. */
export function shareOf({ amount, object, objects }: Finding): string {
  if (amount.share === null) return '';
  const clusters = new Set([object, ...objects].flatMap((one) => one?.cluster ?? []));
  const [cluster] = clusters;
  return ` (${shareText(amount.share)} of ${clusters.size === 1 ? cluster : 'the clusters'})`;
}

/** Numbers that users see, in the order in which findings name them. */
export const effectNames = ['workloads', 'assets', 'idle', 'bill'] as const;
export type EffectName = (typeof effectNames)[number];

/** Effects of a finding that are not zero. */
export function effectsOf({ effect }: Pick<Finding, 'effect'>): [EffectName, number][] {
  return effectNames.flatMap((name): [EffectName, number][] => {
    const amount = effect[name];
    return amount === null || isZero(amount) ? [] : [[name, amount]];
  });
}

export function isZero(amount: number): boolean {
  return Math.abs(amount) < 1e-9;
}
