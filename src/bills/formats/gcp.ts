import { amount, text, time } from '../cell.ts';
import { amountOf } from '../values.ts';
import type { BillFormat, Decode } from './format.ts';

/** An extract of Google Cloud's detailed usage cost export (BigQuery), as CSV or Parquet. */
export const gcp: BillFormat = {
  name: 'gcp',
  title: 'Google Cloud detailed usage cost',
  howToExport:
    'query the detailed export (gcp_billing_export_resource_v1_…), which has resource.name',
  columns: {
    id: ['resource_name', 'resource_global_name'],
    start: ['usage_start_time'],
    end: ['usage_end_time'],
    kind: ['cost_type'],
    cost: ['cost'],
    list: ['cost_at_list'],
    credits: ['credits'],
    currency: ['currency'],
    account: ['project_id'],
    sku: ['sku_description'],
    service: ['service_description'],
  },
  recognisedBy: ['start', 'cost', 'sku'],
  required: ['id', 'start', 'cost', 'sku'],
  decoder,
};

function decoder(): Decode {
  return (cells, line) => {
    const start = time(cells['start']);
    if (start === undefined) return 'usage_start_time: a date was expected';
    const id = text(cells['id']);
    const kind = text(cells['kind']);
    line.id = id;
    line.provider = 'gcp';
    line.start = start;
    line.end = time(cells['end']) ?? start + 3_600_000;
    line.currency = text(cells['currency']);
    line.account = text(cells['account']);
    line.category = categoryOf(text(cells['sku']), text(cells['service']));
    line.exclusion =
      kind !== '' && kind !== 'regular' ? 'not-usage' : id === '' ? 'no-resource' : null;
    // core and memory of a machine are lines of their own, so hours would count twice
    line.hours = null;
    line.isExtra = false;
    const cost = amount(cells['cost'], 0);
    const list = amount(cells['list'], Number.NaN);
    const credits = creditsOf(cells['credits']?.value());
    if (cost === undefined || list === undefined || credits === undefined) {
      return 'cost, cost_at_list or credits: a number was expected';
    }
    const { costs } = line;
    costs.list = list;
    costs.net = cost + credits.all;
    costs.amortized = cost + credits.commitments;
    costs.amortizedNet = cost + credits.all;
    return null;
  };
}

interface Credits {
  all: number;
  commitments: number;
}

/** Credits are a list of `{ type, amount }`, written as JSON in CSV; amounts are negative. */
function creditsOf(cell: unknown): Credits | undefined {
  const credits: Credits = { all: 0, commitments: 0 };
  if (cell === null || cell === undefined || cell === '' || cell === '[]') return credits;
  const list = typeof cell === 'string' ? parse(cell) : cell;
  if (typeof list === 'number') return { all: list, commitments: 0 };
  if (!Array.isArray(list)) return undefined;
  for (const credit of list) {
    const value = amountOf(fieldOf(credit, 'amount'), 0);
    if (value === undefined) return undefined;
    credits.all += value;
    if (String(fieldOf(credit, 'type')).startsWith('COMMITTED_USAGE')) credits.commitments += value;
  }
  return credits;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** By the words of the SKU, then by service, as OpenCost's `SelectCategory` (pkg/cloud/gcp). */
function categoryOf(sku: string, service: string): string {
  if (/network|ingress|egress|external ip|load balanc/i.test(sku)) return 'Network';
  if (/storage|pd capacity|snapshot/i.test(sku)) return 'Storage';
  if (service === 'Kubernetes Engine') return 'Management';
  return service === '' || service === 'Compute Engine' ? 'Compute' : 'Other';
}
