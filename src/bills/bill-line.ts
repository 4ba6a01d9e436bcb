/** What a bill can be added up by. `amortizedNet`: what was paid, commitments spread over their use. */
export const billMetrics = ['amortizedNet', 'amortized', 'net', 'list'] as const;
export type BillMetric = (typeof billMetrics)[number];

/** The amounts of a line in the bill's currency; NaN where the bill does not have that metric. */
export type BillCosts = Record<BillMetric, number>;

/** Why a line is not part of what a resource costs in a day. */
export const exclusions = {
  'no-resource': 'lines without a resource id',
  'not-usage': 'taxes, credits, refunds, fees and purchases',
  'unused-commitment': 'unused commitments',
  correction: 'corrections of earlier bills',
  'pod-split': 'split cost allocation of pods',
  'long-period': 'lines that cover more than a day',
  'outside-window': 'lines outside the audited days',
  'other-resource': 'resources that are not assets of this server',
} as const;
export type Exclusion = keyof typeof exclusions;

/**
 * One line of a bill, whatever its format. Readers reuse one object for all lines.
 */
export interface BillLine {
  resource: Resource;
  /** `aws`, `azure`, `gcp`; empty where the bill does not say. */
  provider: Provider | '';
  /** Compute, Storage, Network, Management or Other. */
  category: string;
  /** Milliseconds since 1970; the end is excluded. */
  start: number;
  end: number;
  costs: BillCosts;
  /** Hours of use where the line is counted in hours, else null. */
  hours: number | null;
  currency: string;
  /** Account, subscription or project. */
  account: string;
  /** A charge on the resource that is not the machine, disk or balancer itself (licences, monitoring). */
  isExtra: boolean;
  /** Null where the line counts. */
  exclusion: Exclusion | null;
}

/** What a line is for: the same object on the lines of a file that name it alike, as far as memory allows. */
export class Resource {
  /** As the bill names it; empty where it names none. */
  readonly id: string;
  /** The asset that was found for it, and what it was searched by; see BillSums. */
  asset = -1;
  provider: Provider | '' | null = null;
  category = '';

  constructor(id: string) {
    this.id = id;
  }
}

export type Provider = 'aws' | 'azure' | 'gcp';

export function emptyLine(): BillLine {
  return {
    resource: new Resource(''),
    provider: '',
    category: 'Other',
    start: 0,
    end: 0,
    costs: { amortizedNet: 0, amortized: 0, net: 0, list: 0 },
    hours: null,
    currency: '',
    account: '',
    isExtra: false,
    exclusion: null,
  };
}
