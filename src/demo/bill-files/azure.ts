import { hour } from '../../time.ts';
import type { BillRow, Charge } from './charge.ts';

/** Charges of one day as lines of Azure's amortized cost details, which have no hours. */
export function* azureRows(charges: readonly Charge[], dayStart: number): Generator<BillRow> {
  const date = new Date(dayStart);
  const text = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  const row = (fields: BillRow): BillRow => ({
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
    PricingModel: 'OnDemand',
    ...fields,
  });
  for (const charge of charges) {
    const { account, billId, vmName, type, kind, start, end, list, paid } = charge;
    yield row({
      SubscriptionId: account,
      ResourceId: billId,
      MeterCategory: meters[type],
      Quantity: (end - start) / hour,
      UnitOfMeasure: type === 'Disk' ? '1/Month' : '1 Hour',
      CostInBillingCurrency: paid,
      PaygCostInBillingCurrency: list,
      AdditionalInfo: vmName === null ? '' : JSON.stringify({ VMName: vmName, VCPUs: 4 }),
      PricingModel: pricingModels[kind],
    });
  }
  yield row({ ChargeType: 'UnusedReservation', CostInBillingCurrency: 9 });
  yield row({ ChargeType: 'Purchase', CostInBillingCurrency: 900 });
}

const meters = {
  Node: 'Virtual Machines',
  Disk: 'Storage',
  LoadBalancer: 'Load Balancer',
  Other: 'Azure Monitor',
} as const;

const pricingModels = {
  'on-demand': 'OnDemand',
  spot: 'Spot',
  reserved: 'Reservation',
  'savings-plan': 'SavingsPlan',
} as const;
