import { hour } from '../../time.ts';
import { Resource } from '../bill-line.ts';
import { amount, type Cells, meaning, text, time } from '../cell.ts';
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

function decoder(cells: Cells): Decode {
  const { start, end, cost, list, credits, currency, account, service } = cells;
  const named = meaning(cells['id'], (id) => new Resource(id));
  const sku = meaning(cells['sku'], categoryBySku);
  const isUsage = meaning(cells['kind'], (kind) => kind === '' || kind === 'regular');
  return (line) => {
    const from = time(start);
    if (from === undefined) return 'usage_start_time: a date was expected';
    line.resource = named();
    line.provider = 'gcp';
    line.start = from;
    line.end = time(end) ?? from + hour;
    line.currency = text(currency);
    line.account = text(account);
    line.category = sku() || categoryByService(text(service));
    if (!isUsage()) line.exclusion = 'not-usage';
    else line.exclusion = line.resource.id === '' ? 'no-resource' : null;
    // core and memory of a machine are lines of their own, so hours would count twice
    line.hours = null;
    line.isExtra = false;
    const gross = amount(cost, 0);
    const listCost = amount(list, Number.NaN);
    const credited = creditsOf(credits?.value());
    if (gross === undefined || listCost === undefined || credited === undefined) {
      return 'cost, cost_at_list or credits: a number was expected';
    }
    const { costs } = line;
    costs.list = listCost;
    costs.net = gross + credited.all;
    costs.amortized = gross + credited.commitments;
    costs.amortizedNet = gross + credited.all;
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
function categoryBySku(sku: string): string {
  if (/network|ingress|egress|external ip|load balanc/i.test(sku)) return 'Network';
  return /storage|pd capacity|snapshot/i.test(sku) ? 'Storage' : '';
}

function categoryByService(service: string): string {
  if (service === 'Kubernetes Engine') return 'Management';
  return service === '' || service === 'Compute Engine' ? 'Compute' : 'Other';
}
