import type { Audit, Cause, Difference } from '../audits/schema.ts';
import { assemble, byWeight, type Explained } from './assemble.ts';
import { codeInfo, isLegal } from './codes.ts';
import type { DiagnosisContext, DiagnosisFacts } from './context.ts';
import { Day } from './day.ts';
import { bills, remainders } from './detectors/bills-and-remainders.ts';
import { capacity } from './detectors/capacity.ts';
import { derivedStores } from './detectors/derived-stores.ts';
import { identity } from './detectors/identity.ts';
import { presence } from './detectors/presence.ts';
import { price } from './detectors/price.ts';
import { responsesAndDays } from './detectors/responses-and-days.ts';
import { rows } from './detectors/rows.ts';
import type { Draft } from './draft.ts';
import { episodes } from './episodes.ts';
import { fold, type Group } from './folding.ts';
import type { Claim, Item } from './ledger.ts';
import type { Finding } from './schema.ts';

export interface Diagnosis {
  /** The same audits; causes of their differences name the findings behind them. */
  readonly audits: Audit[];
  /** Worst first. */
  readonly findings: Finding[];
}

/** In the order in which they are tried: later ones leave alone what earlier ones account for. */
const detectors = [rows, identity, presence, price, capacity, derivedStores, bills];

/** What explains the differences and gaps of audits, before it is put into words. */
interface Explanation {
  readonly days: readonly Day[];
  readonly groups: readonly Group[];
  readonly explained: Explained;
  /** The same audits, with causes. */
  readonly audits: Audit[];
}

/** What explains the differences and gaps of audits: causes, objects, amounts and next steps. */
export function diagnose(audits: readonly Audit[], context: DiagnosisContext): Diagnosis {
  return describe(explain(audits, context), context);
}

/** Finds what explains the differences and gaps of audits. */
export function explain(audits: readonly Audit[], facts: DiagnosisFacts): Explanation {
  const days = daysOf(audits, facts);
  for (const day of days) {
    responsesAndDays(day);
    if (day.closed) continue;
    for (const detect of detectors) detect(day);
    remainders(day);
  }
  const groups = fold(episodes(days));
  const settled = new Map(
    days.flatMap(({ ledger }) => ledger.items.map((item) => [item, item.settle().claims])),
  );
  return {
    days,
    groups,
    explained: explainedBy(settled),
    audits: withCauses(audits, settled, idsOf(groups)),
  };
}

/** Whether data has to be rebuilt from metrics: only such advice depends on how long Prometheus keeps them. */
export function needsMetrics({ groups }: Explanation): boolean {
  const drafts = groups.flatMap(({ episodes }) =>
    episodes.flatMap(({ occurrences }) => occurrences.map(({ draft }) => draft)),
  );
  return drafts.some(({ code }) => codeInfo(code).repair.some((store) => store !== 'cloudCost'));
}

/** Findings in words, the worst first. */
export function describe(
  { days, groups, explained, audits }: Explanation,
  context: DiagnosisContext,
): Diagnosis {
  const findings = groups
    .map((group) => assemble(group, days, { context, explained }))
    .sort(byWeight);
  return { audits, findings };
}

function daysOf(audits: readonly Audit[], facts: DiagnosisFacts): Day[] {
  const byWindow = new Map<string, Audit[]>();
  for (const audit of audits) {
    const key = `${audit.window.start},${audit.window.end}`;
    byWindow.set(key, [...(byWindow.get(key) ?? []), audit]);
  }
  return [...byWindow.values()]
    .flatMap((own) => (own[0] ? [new Day(own, own[0].window, facts)] : []))
    .sort((a, b) => a.start - b.start);
}

/** The id of the finding that each draft became part of. */
function idsOf(groups: readonly Group[]): Map<Draft, string> {
  const ids = new Map<Draft, string>();
  for (const { id, episodes: members } of groups) {
    for (const { occurrences } of members) for (const { draft } of occurrences) ids.set(draft, id);
  }
  return ids;
}

function explainedBy(
  settled: ReadonlyMap<Item, readonly Claim[]>,
): Map<Draft, Finding['explains']> {
  const explained = new Map<Draft, Finding['explains']>();
  for (const [{ audit, key, delta }, claims] of settled) {
    for (const { draft, amount } of mergedByDraft(claims)) {
      if (amount === 0 && delta !== 0) continue;
      const entry = { window: audit.window, type: audit.type, key: [...key], amount };
      explained.set(draft, [...(explained.get(draft) ?? []), entry]);
    }
  }
  return explained;
}

/** One amount for each finding, whatever parts of a difference it claims. */
function mergedByDraft(claims: readonly Claim[]): { draft: Draft; amount: number | null }[] {
  const merged = new Map<Draft, number | null>();
  for (const { draft, amount } of claims) {
    const before = merged.get(draft);
    merged.set(draft, amount === null ? (before ?? null) : (before ?? 0) + amount);
  }
  return [...merged].map(([draft, amount]) => ({ draft, amount }));
}

/** Differences with the findings behind them; those that nothing claims keep what the audit said. */
function withCauses(
  audits: readonly Audit[],
  settled: ReadonlyMap<Item, readonly Claim[]>,
  ids: ReadonlyMap<Draft, string>,
): Audit[] {
  const causes = new Map<object, Cause[]>();
  for (const [{ found, delta }, claims] of settled) {
    const own = mergedByDraft(claims).filter(({ amount }) => amount !== 0 || delta === 0);
    // an audit that does not split its differences has nothing to say about an unknown cause
    const isUnknown = own.every(({ draft }) => draft.code === 'unexplained');
    if (own.length === 0 || (isUnknown && !('causes' in found))) continue;
    causes.set(
      found,
      own.map(({ draft, amount }) => ({
        code: draft.code,
        amount,
        detail: draft.facts[0]?.fact ?? '',
        finding: ids.get(draft) ?? '',
      })),
    );
  }
  const explain = (difference: Difference): Difference => {
    const own = causes.get(difference);
    return own ? { ...difference, causes: own } : difference;
  };
  return audits.map((audit) => ({
    ...audit,
    status: statusOf(audit, settled),
    differences: audit.differences.map(explain),
  }));
}

/** Failed, unless all that an audit found has causes that mean no wrong number. */
function statusOf(audit: Audit, settled: ReadonlyMap<Item, readonly Claim[]>): Audit['status'] {
  if (audit.status !== 'Failed') return audit.status;
  const own = [...settled].filter(([item]) => item.audit === audit);
  const isLegalOnly = own.every(
    ([, claims]) =>
      claims.length > 0 && claims.every(({ draft: { code, variant } }) => isLegal(code, variant)),
  );
  return own.length > 0 && isLegalOnly ? 'Warning' : 'Failed';
}
