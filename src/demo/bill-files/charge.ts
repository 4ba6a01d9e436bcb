import { hour, type Span } from '../../time.ts';

/** A cell of a bill; null where the column is empty. */
export type BillRow = Readonly<Record<string, string | number | null>>;

/** What one resource costs in a bill while it runs on a day; amounts in dollars. */
export interface Charge extends Span {
  readonly provider: 'AWS' | 'Azure' | 'GCP';
  readonly type: 'Node' | 'Disk' | 'LoadBalancer' | 'Other';
  /** Account, subscription or project. */
  readonly account: string;
  /** The resource as the bill names it. */
  readonly billId: string;
  /** Azure: the machine of a scale set; null where the id names the machine. */
  readonly vmName: string | null;
  /** Instance type, for the usage type of a node. */
  readonly instance: string;
  readonly kind: 'on-demand' | 'spot' | 'reserved' | 'savings-plan';
  readonly list: number;
  /** After commitments and discounts; amortized. */
  readonly paid: number;
}

/** A part of a charge within one hour. */
export interface HourlyCharge extends Span {
  readonly hours: number;
  readonly list: number;
  readonly paid: number;
}

/** The charge in UTC hours. The last takes what is left, so that the sums are those of the charge. */
export function* hourly(charge: Charge): Generator<HourlyCharge> {
  const whole = charge.end - charge.start;
  let { list, paid } = charge;
  for (let start = charge.start; start < charge.end; ) {
    const end = Math.min(charge.end, (Math.floor(start / hour) + 1) * hour);
    const share = (end - start) / whole;
    const isLast = end === charge.end;
    const part = isLast ? { list, paid } : { list: charge.list * share, paid: charge.paid * share };
    list -= part.list;
    paid -= part.paid;
    yield { start, end, hours: (end - start) / hour, ...part };
    start = end;
  }
}

export const isCommitted = ({ kind }: Charge) => kind === 'reserved' || kind === 'savings-plan';
