/** Details that `--fault name=…` can take, each recognised by its form. */
export const faultDetails = {
  day: 'a day (2026-03-01) or all',
  oneDay: 'a day (2026-03-01)',
  node: 'a node, cluster/node or cluster',
  cluster: 'a cluster',
  disk: 'a persistent volume or cluster',
  amount: 'an amount (5%)',
  share: 'a share of requests (20%)',
  hours: 'a duration (6h)',
  delay: 'a duration (2s)',
  rows: 'a number of rows (75000)',
  offset: 'an offset from UTC (+01:00)',
  skew: 'a duration, negative for a clock that is slow (-3h)',
} as const;
export type FaultDetail = keyof typeof faultDetails;

/** State that `events coverage` reports for the day. */
type CoverageState = 'missing' | 'empty' | 'error' | 'stale';

export interface FaultInfo {
  /** Details accepted after `=`, joined by commas, in any order. */
  readonly accepts: readonly FaultDetail[];
  /** Default amount: a fraction, milliseconds for `hours`, `delay`, `offset` and `skew`, a count for `rows`. */
  readonly amount: number;
  /** The affected day where none is named: so many days before today. */
  readonly defaultDaysAgo: number;
  /** Which store or response is wrong, and how; one clause for `demo --list-faults`. */
  readonly effect: string;
  readonly detectedBy: {
    /** Audits and checks that report a finding on a Kubecost whose idle is not clamped; no other one does. */
    readonly audits: readonly string[];
    /** Audits that report a finding where the workloads of a node use more than is left of it. */
    readonly possibly: readonly string[];
    readonly coverage: CoverageState | null;
    /** What is seen where no audit has a finding; null where an audit or coverage detects the fault. */
    readonly otherwise: string | null;
  };
}

type Details = readonly FaultDetail[];

/** A day whose bill has arrived, and which the event log still shows. */
const daysAgo = 3;

const serverError = 'no audit: kc-etl reports an error of the server';

/** A fault of the stores that audits or `events coverage` report. */
export function storeFault(
  effect: string,
  accepts: Details,
  audits: readonly string[],
  more: { amount?: number; coverage?: CoverageState; possibly?: readonly string[] } = {},
): FaultInfo {
  const { amount = 0, coverage = null, possibly = [] } = more;
  const detectedBy = { audits, possibly, coverage, otherwise: null };
  return { accepts, amount, defaultDaysAgo: daysAgo, effect, detectedBy };
}

/** A fault that nothing may report: a legal response that the audits must read correctly. */
export function legalResponse(
  effect: string,
  otherwise: string,
  more: { accepts?: Details; amount?: number; defaultDaysAgo?: number } = {},
): FaultInfo {
  const { accepts = [], amount = 0, defaultDaysAgo = daysAgo } = more;
  const detectedBy = { audits: [], possibly: [], coverage: null, otherwise };
  return { accepts, amount, defaultDaysAgo, effect, detectedBy };
}

/** A fault of HTTP; `amount` is a share of the requests, or milliseconds. */
export function httpFault(effect: string, amount: number, accepts: Details = ['share']): FaultInfo {
  const detectedBy = { audits: [], possibly: [], coverage: null, otherwise: serverError };
  return { accepts, amount, defaultDaysAgo: daysAgo, effect, detectedBy };
}
