import { day } from '../../time.ts';
import { type Exclusion, Resource } from '../bill-line.ts';
import { amount, type Cells, meaning, text, time } from '../cell.ts';
import { hoursPerUnit, remembered } from '../values.ts';
import { type BillFormat, type Decode, pascalCase } from './format.ts';

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
  header: pascalCase,
  recognisedBy: ['meter', 'net'],
  required: ['id', 'start', 'net', 'meter'],
  decoder,
};

function decoder(cells: Cells): Decode {
  const { start, quantity, list, net, currency, account, details } = cells;
  const named = meaning(cells['id'], (id) => new Resource(id));
  const machine = remembered((id) => new Resource(id));
  const meter = meaning(cells['meter'], (name) => ({
    category: categoryOf(name),
    isMachine: name === 'Virtual Machines',
    isLicence: name === 'Virtual Machines Licenses',
  }));
  const exclusion = meaning(cells['kind'], exclusionOf);
  const perUnit = meaning(cells['unit'], hoursPerUnit);
  const isCommitment = meaning(cells['pricing'], (name) =>
    /^(reservation|savings ?plan)$/i.test(name),
  );
  return (line) => {
    const from = time(start);
    if (from === undefined) return 'Date: a date was expected';
    const resource = named();
    const { category, isMachine, isLicence } = meter();
    const id = virtualMachineOf(resource.id, text(details));
    line.resource = id === resource.id ? resource : machine(id);
    line.provider = 'azure';
    line.start = from;
    line.end = from + day;
    line.currency = text(currency);
    line.account = text(account);
    line.category = category;
    line.exclusion = exclusion() ?? (id === '' ? 'no-resource' : null);
    const hours = perUnit();
    const used = amount(quantity, 0) ?? 0;
    line.hours = isMachine && hours !== null ? used * hours : null;
    line.isExtra = isLicence;
    const netCost = amount(net, 0);
    const listCost = amount(list, Number.NaN);
    if (netCost === undefined || listCost === undefined) return 'cost: a number was expected';
    const { costs } = line;
    costs.list = listCost;
    costs.net = netCost;
    // an actual export has 0 for what a commitment covers: its cost is in the purchase
    costs.amortized = netCost === 0 && isCommitment() ? Number.NaN : netCost;
    costs.amortizedNet = costs.amortized;
    return null;
  };
}

function exclusionOf(kind: string): Exclusion | null {
  if (kind === 'UnusedReservation' || kind === 'UnusedSavingsPlan') return 'unused-commitment';
  return kind === '' || kind === 'Usage' ? null : 'not-usage';
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
