import { parquetWriteBuffer } from 'hyparquet-writer';
import { day, hour } from '../../../src/time.ts';
import { hoursOf, type Machine } from './machines.ts';

export type Row = Readonly<Record<string, string | number | null>>;

const iso = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const lineTypes = {
  'on-demand': 'Usage',
  spot: 'Usage',
  reserved: 'DiscountedUsage',
  'savings-plan': 'SavingsPlanCoveredUsage',
} as const;

/** A line of an AWS Cost and Usage Report, with the column names of CUR 1 in CSV. */
function curRow(span: { start: number; end: number }, fields: Row): Row {
  return {
    'identity/LineItemId': 'x',
    'lineItem/UsageStartDate': iso(span.start),
    'lineItem/UsageEndDate': iso(span.end),
    'lineItem/LineItemType': 'Usage',
    'lineItem/ResourceId': '',
    'lineItem/UsageAccountId': '123',
    'lineItem/ProductCode': 'AmazonEC2',
    'lineItem/UsageType': '',
    'lineItem/UsageAmount': 1,
    'lineItem/CurrencyCode': 'USD',
    'lineItem/UnblendedCost': 0,
    'pricing/publicOnDemandCost': null,
    'reservation/EffectiveCost': null,
    'savingsPlan/SavingsPlanEffectiveCost': null,
    'splitLineItem/ParentResourceId': '',
    'resourceTags/user:team': 'a "quoted", name\nof two lines',
    ...fields,
  };
}

/** Machines of one day as lines of a CUR, with the noise that every real one has. */
export function curRows(machines: readonly Machine[], start: number): Row[] {
  const rows = machines.flatMap((machine) =>
    hoursOf(machine, start).flatMap((span) => {
      const { kind, list, paid, type } = machine;
      const common = {
        'lineItem/ResourceId': machine.billId,
        'lineItem/LineItemType': lineTypes[kind],
        'lineItem/UsageType':
          type === 'Node'
            ? `${kind === 'spot' ? 'SpotUsage' : 'BoxUsage'}:m5.large`
            : 'EBS:VolumeUsage.gp3',
        'pricing/publicOnDemandCost': list,
      };
      if (kind === 'reserved') {
        return [curRow(span, { ...common, 'reservation/EffectiveCost': paid })];
      }
      if (kind === 'savings-plan') {
        const covered = { ...common, 'lineItem/UnblendedCost': list };
        return [
          curRow(span, { ...covered, 'savingsPlan/SavingsPlanEffectiveCost': paid }),
          curRow(span, {
            ...{ ...common, 'pricing/publicOnDemandCost': null },
            'lineItem/LineItemType': 'SavingsPlanNegation',
            'lineItem/UnblendedCost': -list,
          }),
        ];
      }
      return [curRow(span, { ...common, 'lineItem/UnblendedCost': paid })];
    }),
  );
  return [...rows, ...curNoise(machines, start)];
}

function curNoise(machines: readonly Machine[], start: number): Row[] {
  const span = { start, end: start + hour };
  const node = machines.find(({ type }) => type === 'Node')?.billId ?? '';
  const month = { start, end: start + 30 * day };
  return [
    curRow(month, { 'lineItem/LineItemType': 'Tax', 'lineItem/UnblendedCost': 210.5 }),
    curRow(month, { 'lineItem/LineItemType': 'RIFee', 'lineItem/UnblendedCost': 99 }),
    curRow(span, { 'lineItem/LineItemType': 'Credit', 'lineItem/UnblendedCost': -7 }),
    curRow(span, {
      'lineItem/LineItemType': 'Refund',
      'lineItem/UnblendedCost': -1,
      'lineItem/ResourceId': node,
    }),
    curRow(span, {
      'lineItem/ResourceId': node,
      'lineItem/UsageType': 'USE2-DataTransfer-Out-Bytes',
      'lineItem/UnblendedCost': 3,
    }),
    curRow(span, {
      'lineItem/ResourceId': 'arn:aws:eks:pod/x',
      'splitLineItem/ParentResourceId': node,
      'lineItem/UnblendedCost': 0,
    }),
    curRow(span, {
      'lineItem/ResourceId': 'i-0ffffffffffff',
      'lineItem/UsageType': 'BoxUsage:m5.large',
      'lineItem/UnblendedCost': 2,
      'lineItem/UsageAccountId': '999',
    }),
    curRow(month, {
      'lineItem/UsageType': 'AWSSupport',
      'lineItem/UnblendedCost': 100,
      'lineItem/ResourceId': 'support',
    }),
  ];
}

