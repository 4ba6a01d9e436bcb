import type { AuditOptions } from '../../audits/local/audit-window.ts';
import { type AuditType, auditTypeNames } from '../../audits/types.ts';
import { allocationProperties, assetProperties, defaultProperties } from '../../costs/keys.ts';
import { propertyIn } from '../../costs/requests.ts';
import { clampsIdle, type Product } from '../../kubecost/product.ts';
import { allAggregates, type LocalOptions } from './local-options.ts';

/**
 * What the engine audits, from the options of the command line and the product.
 *
 * @param now in milliseconds since 1970
 */
export function auditOptions(
  values: LocalOptions & { readonly type: readonly AuditType[] },
  product: Product,
  now: number,
): AuditOptions {
  const { cluster, step, tolerance, includeUnsettled, aggregate } = values;
  const own = defaultProperties[product.name];
  const isAll = aggregate.includes(allAggregates);
  const properties = new Set([
    ...(isAll ? allocationProperties : own.allocations),
    ...aggregate.filter((property) => property !== allAggregates),
  ]);
  return {
    types: values.type.length > 0 ? values.type : auditTypeNames,
    scope: {
      product: product.name,
      clampsIdle: clampsIdle(product),
      properties: [...properties].map((property) => propertyIn(cluster, property)),
      assetProperties: isAll ? assetProperties : own.assets,
      cluster,
      hourly: step === '1h',
      ownBill: values.bill.length > 0,
    },
    tolerance,
    now,
    includeUnsettled,
  };
}
