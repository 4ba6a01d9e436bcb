import { hour } from '../../time.ts';
import { type BillLine, Resource } from '../bill-line.ts';
import { amount, type Cells, meaning, text, time } from '../cell.ts';
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

function decoder(cells: Cells): Decode {
  const { start, end, quantity, currency, account, product } = cells;
  const kind = meaning(cells['kind'], (name) => ({
    name,
    isUsage: usage.has(name),
    isDiscount: discounts.has(name),
  }));
  const named = meaning(cells['id'], (id) => ({
    resource: new Resource(id),
    category: categoryById(id),
    isMachine: id.startsWith('i-'),
  }));
  const used = meaning(cells['usageType'], (type) => ({
    isTraffic: type.endsWith('Bytes'),
    isHours: machineHours.test(type),
  }));
  const isPod = meaning(cells['parent'], (id) => id !== '');
  const costs = costsOf(cells);
  return (line) => {
    const from = time(start);
    if (from === undefined) return `${cur.columns['start']}: a date was expected`;
    const { name, isUsage, isDiscount } = kind();
    const { resource, category, isMachine } = named();
    const { isTraffic, isHours } = used();
    line.resource = resource;
    line.provider = 'aws';
    line.start = from;
    line.end = time(end) ?? from + hour;
    line.currency = text(currency);
    line.account = text(account);
    line.category = isTraffic ? 'Network' : category || categoryByProduct(text(product));
    if (isPod()) line.exclusion = 'pod-split';
    else if (!isUsage && !isDiscount) line.exclusion = 'not-usage';
    else line.exclusion = resource.id === '' ? 'no-resource' : null;
    const hours = amount(quantity, 0) ?? 0;
    line.hours = isUsage && isHours ? hours : null;
    line.isExtra = isMachine && line.hours === null && isUsage;
    return costs(name, isDiscount, line);
  };
}

/** As OpenCost's Athena integration reads them; see docs/bills.md. */
function costsOf(cells: Cells) {
  const absent = Number.NaN;
  return (kind: string, isDiscount: boolean, { costs }: BillLine): string | null => {
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
    costs.net = Number.isNaN(netUnblended) ? unblended : netUnblended;
    costs.amortized = gross;
    costs.amortizedNet = Number.isNaN(net) ? gross : net;
    if (isDiscount) costs.list = 0;
    else if (!Number.isNaN(onDemand)) costs.list = onDemand;
    // the hours of a reservation have no price of their own in the unblended column
    else costs.list = kind === 'DiscountedUsage' ? absent : unblended;
    return null;
  };
}

/** As OpenCost's `SelectAWSCategory` (pkg/cloud/aws); empty where the id does not decide. */
function categoryById(id: string): string {
  if (id.startsWith('i-') || /:instance\/i-/.test(id)) return 'Compute';
  if (id.startsWith('vol-') || /:volume\/vol-/.test(id)) return 'Storage';
  return id.includes(':loadbalancer/') ? 'Network' : '';
}

function categoryByProduct(product: string): string {
  if (product === 'AWSELB') return 'Network';
  return product === 'AmazonEKS' ? 'Management' : 'Other';
}
