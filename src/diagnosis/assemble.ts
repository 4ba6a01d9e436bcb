import { amountText, percentText } from './amount-text.ts';
import { type Severity, severities } from './codes/code.ts';
import { codeInfo, isLegal } from './codes.ts';
import type { DiagnosisContext } from './context.ts';
import type { Day } from './day.ts';
import type { Draft, Effect } from './draft.ts';
import { isEvaluated, type Occurrence } from './episodes.ts';
import type { Group } from './folding.ts';
import { actionsOf, confirmSteps } from './next-steps.ts';
import type { Finding } from './schema.ts';
import { fill, type Values } from './texts.ts';

/** What the claims of a run account for, by the drafts that made them. */
export type Explained = ReadonlyMap<Draft, Finding['explains']>;

/** Above this part of what a cluster costs in a window an error is critical. */
const criticalShare = 0.1;

/** A finding from what was found out about its objects, window by window. */
export function assemble(
  { id, episodes }: Group,
  days: readonly Day[],
  { context, explained }: { readonly context: DiagnosisContext; readonly explained: Explained },
): Finding {
  const occurrences = episodes.flatMap((episode) => episode.occurrences);
  const [first] = occurrences;
  if (!first) throw new Error(`${id}: a group without members`);
  const { code, variant } = first.draft;
  const windows = windowsOf(occurrences);
  const objects = objectsOf(episodes);
  const total = sum(occurrences.map(({ draft }) => draft.amount));
  const share = shareOf(occurrences);
  const info = codeInfo(code);
  const values = valuesOf(occurrences, objects.length, total);
  const meaning = fill(info.meaning, values);
  const known = variant === null ? undefined : info.variants[variant];
  const extra = known?.meaning;
  return {
    id,
    code,
    variant,
    severity: severityOf(first.draft, {
      share: share.worst,
      failed: isFailed(occurrences, explained),
    }),
    confidence: weakest(occurrences.map(({ draft }) => draft.confidence)),
    title: fill(objects.length > 1 ? info.titleMany : (known?.title ?? info.title), values),
    explanation: extra === undefined ? meaning : `${meaning} ${fill(extra, values)}`,
    object: objects.length === 1 ? first.draft.object : null,
    objects,
    objectCount: objects.length,
    wrong: wrongOf(occurrences),
    amount: {
      total,
      perDay: total === null ? null : total / Math.max(1, windows.length),
      basis: basisOf(occurrences),
      share: share.total,
    },
    effect: effectOf(occurrences),
    first: windows[0]?.start ?? '',
    last: windows.at(-1)?.end ?? '',
    state: stateOf(occurrences, days),
    trend: trendOf(
      windows.map(({ amount }) => amount),
      occurrences,
      days,
    ),
    windows,
    explains: occurrences.flatMap(({ draft }) => explained.get(draft) ?? []),
    blocks: occurrences.flatMap(({ day, draft }) =>
      draft.blocks.map((type) => ({ window: day.window, type })),
    ),
    evidence: unique(occurrences.flatMap(({ draft }) => draft.facts)).slice(0, 20),
    confirm: confirmSteps(first.draft, values, context),
    actions: actionsOf(first.draft, windows, { values, context }),
    references: [...info.references],
    accepted: null,
  };
}

/** The windows of a finding in order, each with the sum over its objects. */
function windowsOf(occurrences: readonly Occurrence[]): Finding['windows'] {
  const byStart = new Map<number, Occurrence[]>();
  for (const one of occurrences)
    byStart.set(one.day.start, [...(byStart.get(one.day.start) ?? []), one]);
  return [...byStart]
    .sort(([a], [b]) => a - b)
    .map(([, of]) => ({
      start: of[0]?.day.window.start ?? '',
      end: of[0]?.day.window.end ?? '',
      amount: sum(of.map(({ draft }) => draft.amount)),
    }));
}

function objectsOf(episodes: Group['episodes']): Finding['objects'] {
  return episodes
    .flatMap(({ occurrences }) => {
      const [first] = occurrences;
      return first
        ? [{ ...first.draft.object, amount: sum(occurrences.map(({ draft }) => draft.amount)) }]
        : [];
    })
    .sort(
      (a, b) => Math.abs(b.amount ?? 0) - Math.abs(a.amount ?? 0) || (a.name < b.name ? -1 : 1),
    );
}

/** The sum of what is known; null where nothing is. */
function sum(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0 ? null : known.reduce((total, amount) => total + amount, 0);
}

/** The finding's part of the assets of its clusters: of all its windows, and of the worst one. */
function shareOf(occurrences: readonly Occurrence[]): { total: number | null; worst: number } {
  const days = new Map<Day, Draft[]>();
  for (const { day, draft } of occurrences) days.set(day, [...(days.get(day) ?? []), draft]);
  const known = [...days].flatMap(([day, drafts]) => {
    const amount = sum(drafts.map((draft) => draft.amount));
    const assets = assetsOf(day, drafts);
    return amount !== null && assets !== null && assets > 0
      ? [{ amount: Math.abs(amount), assets }]
      : [];
  });
  if (known.length === 0) return { total: null, worst: 0 };
  const total = (of: 'amount' | 'assets') => known.reduce((all, one) => all + one[of], 0);
  return {
    total: total('amount') / total('assets'),
    worst: Math.max(...known.map(({ amount, assets }) => amount / assets)),
  };
}

/** What the clusters of the objects cost in a window; a window without data, what is missing of it. */
function assetsOf(day: Day, drafts: readonly Draft[]): number | null {
  const clusters = new Set(drafts.map(({ object }) => object.cluster));
  const costs = [...(clusters.has(null) ? [null] : clusters)].map((cluster) =>
    day.assetsOf(cluster),
  );
  const missing = drafts.flatMap(({ object, amount }) =>
    object.kind === 'day' && amount !== null ? [Math.abs(amount)] : [],
  );
  const shown = sum(costs);
  return missing.length === 0 ? shown : Math.max(shown ?? 0, ...missing);
}

