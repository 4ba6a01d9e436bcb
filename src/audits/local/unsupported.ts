import type { AuditScope } from '../../costs/requests.ts';
import { notOffered } from '../types.ts';

/** Kubecost's hourly sets have no adjustments: audits of reconciled costs need days. */
export function noHourly({ product, hourly }: AuditScope): string | null {
  return hourly && product === 'kubecost'
    ? `${notOffered}: hourly sets are not reconciled with the bill; use --step 1d`
    : null;
}

/** OpenCost computes idle from the rows at every request. */
export function noTotals({ product }: AuditScope): string | null {
  return product === 'opencost' ? `${notOffered}: OpenCost keeps no totals` : null;
}

/** OpenCost's `/assets` knows no `aggregate`. */
export function noAssetAggregates({ product }: AuditScope): string | null {
  return product === 'opencost' ? `${notOffered}: OpenCost cannot aggregate assets` : null;
}

/** Audits of bills need a product that reconciles, and days. */
export function noBills(scope: AuditScope): string | null {
  if (scope.ownBill) return scope.hourly ? 'a bill is compared by day; use --step 1d' : null;
  return scope.product === 'opencost'
    ? `${notOffered}: OpenCost does not reconcile assets with the bill`
    : noHourly(scope);
}
