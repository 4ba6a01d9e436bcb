import { hour } from '../../time.ts';
import { type Exclusion, Resource } from '../bill-line.ts';
import { amount, type Cells, meaning, text, time } from '../cell.ts';
import { providerNamed } from '../identity.ts';
import { remembered } from '../values.ts';
import { virtualMachineOf } from './azure.ts';
import { type BillFormat, type Decode, pascalCase } from './format.ts';

const categories: Readonly<Record<string, string>> = {
  Compute: 'Compute',
  Storage: 'Storage',
  Networking: 'Network',
};

/** FOCUS 1.0, 1.1 and 1.2: the columns that are read are the same in all three. */
export const focus: BillFormat = {
  name: 'focus',
  title: 'FOCUS',
  howToExport: 'export FOCUS with resource-level lines, so that ResourceId is filled in',
  columns: {
    id: ['resource_id'],
    start: ['charge_period_start'],
    end: ['charge_period_end'],
    kind: ['charge_category'],
    class: ['charge_class'],
    list: ['list_cost'],
    billed: ['billed_cost'],
    effective: ['effective_cost'],
    commitmentId: ['commitment_discount_id'],
    commitment: ['commitment_discount_status'],
    currency: ['billing_currency'],
    account: ['sub_account_id', 'billing_account_id'],
    provider: ['provider_name', 'service_provider_name', 'host_provider_name', 'publisher_name'],
    serviceCategory: ['service_category'],
    quantity: ['consumed_quantity'],
    unit: ['consumed_unit'],
    usageType: ['x_usage_type', 'sku_meter'],
    details: ['x_sku_details'],
    allocated: ['allocated_method_id'],
  },
  header: pascalCase,
  recognisedBy: ['kind', 'billed'],
  required: ['id', 'start', 'kind', 'billed', 'effective'],
  decoder,
};

function decoder(cells: Cells): Decode {
  const { start, end, quantity, list, billed, effective, currency, account, details } = cells;
  const provider = meaning(cells['provider'], providerNamed);
  const named = meaning(cells['id'], (id) => ({
    resource: new Resource(id),
    category: categoryById(id),
  }));
  const machine = remembered((id) => new Resource(id));
  const isTraffic = meaning(cells['usageType'], (type) => type.endsWith('Bytes'));
  const category = meaning(cells['serviceCategory'], (name) => categories[name] ?? 'Other');
  const isHours = meaning(cells['unit'], (unit) => /^(hours?|hrs?)$/i.test(unit));
  const isCommitted = meaning(cells['commitmentId'], (id) => id !== '');
  const exclusion = exclusionOf(cells);
  return (line) => {
    const from = time(start);
    if (from === undefined) return 'ChargePeriodStart: a date was expected';
    const { resource, category: byId } = named();
    line.provider = provider();
    line.resource = resource;
    if (line.provider === 'azure') {
      const id = virtualMachineOf(resource.id, text(details));
      if (id !== resource.id) line.resource = machine(id);
    }
    line.start = from;
    line.end = time(end) ?? from + hour;
    line.currency = text(currency);
    line.account = text(account);
    line.category = isTraffic() ? 'Network' : byId || category();
    line.exclusion = exclusion() ?? (resource.id === '' ? 'no-resource' : null);
    const used = amount(quantity, 0) ?? 0;
    line.hours = line.category === 'Compute' && isHours() ? used : null;
    line.isExtra = false;
    const { costs } = line;
    const listCost = amount(list, Number.NaN);
    const billedCost = amount(billed, 0);
    const effectiveCost = amount(effective, 0);
    if (listCost === undefined || billedCost === undefined || effectiveCost === undefined) {
      return 'ListCost, BilledCost or EffectiveCost: a number was expected';
    }
    // Microsoft writes a list cost of 0 for what a reservation covers
    const isUnknown = listCost === 0 && effectiveCost !== 0 && isCommitted();
    costs.list = isUnknown ? Number.NaN : listCost;
    costs.net = billedCost;
    costs.amortized = effectiveCost;
    costs.amortizedNet = effectiveCost;
    return null;
  };
}

function exclusionOf(cells: Cells): () => Exclusion | null {
  const isAllocated = meaning(cells['allocated'], (method) => method !== '');
  const isCorrection = meaning(cells['class'], (name) => name === 'Correction');
  const isUsage = meaning(cells['kind'], (kind) => kind === 'Usage');
  const isUnused = meaning(cells['commitment'], (status) => status === 'Unused');
  return () => {
    if (isAllocated()) return 'pod-split';
    if (isCorrection()) return 'correction';
    if (!isUsage()) return 'not-usage';
    return isUnused() ? 'unused-commitment' : null;
  };
}

/** Empty where the id does not contain it. */
function categoryById(id: string): string {
  if (/^vol-|:volume\/|\/disks\//i.test(id)) return 'Storage';
  if (/^i-|:instance\/|\/virtualmachine/i.test(id)) return 'Compute';
  return /loadbalancer/i.test(id) ? 'Network' : '';
}
