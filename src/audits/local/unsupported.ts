import type { AuditScope } from '../../costs/requests.ts';

/** Hourly sets of Kubecost have no adjustments: what compares reconciled costs must use days. */
export function noHourly({ product, hourly }: AuditScope): string | null {
  return hourly && product === 'kubecost'
    ? 'hourly sets are not reconciled with the bill; use --step 1d'
    : null;
}

export function noTotals({ product }: AuditScope): string | null {
  return product === 'opencost' ? 'OpenCost keeps no totals' : null;
}

export function noAssetAggregates({ product }: AuditScope): string | null {
  return product === 'opencost' ? 'OpenCost cannot aggregate assets' : null;
}

export function noBills(scope: AuditScope): string | null {
  return scope.product === 'opencost'
    ? 'OpenCost reconciles nothing with the bill'
    : noHourly(scope);
}
