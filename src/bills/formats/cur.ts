import { amount, text, time } from '../cell.ts';
import type { BillFormat, Decode } from './format.ts';

const usage = new Set(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage']);
const discounts = new Set(['EdpDiscount', 'PrivateRateDiscount']);
const machineHours = /(BoxUsage|SpotUsage|DedicatedUsage|HostBoxUsage|LoadBalancerUsage)/;

/**
 * AWS Cost and Usage Report, versions 1 and 2.0 (their columns have the same names once
 * `lineItem/ResourceId` is written `line_item_resource_id`).
 */
export const cur: BillFormat = {
  name: 'cur',
  title: 'AWS Cost and Usage Report',
  howToExport: 'create the report with "Include resource IDs" (INCLUDE_RESOURCES in Data Exports)',
  columns: {
    id: ['line_item_resource_id'],
    start: ['line_item_usage_start_date'],
    end: ['line_item_usage_end_date'],
    kind: ['line_item_line_item_type'],
    unblended: ['line_item_unblended_cost'],
    netUnblended: ['line_item_net_unblended_cost'],
    onDemand: ['pricing_public_on_demand_cost'],
    reservation: ['reservation_effective_cost'],
    netReservation: ['reservation_net_effective_cost'],
    savingsPlan: ['savings_plan_savings_plan_effective_cost'],
    netSavingsPlan: ['savings_plan_net_savings_plan_effective_cost'],
    currency: ['line_item_currency_code'],
    account: ['line_item_usage_account_id'],
    usageType: ['line_item_usage_type'],
    product: ['line_item_product_code'],
    quantity: ['line_item_usage_amount'],
    parent: ['split_line_item_parent_resource_id'],
  },
  recognisedBy: ['kind', 'unblended'],
  required: ['id', 'start', 'kind', 'unblended'],
  decoder,
};

function decoder(): Decode {
  return (cells, line) => {
    const start = time(cells['start']);
    if (start === undefined) return `${cur.columns['start']}: a date was expected`;
    const kind = text(cells['kind']);
    const id = text(cells['id']);
    const usageType = text(cells['usageType']);
    line.id = id;
    line.provider = 'aws';
    line.start = start;
    line.end = time(cells['end']) ?? start + 3_600_000;
    line.currency = text(cells['currency']);
    line.account = text(cells['account']);
    line.category = categoryOf(id, usageType, text(cells['product']));
    line.exclusion =
      text(cells['parent']) !== ''
        ? 'pod-split'
        : !usage.has(kind) && !discounts.has(kind)
          ? 'not-usage'
          : id === ''
            ? 'no-resource'
            : null;
    const quantity = amount(cells['quantity'], 0) ?? 0;
    line.hours = usage.has(kind) && machineHours.test(usageType) ? quantity : null;
    line.isExtra = /^i-/.test(id) && line.hours === null && usage.has(kind);
    return costsOf(kind, cells, line);
  };
}

/** As OpenCost's Athena integration reads them; see docs/bills.md. */
function costsOf(kind: string, cells: Parameters<Decode>[0], line: Parameters<Decode>[1]) {
  const absent = Number.NaN;
  const unblended = amount(cells['unblended'], 0);
  const netUnblended = amount(cells['netUnblended'], absent);
  const onDemand = amount(cells['onDemand'], absent);
  const [gross, net] =
    kind === 'DiscountedUsage'
      ? [amount(cells['reservation'], absent), amount(cells['netReservation'], absent)]
      : kind === 'SavingsPlanCoveredUsage'
        ? [amount(cells['savingsPlan'], absent), amount(cells['netSavingsPlan'], absent)]
        : [unblended, netUnblended];
  if (
    unblended === undefined ||
    netUnblended === undefined ||
    onDemand === undefined ||
    gross === undefined ||
    net === undefined
  ) {
    return 'costs: a number was expected';
  }
  const { costs } = line;
  costs.net = Number.isNaN(netUnblended) ? unblended : netUnblended;
  costs.amortized = gross;
  costs.amortizedNet = Number.isNaN(net) ? gross : net;
  if (discounts.has(kind)) costs.list = 0;
  else if (!Number.isNaN(onDemand)) costs.list = onDemand;
  // the hours of a reservation have no price of their own in the unblended column
  else costs.list = kind === 'DiscountedUsage' ? absent : unblended;
  return null;
}

/** As OpenCost's `SelectAWSCategory` (pkg/cloud/aws). */
function categoryOf(id: string, usageType: string, product: string): string {
  if (usageType.endsWith('Bytes')) return 'Network';
  if (id.startsWith('i-') || /:instance\/i-/.test(id)) return 'Compute';
  if (id.startsWith('vol-') || /:volume\/vol-/.test(id)) return 'Storage';
  if (id.includes(':loadbalancer/') || product === 'AWSELB') return 'Network';
  return product === 'AmazonEKS' ? 'Management' : 'Other';
}
