import type { AnswerFact } from '../../audits/local/evidence/evidence.ts';
import { amountText } from '../amount-text.ts';
import type { Day } from '../day.ts';
import { objectOf, type Store } from '../draft.ts';
import type { Item } from '../ledger.ts';

/** Answers that could not be used, and days without data: what they hide is not looked at further. */
export function responsesAndDays(day: Day): void {
  failedAnswers(day);
  rebuildingStores(day);
  for (const item of day.ledger.of('CheckMissingWindow')) {
    const [, cluster] = item.key;
    if (cluster === undefined) missingDay(day, item);
    else if (codesOf(item).some((code) => /partial/.test(code))) partialDay(day, item, cluster);
    else if (codesOf(item).includes('workloads-stopped')) stoppedWorkloads(day, item, cluster);
  }
  if (!day.closed && isResidueOnly(day) && day.ledger.items.length > 0) missingDay(day, null);
}

const rowLimit = /(\d[\d,]*) rows?\b.*?exceeds the limit of (\d[\d,]*)/is;
/** The reason where a recording is replayed that was made by another command. */
const notRecorded = /^the recording (.+) has no response to (?:GET|POST) /;
/** How a Kubecost without an enterprise license refuses days that are too old (kubecost/kubecost#4733). */
const paidWindow = /returned (?:error )?402\b|requested window of \S+ is greater than maximum/;
/** Requests that were not made, because an earlier one failed. */
const consequence = /^no further requests after|^not (asked|requested) any more/;

function failedAnswers(day: Day): void {
  const failed = (day.evidence?.answers ?? []).filter(
    ({ state, reason }) => state === 'failed' && !consequence.test(reason ?? ''),
  );
  const byPath = new Map<string, AnswerFact[]>();
  for (const answer of failed)
    byPath.set(answer.path, [...(byPath.get(answer.path) ?? []), answer]);
  for (const [path, answers] of byPath) {
    const reason = answers[0]?.reason ?? 'no reason given';
    const limit = rowLimit.exec(reason);
    const recording = notRecorded.exec(reason)?.[1];
    const requests = answers.map(({ request }) => request);
    const object = objectOf('answer', path, { details: { requests: requests.join(', ') } });
    const finding = day.add({
      code: limit ? 'refused-row-limit' : 'answer-failed',
      variant:
        recording !== undefined ? 'not-recorded' : paidWindow.test(reason) ? 'license' : null,
      object,
      reason: limit ? 'row limit' : 'failed requests',
      values: {
        path,
        reason: withoutPeriod(reason),
        rows: limit?.[1] ?? '',
        limit: limit?.[2] ?? '',
        recording: recording ?? '',
      },
      facts: [{ fact: reason, source: path }],
      effect: { workloads: null, idle: null, assets: null },
    });
    day.block(finding, ({ description }) =>
      answers.some((answer) => mentions(description, answer)),
    );
  }
  const [first] = day.drafts;
  if (first && failed.length > 0) day.block(first);
}

/** Whether a reason of an audit comes from this response. */
function mentions(description: string, { reason, request }: AnswerFact): boolean {
  return (reason !== null && description.includes(reason)) || description.includes(`(${request})`);
}

function withoutPeriod(text: string): string {
  return text.replace(/[.\s]+$/, '');
}

const rebuilding = /the store is being rebuilt|changed between two reads/;

function rebuildingStores(day: Day): void {
  const moving = day.blocked.filter(({ description }) => rebuilding.test(description));
  if (moving.length === 0) return;
  const store = moving.every(({ type }) => /Asset/.test(type)) ? 'assets' : 'allocations';
  const finding = day.add({
    code: 'store-rebuilding',
    object: objectOf('answer', store),
    reason: 'rebuilding',
    values: { store: store === 'assets' ? 'The asset store' : 'The allocation store' },
    facts: moving.map(({ type, description }) => ({ fact: description, source: type })),
    effect: { workloads: null, idle: null, assets: null },
  });
  day.block(finding, (audit) => moving.includes(audit));
}

/** @param item what CheckMissingWindow found; null where only the rows show it */
function missingDay(day: Day, item: Item | null): void {
  const lost = lostStores(day, item);
  const residue =
    isResidueOnly(day) ||
    codesOf(item).some((code) => /leftover|residue|no-data|no-samples/.test(code));
  const isEmpty = codesOf(item).some((code) => /empty/.test(code));
  const code = residue ? 'no-data-day' : isEmpty ? 'empty-set' : 'missing-day';
  const [only] = lost;
  const variant = residue || lost.length !== 1 || only === undefined ? null : only;
  const cost = neighbourCost(day);
  const onlyAllocations = lost.length === 1 && only === 'allocations';
  const amount = cost === null ? null : -(onlyAllocations ? cost.workloads : cost.amount);
  const workloads = cost === null ? null : -cost.workloads;
  const isLost = (store: 'allocations' | 'assets') => residue || lost.includes(store);
  const finding = day.add({
    code,
    variant,
    object: objectOf('day', day.date),
    reason: lost.join('+'),
    wrong: lost as readonly Store[], // names of two of the stores
    amount,
    basis: amount === null ? 'unknown' : 'estimated',
    effect: {
      workloads: isLost('allocations') ? workloads : 0,
      assets: isLost('assets') ? amount : 0,
      idle: residue || lost.length === 2 ? null : 0,
    },
    values: {
      stores: lost.join(isEmpty ? ' and ' : ' and no '),
      them: lost.length === 1 ? 'them' : 'both',
      rows: (day.evidence?.allocations.rows ?? 0) + (day.evidence?.assets.rows ?? 0),
    },
    facts: [
      ...day.errorFacts(/ComputeError/),
      ...detailsOf(item).map((fact) => ({ fact, source: 'CheckMissingWindow' })),
      ...costFacts(cost),
    ],
  });
  closeDay(day, finding);
}

