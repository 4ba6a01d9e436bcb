import { day, hour, type Span } from '../../time.ts';
import { rfc3339 } from '../time.ts';
import { type BillRow, type Charge, type HourlyCharge, hourly } from './charge.ts';

/** A line of an AWS Cost and Usage Report, with the column names of CUR 1 in CSV. */
function curRow(span: Span, fields: BillRow): BillRow {
  return {
    'identity/LineItemId': 'x',
    'lineItem/UsageStartDate': rfc3339(span.start),
    'lineItem/UsageEndDate': rfc3339(span.end),
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

/** Charges of one day as lines of a CUR, with the lines that every real one has besides. */
export function* curRows(charges: readonly Charge[], dayStart: number): Generator<BillRow> {
  for (const charge of charges) {
    for (const part of hourly(charge)) yield* curLines(charge, part);
  }
  yield* curNoise(charges, dayStart);
}

function* curLines(charge: Charge, part: HourlyCharge): Generator<BillRow> {
  const { kind } = charge;
  const common = {
    'lineItem/ResourceId': charge.billId,
    'lineItem/UsageAccountId': charge.account,
    'lineItem/UsageType': usageType(charge),
    'lineItem/UsageAmount': part.hours,
    'pricing/publicOnDemandCost': part.list,
  };
  if (kind === 'reserved') {
    yield curRow(part, {
      ...common,
      'lineItem/LineItemType': 'DiscountedUsage',
      'reservation/EffectiveCost': part.paid,
    });
  } else if (kind === 'savings-plan') {
    yield curRow(part, {
      ...common,
      'lineItem/LineItemType': 'SavingsPlanCoveredUsage',
      'lineItem/UnblendedCost': part.list,
      'savingsPlan/SavingsPlanEffectiveCost': part.paid,
    });
    yield curRow(part, {
      ...common,
      'lineItem/LineItemType': 'SavingsPlanNegation',
      'lineItem/UnblendedCost': -part.list,
      'pricing/publicOnDemandCost': null,
    });
  } else yield curRow(part, { ...common, 'lineItem/UnblendedCost': part.paid });
}

function usageType({ type, kind, instance }: Charge): string {
  if (type === 'Node') return `${kind === 'spot' ? 'SpotUsage' : 'BoxUsage'}:${instance}`;
  if (type === 'LoadBalancer') return 'LoadBalancerUsage';
  return type === 'Disk' ? 'EBS:VolumeUsage.gp3' : 'Requests-Tier1';
}

/** Lines that belong to no asset, or are not what it costs: fees, traffic, pods, another account. */
function* curNoise(charges: readonly Charge[], start: number): Generator<BillRow> {
  const span = { start, end: start + hour };
  const month = { start, end: start + 30 * day };
  const first = charges.find(({ type }) => type === 'Node');
  const node = {
    'lineItem/ResourceId': first?.billId ?? '',
    'lineItem/UsageAccountId': first?.account ?? '123',
  };
  yield curRow(month, { 'lineItem/LineItemType': 'Tax', 'lineItem/UnblendedCost': 210.5 });
  yield curRow(month, { 'lineItem/LineItemType': 'RIFee', 'lineItem/UnblendedCost': 99 });
  yield curRow(month, {
    'lineItem/LineItemType': 'SavingsPlanRecurringFee',
    'lineItem/UnblendedCost': 340,
  });
  yield curRow(span, { 'lineItem/LineItemType': 'Credit', 'lineItem/UnblendedCost': -7 });
  yield curRow(span, {
    ...node,
    'lineItem/LineItemType': 'Refund',
    'lineItem/UnblendedCost': -1,
  });
  yield curRow(span, {
    ...node,
    'lineItem/UsageType': 'USE2-DataTransfer-Out-Bytes',
    'lineItem/UnblendedCost': 3,
  });
  yield curRow(span, {
    'lineItem/ResourceId': 'arn:aws:eks:pod/x',
    'splitLineItem/ParentResourceId': node['lineItem/ResourceId'],
    'lineItem/UnblendedCost': 0,
  });
  yield curRow(span, {
    'lineItem/ResourceId': 'i-0ffffffffffff',
    'lineItem/UsageType': 'BoxUsage:m5.large',
    'lineItem/UnblendedCost': 2,
    'lineItem/UsageAccountId': '999',
  });
  yield curRow(month, {
    'lineItem/UsageType': 'AWSSupport',
    'lineItem/UnblendedCost': 100,
    'lineItem/ResourceId': 'support',
  });
}

/** The same line in the names of CUR 2.0. */
export function asCur2(row: BillRow): BillRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name
        .replace(/([a-z])([A-Z])/g, '$1_$2')
        .replace(/[/:]/g, '_')
        .toLowerCase(),
      value,
    ]),
  );
}
