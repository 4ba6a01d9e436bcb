import { AuditWindow } from '../../../../src/audits/local/audit-window.ts';
import { evaluateWindow } from '../../../../src/audits/local/evaluate.ts';
import type { Audit } from '../../../../src/audits/schema.ts';
import { type AuditType, auditTypeNames } from '../../../../src/audits/types.ts';
import { copyCosts, noPrintedCosts } from '../../../../src/costs/components.ts';
import { allocationProperties, assetProperties } from '../../../../src/costs/keys.ts';
import { completeResponse } from '../../../../src/costs/responses.ts';
import type { PrintedCosts } from '../../../../src/costs/rows.ts';
import { auditStores } from '../../../../src/demo/audits/engine.ts';
import { feed } from '../../../../src/demo/audits/local-engine.ts';
import { allocationRow } from '../../../../src/demo/audits/rows.ts';
import { type Allocation, allocationTotal } from '../../../../src/demo/build/allocation.ts';
import type { SetSpec } from '../../../../src/demo/build/spec.ts';
import type { Kubecost } from '../../../../src/demo/kubecost.ts';

export interface StoreConditions {
  readonly now: number;
  readonly includeUnsettled: boolean;
  /** Aggregates beyond those that are always audited. */
  readonly aggregates?: readonly string[];
  readonly types?: readonly AuditType[];
}

/** Of one window there is nothing to be missing between others; the server's command adds it. */
export const auditsOfOneWindow = auditTypeNames.filter((type) => type !== 'CheckMissingWindow');

/** The audits of one set of the stores, fed with their rows as they are before any rounding. */
export function auditSet(
  { stores, variant }: Kubecost,
  set: SetSpec,
  { now, includeUnsettled, aggregates = [], types = auditsOfOneWindow }: StoreConditions,
): Audit[] {
  const window = new AuditWindow(set.window, {
    types,
    scope: {
      product: variant.reconciles ? 'kubecost' : 'opencost',
      clampsIdle: variant.reconciles ? variant.clampsIdle : null,
      properties: [...allocationProperties, ...aggregates],
      assetProperties,
      cluster: null,
      hourly: set.resolution === 'hour',
    },
    // what doubles err by where nothing is expected
    tolerance: { amount: 1e-9 },
    now,
    includeUnsettled,
    exact: true,
  });
  const answers = auditStores(stores, set);
  for (const request of window.requests) {
    const sink = window.sink(request);
    if (request !== 'summary') {
      window.complete(request, completeResponse(feed(request, sink, answers) ? 'rows' : 'none'));
      continue;
    }
    for (const row of answers.allocations()) {
      const costs = summaryCosts(row);
      sink.summary?.({ name: row.name, totalCost: allocationTotal(row), printed: 1, costs });
    }
    window.complete(request, completeResponse('rows'));
  }
  return [...evaluateWindow(window, '').audits];
}

/** The costs of an allocation as the summary has them, adjustments included. */
function summaryCosts(allocation: Allocation): PrintedCosts {
  const { costs, adjustments, hours, ...rest } = copyCosts(
    allocationRow(allocation),
    noPrintedCosts(),
  );
  return {
    ...rest,
    costs: costs.map((cost, i) => cost + (adjustments[i] ?? 0)),
    adjustments: adjustments.map(() => 0),
    hours: hours.map(() => Number.NaN),
  };
}
