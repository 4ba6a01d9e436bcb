import { amount, text, time } from '../cell.ts';
import { hoursPerUnit } from '../values.ts';
import type { BillFormat, Decode } from './format.ts';

const day = 86_400_000;

/** Azure cost details (usage details exports, actual or amortized), EA and MCA. */
export const azure: BillFormat = {
  name: 'azure',
  title: 'Azure cost details',
  howToExport: 'export "Cost and usage details" (amortized) from Cost Management',
  columns: {
    id: ['instance_id', 'instance_name', 'resource_id'],
    start: ['date', 'usage_date_time', 'usage_date'],
    kind: ['charge_type'],
    list: ['payg_cost_in_billing_currency'],
    net: ['cost_in_billing_currency', 'pre_tax_cost', 'cost'],
    currency: ['billing_currency', 'billing_currency_code', 'currency'],
    account: ['subscription_id', 'subscription_guid'],
    quantity: ['quantity'],
    unit: ['unit_of_measure'],
    meter: ['meter_category'],
    details: ['additional_info'],
    pricing: ['pricing_model'],
  },
  recognisedBy: ['meter', 'net'],
  required: ['id', 'start', 'net', 'meter'],
  decoder,
};

function decoder(): Decode {
  const units = new Map<string, number | null>();
  return (cells, line) => {
    const start = time(cells['start']);
    if (start === undefined) return 'Date: a date was expected';
    const id = text(cells['id']);
    const meter = text(cells['meter']);
    const kind = text(cells['kind']);
    line.id = virtualMachineOf(id, text(cells['details']));
    line.provider = 'azure';
    line.start = start;
    line.end = start + day;
    line.currency = text(cells['currency']);
    line.account = text(cells['account']);
    line.category = categoryOf(meter);
    line.exclusion =
      kind === 'UnusedReservation' || kind === 'UnusedSavingsPlan'
        ? 'unused-commitment'
        : kind !== '' && kind !== 'Usage'
          ? 'not-usage'
          : id === ''
            ? 'no-resource'
            : null;
    const unit = text(cells['unit']);
    if (!units.has(unit)) units.set(unit, hoursPerUnit(unit));
    const perUnit = units.get(unit) ?? null;
    const quantity = amount(cells['quantity'], 0) ?? 0;
    line.hours = meter === 'Virtual Machines' && perUnit !== null ? quantity * perUnit : null;
    line.isExtra = meter === 'Virtual Machines Licenses';
    const net = amount(cells['net'], 0);
    const list = amount(cells['list'], Number.NaN);
    if (net === undefined || list === undefined) return 'cost: a number was expected';
    const { costs } = line;
    costs.list = list;
    costs.net = net;
    // an actual export has 0 for what a commitment covers: its cost is in the purchase
    const isCovered = net === 0 && /^(reservation|savings ?plan)$/i.test(text(cells['pricing']));
    costs.amortized = isCovered ? Number.NaN : net;
    costs.amortizedNet = costs.amortized;
    return null;
  };
}

/** By meter category, as OpenCost's `SelectAzureCategory` (pkg/cloud/azure). */
function categoryOf(meter: string): string {
  if (/^virtual machines/i.test(meter)) return 'Compute';
  if (/^storage/i.test(meter)) return 'Storage';
  return /load balancer|bandwidth|virtual network/i.test(meter) ? 'Network' : 'Other';
}

const machines = /"VM_?Name"\s*:\s*"([^"]+)"/i;

/**
 * The machine behind a line of a scale set: the bill names the set, and the machine in its details as
 * `SET_NUMBER`. The set's own id where there are no details.
 */
export function virtualMachineOf(id: string, details: string): string {
  if (!/\/virtualmachinescalesets\/[^/]+$/i.test(id)) return id;
  const name = machines.exec(details)?.[1];
  return name === undefined ? id : `${id}/virtualMachines/${name.slice(name.lastIndexOf('_') + 1)}`;
}
