import { AuditWindow } from '../../audits/local/audit-window.ts';
import { evaluateWindow } from '../../audits/local/evaluate.ts';
import type { Audit } from '../../audits/schema.ts';
import { serverAuditTypes } from '../../audits/types.ts';
import { allocationProperties, assetProperties } from '../../costs/keys.ts';
import { type CostRequest, propertyOf } from '../../costs/requests.ts';
import { completeResponse, type RowSink } from '../../costs/responses.ts';
import type { BillLine } from '../build/bills.ts';
import type { AuditEngine, AuditFinding, AuditStores } from './engine.ts';
import { allocationRow, allocationSumRow, assetRow, billRow } from './rows.ts';

/** What sums of doubles may err by where nothing is expected; else it is 1e-9 of the expectation. */
const sumError = { amount: 1e-9 } as const;

/** The audits of kc-etl's own engine, computed from the stores themselves, before any rounding. */
export const auditLocally: AuditEngine = ({ window, types, stores, clampsIdle }) => {
  const day = new AuditWindow(window, {
    types: serverAuditTypes.filter((type) => types.includes(type)),
    scope: {
      product: 'kubecost',
      clampsIdle,
      properties: allocationProperties,
      assetProperties,
      cluster: null,
      hourly: false,
    },
    tolerance: sumError,
    now: window.end,
    includeUnsettled: true,
    exact: true,
  });
  for (const request of day.requests) {
    const any = feed(request, day.sink(request), stores);
    day.complete(request, completeResponse(any ? 'rows' : 'none'));
  }
  const unbilled = day.unavailableReason('bills') !== null;
  return evaluateWindow(day, '').audits.map((audit) =>
    unbilled && audit.type === 'AuditAssetReconciliation' ? noBillYet : finding(audit),
  );
};

const noBillYet: AuditFinding = {
  type: 'AuditAssetReconciliation',
  status: 'Passed',
  description: 'no cloud bill has arrived for this window yet',
  differences: [],
  missing: [],
};

/** Gives the rows of a response to the audits. @returns whether there are any */
export function feed(question: CostRequest, sink: RowSink, stores: AuditStores): boolean {
  let any = false;
  const each = <Item, Row>(
    items: Iterable<Item>,
    toRow: (item: Item) => Row,
    take: ((row: Row) => void) | undefined,
  ) => {
    for (const item of items) {
      any = true;
      take?.(toRow(item));
    }
  };
  const { allocation, asset, aggregate, bill, topline } = sink;
  switch (question) {
    case 'allocations':
      each(stores.allocations(), allocationRow, allocation);
      return any;
    case 'idle':
      each(stores.allocationsBy('node'), allocationRow, allocation);
      each(stores.idle(), allocationRow, allocation);
      return any;
    case 'clusters':
      each(stores.clusters(), allocationRow, allocation);
      return any;
    case 'assets':
      each(stores.assets(), assetRow, asset);
      return any;
    case 'bills':
      each(ofAssets(stores), billRow, bill);
      return any;
    case 'topline':
      topline?.({ totalCost: stores.assetsTotal() });
      return true;
  }
  const property = propertyOf(question, 'allocations');
  if (property !== null) each(stores.allocationsBy(property), allocationSumRow, aggregate);
  const properties = propertyOf(question, 'assets')?.split(',');
  if (properties) {
    each(
      stores.assetsBy(properties),
      ([name, totalCost]) => ({ name, totalCost, costs: null }),
      aggregate,
    );
  }
  return any;
}

/** Kubecost starts from its assets: what else is on the bill is no concern of its audit. */
function* ofAssets(stores: AuditStores): Generator<BillLine> {
  const known = new Set<string>();
  for (const { properties } of stores.assets()) known.add(properties.providerID);
  for (const line of stores.bills()) if (known.has(line.providerID)) yield line;
}

/** Kubecost has neither an audit that was skipped nor a total above its clusters. */
function finding({ type, status, description, differences, missing }: Audit): AuditFinding {
  return {
    type,
    status: status === 'Passed' || status === 'Failed' ? status : 'Warning',
    description,
    differences: differences
      .filter(({ key }) => key.at(-1) !== everything)
      .map(({ key, expected, actual }) => ({
        key,
        expected: expected ?? Number.NaN,
        actual: actual ?? Number.NaN,
      })),
    missing,
  };
}

const everything = '(all)';
