import { amount, text, time } from '../cell.ts';
import { providerNamed } from '../identity.ts';
import { remembered, whereChanged } from '../values.ts';
import { virtualMachineOf } from './azure.ts';
import type { BillFormat, Decode } from './format.ts';

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
  recognisedBy: ['kind', 'billed'],
  required: ['id', 'start', 'kind', 'billed', 'effective'],
  decoder,
};

function decoder(): Decode {
  const providerOf = whereChanged(providerNamed);
  // one string for all lines of a resource: looking it up again is comparing a pointer
  const resourceOf = remembered((id) => ({ id, category: categoryById(id) }));
  return (cells, line) => {
    const start = time(cells['start']);
    if (start === undefined) return 'ChargePeriodStart: a date was expected';
    const provider = providerOf(text(cells['provider']));
    const details = text(cells['details']);
    const { id, category } = resourceOf(text(cells['id']));
    const usageType = text(cells['usageType']);
    line.id = provider === 'azure' ? virtualMachineOf(id, details) : id;
    line.provider = provider;
    line.start = start;
    line.end = time(cells['end']) ?? start + 3_600_000;
    line.currency = text(cells['currency']);
    line.account = text(cells['account']);
    line.category = usageType.endsWith('Bytes')
      ? 'Network'
      : category || (categories[text(cells['serviceCategory'])] ?? 'Other');
    line.exclusion = exclusionOf(cells, id);
    const unit = text(cells['unit']);
    const quantity = amount(cells['quantity'], 0) ?? 0;
    line.hours = line.category === 'Compute' && /^(hours?|hrs?)$/i.test(unit) ? quantity : null;
    line.isExtra = false;
    const { costs } = line;
    const list = amount(cells['list'], Number.NaN);
    const billed = amount(cells['billed'], 0);
    const effective = amount(cells['effective'], 0);
    if (list === undefined || billed === undefined || effective === undefined) {
      return 'ListCost, BilledCost or EffectiveCost: a number was expected';
    }
    // Microsoft writes a list cost of 0 for what a reservation covers
    const isUnknown = list === 0 && text(cells['commitmentId']) !== '' && effective !== 0;
    costs.list = isUnknown ? Number.NaN : list;
    costs.net = billed;
    costs.amortized = effective;
    costs.amortizedNet = effective;
    return null;
  };
}

function exclusionOf(cells: Parameters<Decode>[0], id: string) {
  if (text(cells['allocated']) !== '') return 'pod-split';
  if (text(cells['class']) === 'Correction') return 'correction';
  if (text(cells['kind']) !== 'Usage') return 'not-usage';
  if (text(cells['commitment']) === 'Unused') return 'unused-commitment';
  return id === '' ? 'no-resource' : null;
}

/** Empty where the id does not contain it. */
function categoryById(id: string): string {
  if (/^vol-|:volume\/|\/disks\//i.test(id)) return 'Storage';
  if (/^i-|:instance\/|\/virtualmachine/i.test(id)) return 'Compute';
  return /loadbalancer/i.test(id) ? 'Network' : '';
}
