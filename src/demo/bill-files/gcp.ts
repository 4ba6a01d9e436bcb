import { hour, type Span } from '../../time.ts';
import { rfc3339 } from '../time.ts';
import { type BillRow, type Charge, hourly } from './charge.ts';

const time = (at: number) => `${rfc3339(at).slice(0, 19).replace('T', ' ')} UTC`;

function gcpRow(span: Span, fields: BillRow): BillRow {
  return {
    'resource.name': '',
    usage_start_time: time(span.start),
    usage_end_time: time(span.end),
    cost: 0,
    cost_at_list: 0,
    cost_type: 'regular',
    credits: '[]',
    currency: 'USD',
    'project.id': 'p1',
    'sku.description': '',
    'service.description': 'Compute Engine',
    ...fields,
  };
}

/** SKUs of a resource with their share of its cost: cores and memory are charged separately. */
const skus = {
  Node: [
    ['N2 Instance Core running', 0.7],
    ['N2 Instance Ram running', 0.3],
  ],
  Disk: [['Storage PD Capacity', 1]],
  LoadBalancer: [['Network Load Balancing: Forwarding Rule Minimum Service Charge', 1]],
  Other: [['Regional Storage Class A Operations', 1]],
} as const;

/** Charges of one day as lines of an extract of Google Cloud's detailed usage cost export. */
export function* gcpRows(charges: readonly Charge[], dayStart: number): Generator<BillRow> {
  for (const charge of charges) {
    for (const [sku, share] of skus[charge.type]) {
      for (const part of hourly(charge)) {
        const credit = {
          type: 'COMMITTED_USAGE_DISCOUNT',
          amount: (part.paid - part.list) * share,
        };
        yield gcpRow(part, {
          'resource.name': charge.billId,
          cost: part.list * share,
          cost_at_list: part.list * share,
          'project.id': charge.account,
          'sku.description': sku,
          credits: JSON.stringify([credit]),
        });
      }
    }
  }
  yield gcpRow({ start: dayStart, end: dayStart + hour }, { cost_type: 'tax', cost: 33 });
}