/** Whether an audit failed by it, or nothing was compared because of it. */
function isFailed(occurrences: readonly Occurrence[], explained: Explained): boolean {
  return occurrences.some(({ day, draft }) => {
    const types = new Set((explained.get(draft) ?? []).map(({ type }) => type));
    const own = day.audits.filter(({ type }) => types.has(type));
    return own.length === 0 || own.some(({ status }) => status !== 'Warning');
  });
}

function severityOf(
  { code, variant, severity }: Draft,
  { share, failed }: { readonly share: number; readonly failed: boolean },
): Severity {
  if (isLegal(code, variant)) return severity;
  if (!failed && severity !== 'info') return 'warning';
  return share >= criticalShare && severity === 'error' ? 'critical' : severity;
}

function weakest(confidences: readonly Finding['confidence'][]): Finding['confidence'] {
  return confidences.includes('possible')
    ? 'possible'
    : confidences.includes('likely')
      ? 'likely'
      : 'certain';
}

function basisOf(occurrences: readonly Occurrence[]): Finding['amount']['basis'] {
  const all = occurrences.map(({ draft }) => draft.basis);
  const known = all.filter((basis) => basis !== 'unknown');
  if (known.length === 0) return 'unknown';
  if (known.length < all.length || known.includes('lower-bound')) return 'lower-bound';
  return known.includes('estimated') ? 'estimated' : 'measured';
}

function wrongOf(occurrences: readonly Occurrence[]): Finding['wrong'] {
  const stores = new Set(occurrences.flatMap(({ draft }) => draft.wrong ?? []));
  return stores.size === 0 ? null : [...stores];
}

/** What is not known of one object is not known of all. */
function effectOf(occurrences: readonly Occurrence[]): Effect {
  const of = (part: keyof Effect) => {
    const amounts = occurrences.map(({ draft }) => draft.effect[part]);
    return amounts.includes(null) ? null : sum(amounts);
  };
  return { workloads: of('workloads'), idle: of('idle'), assets: of('assets'), bill: of('bill') };
}

function stateOf(occurrences: readonly Occurrence[], days: readonly Day[]): Finding['state'] {
  const evaluated = days.filter(
    (day) => isEvaluated(day) || occurrences.some((one) => one.day === day),
  );
  if (occurrences.some(({ day }) => day === evaluated[0])) return 'since-at-least';
  return occurrences.some(({ day }) => day === evaluated.at(-1)) ? 'ongoing' : 'ended';
}

/** Amounts that differ by less are the same. */
const constantRatio = 1.1;

function trendOf(
  amounts: readonly (number | null)[],
  occurrences: readonly Occurrence[],
  days: readonly Day[],
): Finding['trend'] {
  const sizes = amounts.flatMap((amount) => (amount === null ? [] : [Math.abs(amount)]));
  const evaluated = days.filter(
    (day) => isEvaluated(day) || occurrences.some((one) => one.day === day),
  );
  if (amounts.length === 1) {
    return evaluated.length > 1 && occurrences[0]?.day === evaluated.at(-1) ? 'new' : 'constant';
  }
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  if (sizes.length === 0 || high <= low * constantRatio) return 'constant';
  const steps = sizes.slice(1).map((size, i) => size - (sizes[i] ?? size));
  if (steps.every((step) => step >= 0)) return 'growing';
  return steps.every((step) => step <= 0) ? 'shrinking' : 'varying';
}

/** What the texts of a code can name: the window, the object, and what the detector found. */
function valuesOf(occurrences: readonly Occurrence[], count: number, total: number | null): Values {
  const [first] = occurrences;
  if (!first) return {};
  const { day, draft } = first;
  const { object } = draft;
  const last = occurrences.at(-1)?.day ?? day;
  return {
    amount: total === null ? 'an unknown amount' : amountText(total),
    share: percentText(0),
    cluster: object.cluster ?? 'all clusters',
    node: object.name,
    ...Object.fromEntries(Object.entries(object.details)),
    ...draft.values,
    ...totalValue(occurrences, count, total),
    count,
    day: day.date,
    start: day.window.start,
    end: last.window.end,
    window: `${day.window.start},${day.window.end}`,
    dates: `${day.window.start},${last.window.end}`,
    datesAfter: `${day.window.start},${new Date(last.end + 86_400_000).toISOString().slice(0, 19)}Z`,
  };
}

/** The amount of one object over all its windows, where the text names that of one window. */
function totalValue(
  occurrences: readonly Occurrence[],
  count: number,
  total: number | null,
): Values {
  const { amount, values } = occurrences[0]?.draft ?? { amount: null, values: {} };
  const isOne = occurrences.length > 1 && count === 1 && amount !== null && total !== null;
  return isOne && values['value'] === amountText(amount) ? { value: amountText(total) } : {};
}

function unique(facts: readonly Finding['evidence'][number][]): Finding['evidence'] {
  const known = new Set<string>();
  return facts.filter(({ fact, source }) => {
    const key = `${source} ${fact}`;
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** Worst first: by severity, then by amount, then by share. */
export function byWeight(a: Finding, b: Finding): number {
  const rank = ({ severity }: Finding) => severities.indexOf(severity);
  const size = ({ amount }: Finding) => Math.abs(amount.total ?? 0);
  return (
    rank(a) - rank(b) ||
    size(b) - size(a) ||
    (b.amount.share ?? 0) - (a.amount.share ?? 0) ||
    (a.id < b.id ? -1 : 1)
  );
}