/** Claims everything of a day: nothing in it can be compared. */
function closeDay(day: Day, finding: Day['drafts'][number]): void {
  for (const other of day.ledger.items) if (!other.isClaimed) other.propose(finding);
  day.block(finding);
  day.closed = true;
}

function lostStores(day: Day, item: Item | null): ('allocations' | 'assets')[] {
  const stores = (['allocations', 'assets'] as const).filter((store) => {
    const state = day.evidence?.answers.find(({ request }) => request === store)?.state;
    if (state !== undefined) return state !== 'rows';
    return detailsOf(item).some((detail) => detail.includes(store));
  });
  return stores.length > 0 ? stores : ['allocations', 'assets'];
}

/** Whether both stores have rows, and neither a workload nor a node with a cost is among them. */
function isResidueOnly({ evidence, summary }: Day): boolean {
  if (!evidence || !summary) return false;
  const { allocations, assets } = evidence;
  const live = allocations.rows - allocations.residue - allocations.synthetic;
  return allocations.rows > 0 && assets.rows > 0 && live <= 0 && summary.nodes.size === 0;
}

interface NeighbourCost {
  readonly amount: number;
  readonly workloads: number;
  readonly source: string;
}

function costFacts(cost: NeighbourCost | null): { fact: string; source: string }[] {
  if (cost === null) return [];
  const { amount, source } = cost;
  return [{ fact: `the days around it cost ${amountText(amount)} on average`, source }];
}

/**
 * What the nearest windows with data before and after this one cost on average.
 *
 * @param only one cluster; all of them where it is left out
 */
export function neighbourCost(day: Day, only?: string): NeighbourCost | null {
  const known = day.context.summaries
    .map(({ start, clusters }) => {
      const costs = [...clusters].flatMap(([cluster, own]) =>
        only === undefined || cluster === only ? own : [],
      );
      return {
        start,
        amount: costs.reduce((sum, { assets }) => sum + assets, 0),
        workloads: costs.reduce((sum, { workloads }) => sum + workloads, 0),
      };
    })
    .filter(({ amount }) => amount > 0);
  const before = known.filter(({ start }) => start < day.start).at(-1);
  const after = known.find(({ start }) => start > day.start);
  const around = [before, after].filter((one) => one !== undefined);
  if (around.length === 0) return null;
  const amount = around.reduce((sum, one) => sum + one.amount, 0) / around.length;
  const workloads = around.reduce((sum, one) => sum + one.workloads, 0) / around.length;
  const dates = around.map(({ start }) => new Date(start).toISOString().slice(0, 10));
  return { amount, workloads, source: `/assets of ${dates.join(' and ')}` };
}

/** What the stores have of a cluster without rows. */
const nothing = { assets: 0, workloads: 0 };

function partialDay(day: Day, item: Item, cluster: string): void {
  const { found } = item;
  const recorded = ('actual' in found ? found.actual : null) ?? 0;
  const hours = (recorded / 60).toFixed(1).replace(/\.0$/, '');
  const own = day.context.summaries.find(({ start }) => start === day.start);
  const cost = own?.clusters.get(cluster) ?? (recorded === 0 ? nothing : undefined);
  const usual = neighbourCost(day, cluster);
  const missing = (shown: number | undefined, whole: number | undefined) =>
    shown === undefined || whole === undefined ? null : shown - whole;
  const amount = missing(cost?.assets, usual?.amount);
  const finding = day.add({
    code: 'partial-day',
    object: objectOf('cluster', cluster, { cluster }),
    reason: `${hours} hours`,
    confidence: 'likely',
    wrong: ['assets', 'allocations'],
    amount,
    basis: amount === null ? 'unknown' : 'estimated',
    effect: {
      workloads: missing(cost?.workloads, usual?.workloads),
      idle: null,
      assets: amount,
    },
    values: { hours },
    facts: [
      ...detailsOf(item).map((fact) => ({ fact, source: 'CheckMissingWindow' })),
      ...costFacts(usual),
    ],
  });
  item.propose(finding);
  for (const other of day.ledger.open('CheckNodeRecord')) {
    if (other.key[0]?.startsWith(`${cluster}/`) && other.key[1] === 'minutes')
      other.propose(finding);
  }
}

/** A cluster of which only the nodes were recorded for a part of the day. */
function stoppedWorkloads(day: Day, item: Item, cluster: string): void {
  const { found } = item;
  const used = ('actual' in found ? found.actual : null) ?? 0;
  const hours = (used / 60).toFixed(1).replace(/\.0$/, '');
  const finding = day.add({
    code: 'partial-day',
    variant: 'workloads',
    object: objectOf('cluster', cluster, { cluster }),
    reason: `workloads of ${hours} hours`,
    confidence: 'possible',
    wrong: ['allocations'],
    amount: null,
    effect: { workloads: null, idle: null, assets: 0 },
    values: { hours },
    facts: detailsOf(item).map((fact) => ({ fact, source: 'CheckMissingWindow' })),
  });
  item.propose(finding);
}

export function codesOf(item: Item | null): string[] {
  const found = item?.found;
  return (found && 'causes' in found ? (found.causes ?? []) : []).map(({ code }) => code);
}

export function detailsOf(item: Item | null): string[] {
  const found = item?.found;
  if (!found) return [];
  if ('description' in found) return [found.description];
  return (found.causes ?? []).map(({ detail }) => detail);
}
