import { type Severity, severities } from './codes/code.ts';
import { codeInfo, isLegal } from './codes.ts';
import type { DiagnosisContext } from './context.ts';
import type { Day } from './day.ts';
import type { Draft } from './draft.ts';
import type { Occurrence } from './episodes.ts';
import { basisOf, effectOf, objectsOf, shareOf, sum, windowsOf } from './finding-amounts.ts';
import { stateOf, trendOf } from './finding-course.ts';
import type { Group } from './folding.ts';
import { actionsOf, confirmSteps } from './next-steps.ts';
import type { Finding } from './schema.ts';
import { valuesOf } from './text-values.ts';
import { fill } from './texts.ts';

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
    title: fill(
      objects.length > 1 ? (known?.titleMany ?? info.titleMany) : (known?.title ?? info.title),
      values,
    ),
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

function wrongOf(occurrences: readonly Occurrence[]): Finding['wrong'] {
  const stores = new Set(occurrences.flatMap(({ draft }) => draft.wrong ?? []));
  return stores.size === 0 ? null : [...stores];
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
