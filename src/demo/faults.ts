import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';

/** The parts a fault's `=detail` can have, told apart by their form. */
const parts = {
  day: 'a day (2026-03-01) or all',
  node: 'a node, cluster/node or cluster',
  disk: 'a persistent volume or cluster',
  amount: 'an amount (5%)',
  share: 'a share of requests (20%)',
  hours: 'a duration (6h)',
  delay: 'a duration (2s)',
} as const;
export type FaultPart = keyof typeof parts;

export interface FaultInfo {
  /** What can stand after `=`, joined by commas, in any order. */
  readonly takes: readonly FaultPart[];
  /** A fraction, or milliseconds for `hours` and `delay`. */
  readonly amount: number;
  /** Which store or answer is wrong, and how. */
  readonly breaks: string;
  readonly noticedBy: {
    /** Names of audits and store checks that must have a finding. No other has one. */
    readonly audits: readonly string[];
    /** What `events coverage` must find; null: nothing. */
    readonly coverage: 'missing' | 'empty' | 'error' | 'stale' | null;
  };
}

const onNode = ['day', 'node', 'amount'] as const;
const http = (
  breaks: string,
  amount: number,
  takes: readonly FaultPart[] = ['share'],
): FaultInfo => ({
  takes,
  amount,
  breaks,
  noticedBy: { audits: [], coverage: null },
});
const store = (
  breaks: string,
  takes: readonly FaultPart[],
  amount: number,
  audits: readonly string[],
  coverage: FaultInfo['noticedBy']['coverage'] = null,
): FaultInfo => ({ takes, amount, breaks, noticedBy: { audits, coverage } });

/** What can be broken, and who has to notice (docs/audits.md, "Which audits notice what"). */
export const faults = {
  'price-drift': store('the allocations of one node cost more than its price says', onNode, 0.1, [
    'AuditAllocationReconciliation',
  ]),
  'lost-disk': store(
    'a persistent volume is absent from the assets and all built from them',
    ['day', 'disk'],
    0,
    ['AuditClusterEquality'],
  ),
  'lost-node': store(
    'a node is absent from the assets and all built from them',
    ['day', 'node'],
    0,
    ['AuditAllocationReconciliation', 'AuditClusterEquality'],
  ),
  'over-allocated': store("a node's allocations have more core-hours than the node", onNode, 1, [
    'CheckOverAllocation',
  ]),
  'stale-allocation-total': store(
    'the allocation totals of a node and its cluster are old',
    onNode,
    0.1,
    ['AuditAllocationTotalStore', 'AuditClusterEquality'],
  ),
  'stale-asset-total': store('the asset totals of a node and its cluster are old', onNode, 0.1, [
    'AuditAssetTotalStore',
    'AuditAllocationTotalStore',
    'AuditClusterEquality',
  ]),
  'stale-allocation-agg': store(
    'the allocation aggregates hold old costs for the pods of a node',
    onNode,
    0.1,
    ['AuditAllocationAggStore', 'AuditClusterEquality'],
  ),
  'stale-asset-agg': store('the asset aggregates hold an old cost for a node', onNode, 0.1, [
    'AuditAssetAggStore',
  ]),
  'bill-mismatch': store(
    'a line of the cloud bill differs from the asset it adjusted',
    onNode,
    0.1,
    ['AuditAssetReconciliation'],
  ),
  'double-count': store(
    'a pod is in the allocations again, under a second node',
    ['day', 'node'],
    0,
    ['CheckDuplicate'],
  ),
  'reconcile-error': store(
    "a day's allocations were not reconciled with the bill, its assets were",
    ['day'],
    0,
    ['AuditAllocationReconciliation', 'AuditClusterEquality'],
    'error',
  ),
  nan: store('a cost in the allocations is not a number', ['day', 'node'], 0, ['CheckNullCost']),
  gap: store('a day is missing from both stores', ['day'], 0, ['CheckMissingWindow'], 'missing'),
  empty: store(
    'the sets of a day are there, with nothing in them',
    ['day'],
    0,
    ['CheckMissingWindow'],
    'empty',
  ),
  stopped: store('the pipeline stopped some hours ago', ['hours'], 6 * 3_600_000, [], 'stale'),
  'compute-error': store(
    "computing a day's allocations failed; its assets are there",
    ['day'],
    0,
    ['CheckMissingWindow'],
    'error',
  ),
  flaky: http('a share of the requests fails with 503', 0.3),
  slow: http('every answer comes late', 2000, ['delay']),
  cut: http('a share of the answers breaks off in the middle', 0.3),
  login: http(
    'every request without a token ends at a login page, in HTML under status 200',
    1,
    [],
  ),
  'html-502': http("a share of the requests gets the front end's 502, in HTML", 0.3),
  'bad-json': http('a share of the answers is broken JSON', 0.3),
} as const satisfies Record<string, FaultInfo>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[]; // keys() forgets which

export interface Fault {
  readonly name: FaultName;
  /** Midnight UTC in milliseconds, or all days; null: three days ago. */
  readonly day: number | 'all' | null;
  readonly target: string | null;
  readonly amount: number;
}

/** In the words of `--fault`: what may follow `=`. */
export function faultDetail(name: FaultName): string {
  const { takes } = faults[name];
  return takes.length === 0 ? 'nothing' : takes.map((part) => parts[part]).join(', ');
}

/** `name` or `name=detail,detail`. */
export function parseFault(text: string): Fault {
  const [head = '', ...rest] = text.split('=');
  const name = faultNames.find((n) => n === head.trim());
  if (name === undefined) {
    const near = nearest(head, faultNames);
    throw new UsageError(
      `unknown fault "${head}"${near === null ? '' : `, did you mean ${near}?`}`,
      `one of ${faultNames.join(', ')}`,
    );
  }
  const fault: { -readonly [K in keyof Fault]: Fault[K] } = {
    name,
    day: null,
    target: null,
    amount: faults[name].amount,
  };
  for (const word of rest
    .join('=')
    .split(',')
    .map((w) => w.trim())) {
    if (word !== '') read(word, fault);
  }
  return fault;
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function read(word: string, fault: { -readonly [K in keyof Fault]: Fault[K] }): void {
  const takes: readonly FaultPart[] = faults[fault.name].takes;
  const percent = /^-?(\d+(?:\.\d+)?)%$/.exec(word);
  const duration = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(word);
  if (word === 'all' || /^\d{4}-\d\d-\d\d$/.test(word)) {
    const day = word === 'all' ? 'all' : Date.parse(`${word}T00:00:00Z`);
    if (takes.includes('day') && (day === 'all' || !Number.isNaN(day))) fault.day = day;
    else refuse(word, fault.name);
  } else if (percent && (takes.includes('amount') || takes.includes('share'))) {
    fault.amount = Number.parseFloat(word) / 100;
    if (takes.includes('share') && !(fault.amount >= 0 && fault.amount <= 1))
      refuse(word, fault.name);
  } else if (duration && (takes.includes('hours') || takes.includes('delay'))) {
    fault.amount = Number(duration[1]) * (units[duration[2] ?? ''] ?? 1);
  } else if (!percent && !duration && (takes.includes('node') || takes.includes('disk'))) {
    fault.target = word;
  } else refuse(word, fault.name);
}

function refuse(word: string, name: FaultName): never {
  throw new UsageError(
    `"${word}" says nothing about the fault ${name}`,
    `after ${name}= comes ${faultDetail(name)}`,
  );
}