/** The same lines in the names of CUR 2.0. */
export function asCur2(rows: readonly Row[]): Row[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name
          .replace(/([a-z])([A-Z])/g, '$1_$2')
          .replace(/[/:]/g, '_')
          .toLowerCase(),
        value,
      ]),
    ),
  );
}

export function focusRows(machines: readonly Machine[], start: number): Row[] {
  const publisher = { AWS: 'AWS', Azure: 'Microsoft', GCP: 'Google Cloud' } as const;
  const row = (span: { start: number; end: number }, fields: Row): Row => ({
    BillingAccountId: 'b',
    SubAccountId: '123',
    ChargePeriodStart: iso(span.start).replace('T', ' ').replace('Z', ''),
    ChargePeriodEnd: iso(span.end),
    ChargeCategory: 'Usage',
    ChargeClass: null,
    ResourceId: null,
    BillingCurrency: 'USD',
    ListCost: 0,
    BilledCost: 0,
    EffectiveCost: 0,
    CommitmentDiscountId: null,
    CommitmentDiscountStatus: null,
    ConsumedQuantity: 1,
    ConsumedUnit: 'Hours',
    ServiceCategory: 'Compute',
    ProviderName: 'AWS',
    x_SkuDetails: null,
    ...fields,
  });
  const rows = machines.flatMap((machine) =>
    hoursOf(machine, start).map((span) => {
      const { kind, list, paid, type, billId, vmName, provider } = machine;
      const isCommitted = kind === 'reserved' || kind === 'savings-plan';
      return row(span, {
        ResourceId: billId,
        ProviderName: publisher[provider],
        ListCost: list,
        BilledCost: isCommitted ? 0 : paid,
        EffectiveCost: paid,
        CommitmentDiscountId: isCommitted ? 'ri-1' : null,
        CommitmentDiscountStatus: isCommitted ? 'Used' : null,
        ServiceCategory: type === 'Disk' ? 'Storage' : type === 'Node' ? 'Compute' : 'Networking',
        ConsumedUnit: type === 'Disk' ? 'GB-Hours' : 'Hours',
        x_SkuDetails: vmName === null ? null : JSON.stringify({ VMName: vmName }),
      });
    }),
  );
  const span = { start, end: start + hour };
  const id = machines[0]?.billId ?? '';
  return [
    ...rows,
    row(span, { ChargeCategory: 'Tax', BilledCost: 12, EffectiveCost: 12 }),
    row(span, { ChargeCategory: 'Purchase', BilledCost: 500, ResourceId: id, EffectiveCost: 500 }),
    row(span, { ChargeClass: 'Correction', BilledCost: -3, EffectiveCost: -3, ResourceId: id }),
    row(span, {
      ...{ CommitmentDiscountId: 'ri-1', CommitmentDiscountStatus: 'Unused', ResourceId: 'ri-1' },
      EffectiveCost: 4,
    }),
  ];
}

