import { hour, type Span } from '../../time.ts';
import { rfc3339 } from '../time.ts';
import { type BillRow, type Charge, hourly, isCommitted } from './charge.ts';

const providerNames = { AWS: 'AWS', Azure: 'Microsoft', GCP: 'Google Cloud' } as const;
const categories = {
  Node: 'Compute',
  Disk: 'Storage',
  LoadBalancer: 'Networking',
  Other: 'Other',
} as const;

function focusRow(span: Span, fields: BillRow): BillRow {
  return {
    BillingAccountId: 'b',
    SubAccountId: '123',
    ChargePeriodStart: rfc3339(span.start).replace('T', ' ').replace('Z', ''),
    ChargePeriodEnd: rfc3339(span.end),
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
  };
}

/** Charges of one day as lines of FOCUS 1.0 to 1.2: taxes, purchases and corrections included. */
export function* focusRows(charges: readonly Charge[], dayStart: number): Generator<BillRow> {
  for (const charge of charges) {
    for (const part of hourly(charge)) {
      yield focusRow(part, {
        SubAccountId: charge.account,
        ResourceId: charge.billId,
        ProviderName: providerNames[charge.provider],
        ListCost: part.list,
        BilledCost: isCommitted(charge) ? 0 : part.paid,
        EffectiveCost: part.paid,
        CommitmentDiscountId: isCommitted(charge) ? 'ri-1' : null,
        CommitmentDiscountStatus: isCommitted(charge) ? 'Used' : null,
        ServiceCategory: categories[charge.type],
        ConsumedQuantity: part.hours,
        ConsumedUnit: charge.type === 'Disk' ? 'GB-Hours' : 'Hours',
        x_SkuDetails: charge.vmName === null ? null : JSON.stringify({ VMName: charge.vmName }),
      });
    }
  }
  yield* focusNoise(charges[0], dayStart);
}

function* focusNoise(first: Charge | undefined, start: number): Generator<BillRow> {
  const span = { start, end: start + hour };
  const own = {
    ResourceId: first?.billId ?? '',
    SubAccountId: first?.account ?? '123',
    ProviderName: providerNames[first?.provider ?? 'AWS'],
  };
  yield focusRow(span, { ChargeCategory: 'Tax', BilledCost: 12, EffectiveCost: 12 });
  yield focusRow(span, {
    ...own,
    ChargeCategory: 'Purchase',
    BilledCost: 500,
    EffectiveCost: 500,
  });
  yield focusRow(span, { ...own, ChargeClass: 'Correction', BilledCost: -3, EffectiveCost: -3 });
  yield focusRow(span, {
    ResourceId: 'ri-1',
    ProviderName: own.ProviderName,
    CommitmentDiscountId: 'ri-1',
    CommitmentDiscountStatus: 'Unused',
    EffectiveCost: 4,
  });
}