export function azureRows(machines: readonly Machine[], start: number): Row[] {
  const date = new Date(start);
  const text = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  const row = (fields: Row): Row => ({
    Date: text,
    SubscriptionId: 'S1',
    ResourceId: '',
    ChargeType: 'Usage',
    MeterCategory: 'Virtual Machines',
    Quantity: 24,
    UnitOfMeasure: '1 Hour',
    CostInBillingCurrency: 0,
    PaygCostInBillingCurrency: 0,
    BillingCurrency: 'USD',
    AdditionalInfo: '',
    ...fields,
  });
  return [
    ...machines.map(({ billId, vmName, type, hours, list, paid }) =>
      row({
        ResourceId: billId,
        MeterCategory: type === 'Disk' ? 'Storage' : 'Virtual Machines',
        Quantity: hours,
        UnitOfMeasure: type === 'Disk' ? '1/Month' : '1 Hour',
        CostInBillingCurrency: paid * hours,
        PaygCostInBillingCurrency: list * hours,
        AdditionalInfo: vmName === null ? '' : JSON.stringify({ VMName: vmName, VCPUs: 4 }),
      }),
    ),
    row({ ChargeType: 'UnusedReservation', CostInBillingCurrency: 9 }),
    row({ ChargeType: 'Purchase', CostInBillingCurrency: 900 }),
  ];
}

export function gcpRows(machines: readonly Machine[], start: number): Row[] {
  const row = (fields: Row): Row => ({
    'resource.name': '',
    usage_start_time: `${iso(start).slice(0, 19).replace('T', ' ')} UTC`,
    usage_end_time: `${iso(start + hour)
      .slice(0, 19)
      .replace('T', ' ')} UTC`,
    cost: 0,
    cost_at_list: 0,
    cost_type: 'regular',
    credits: '[]',
    currency: 'USD',
    'project.id': 'p1',
    'sku.description': '',
    'service.description': 'Compute Engine',
    ...fields,
  });
  const part = (machine: Machine, sku: string, share: number) =>
    hoursOf(machine, start).map((span) =>
      row({
        'resource.name': machine.billId,
        usage_start_time: `${iso(span.start).slice(0, 19).replace('T', ' ')} UTC`,
        usage_end_time: `${iso(span.end).slice(0, 19).replace('T', ' ')} UTC`,
        cost: machine.list * share,
        cost_at_list: machine.list * share,
        'sku.description': sku,
        credits: JSON.stringify([
          { type: 'COMMITTED_USAGE_DISCOUNT', amount: (machine.paid - machine.list) * share },
        ]),
      }),
    );
  return [
    ...machines.flatMap((machine) =>
      machine.type === 'Disk'
        ? part(machine, 'Storage PD Capacity', 1)
        : [
            ...part(machine, 'N2 Instance Core running', 0.7),
            ...part(machine, 'N2 Instance Ram running', 0.3),
          ],
    ),
    row({ cost_type: 'tax', cost: 33 }),
  ];
}

/** RFC 4180, or with the line ends of Windows. */
export function csvOf(rows: readonly Row[], newline = '\n'): string {
  const columns = Object.keys(rows[0] ?? {});
  const field = (value: string | number | null | undefined) => {
    const text = value === null || value === undefined ? '' : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))];
  return lines.map((line) => line.map(field).join(',') + newline).join('');
}

/** Parquet with times as timestamps and amounts as doubles, as the exports of the clouds have them. */
export function parquetOf(rows: readonly Row[], rowGroupSize = 1_000): Uint8Array {
  const columnData = Object.keys(rows[0] ?? {}).map((name) => {
    const values = rows.map((row) => row[name] ?? null);
    if (/Date$|_date$|PeriodStart|PeriodEnd|usage_(start|end)_time/.test(name)) {
      const data = values.map((value) => new Date(String(value).replace(/( UTC|Z)?$/, 'Z')));
      return { name, data, type: 'TIMESTAMP' as const };
    }
    const isNumber = values.some((value) => typeof value === 'number');
    return {
      name,
      data: values,
      type: isNumber ? ('DOUBLE' as const) : ('STRING' as const),
      nullable: true,
    };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
}
