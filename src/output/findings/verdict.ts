import { isAccepted, undecidedReason } from '../../audits/gate.ts';
import { isNotSettled, notYetText } from '../../audits/not-settled.ts';
import type { Audit, Difference } from '../../audits/schema.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { day } from '../../time.ts';
import { byWindow } from '../by-window.ts';
import { countText, keyText, percentText, plural, windowText } from '../format.ts';
import {
  type EffectName,
  effectNames,
  effectsOf,
  moneyText,
  qualifiedText,
  shareOf,
} from './amounts.ts';

export const verdictWords = ['PASSED', 'WARNING', 'FAILED', 'UNDECIDED'] as const;
export type VerdictWord = (typeof verdictWords)[number];

/** The result of an audit in one word and one sentence. */
export interface Verdict {
  readonly word: VerdictWord;
  readonly text: string;
}

/** Verdict of a report: how many findings, how much money, what was not evaluated and until when. */
export function verdictOf(report: AuditReport): Verdict {
  const word = verdictWord(report);
  const notYet = notYetText(report.audits);
  const reason = word === 'UNDECIDED' ? whyUndecided(report) : null;
  const result =
    report.findings.length > 0 ? findingsText(report.findings) : auditsText(report, word);
  return { word, text: [reason, result, notYet].filter((part) => part).join('; ') };
}

/** The gate's reason; null where only a finding has it. */
function whyUndecided({ audits, findings }: AuditReport): string | null {
  const other = findings.length > 0 ? null : 'not everything could be evaluated';
  return undecidedReason(audits) ?? other;
}

/** The gate's decision; without a gate the worst status. */
function verdictWord({ gate, summary }: AuditReport): VerdictWord {
  const decision = gate?.decision ?? (gate ? (gate.passed ? 'passed' : 'failed') : null);
  const evaluated = summary.passed + summary.warning + summary.failed;
  if (decision === 'passed') return 'PASSED';
  if (decision === 'undecided' || evaluated === 0) return 'UNDECIDED';
  if (decision === 'failed' || summary.failed > 0) return 'FAILED';
  return summary.warning > 0 ? 'WARNING' : 'PASSED';
}

function findingsText(findings: readonly Finding[]): string {
  const counted = findings.filter(({ accepted }) => accepted === null);
  const wrong = counted.filter(({ severity }) => severity === 'critical' || severity === 'error');
  const warnings = counted.filter(({ severity }) => severity === 'warning').length;
  const infos = counted.length - wrong.length - warnings;
  const counts = [
    ...(wrong.length > 0 ? [plural(wrong.length, 'finding')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
    ...(infos > 0 && wrong.length + warnings === 0 ? [plural(infos, 'remark')] : []),
    ...(findings.length > counted.length ? [`${findings.length - counted.length} accepted`] : []),
  ];
  const money = moneyAtStake(wrong.length > 0 ? wrong : counted);
  return [listText(counts), ...(money === '' ? [] : [money])].join(', ');
}

function listText(parts: readonly string[]): string {
  const last = parts.at(-1) ?? 'no findings';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

/** Codes about a day that cannot be used, with the predicate of the sentence. */
const dayPredicates: ReadonlyMap<string, string> = new Map([
  ['missing-day', 'missing'],
  ['empty-set', 'empty'],
  ['no-data-day', 'without data'],
  ['partial-day', 'incomplete'],
]);

/** What findings do to the numbers shown: `assets 0.66 too low (2.1 % of cluster-one)`. */
function moneyAtStake(findings: readonly Finding[]): string {
  const [worst] = findings;
  if (!worst) return '';
  const predicate = dayPredicates.get(worst.code);
  if (predicate !== undefined) return dayText(worst, predicate) + othersText(findings.length - 1);
  const isOnly = findings.length === 1;
  const totals = totalEffects(findings);
  const [largest] = totals;
  if (!largest) {
    const { total, basis } = worst.amount;
    return total === null ? '' : `${worst.code} ${qualifiedText(total, basis)}`;
  }
  const share = isOnly ? shareOf(worst) : '';
  const shown = isOnly ? [largest] : totals.slice(0, 2);
  const basis = isOnly ? worst.amount.basis : 'measured';
  return shown.map(({ name, amount }) => directionText(name, amount, basis)).join(', ') + share;
}

function othersText(count: number): string {
  return count > 0 ? ` and ${count} more` : '';
}

function dayText({ windows, amount, first, last }: Finding, predicate: string): string {
  const [window = { start: first, end: last }] = windows;
  const money = amount.total === null ? '' : ` (${qualifiedText(amount.total, 'estimated')})`;
  return windows.length > 1
    ? `${countText(windows.length)} days are ${predicate}${money}`
    : `${windowText(window)} is ${predicate}${money}`;
}

function directionText(
  name: EffectName,
  amount: number,
  basis: Finding['amount']['basis'],
): string {
  const side = amount > 0 ? 'too high' : 'too low';
  return `${name} ${qualifiedText(amount, basis)} ${side}`;
}

/** Sums by number and direction, largest first; too high and too low do not cancel out. */
function totalEffects(findings: readonly Finding[]): { name: EffectName; amount: number }[] {
  const sums = new Map<string, { name: EffectName; amount: number }>();
  for (const finding of findings) {
    for (const [name, amount] of effectsOf(finding)) {
      const key = `${name} ${Math.sign(amount)}`;
      sums.set(key, { name, amount: (sums.get(key)?.amount ?? 0) + amount });
    }
  }
  const order = ({ name }: { name: EffectName }) => effectNames.indexOf(name);
  return [...sums.values()].sort(
    (a, b) => roundedSize(b.amount) - roundedSize(a.amount) || order(a) - order(b),
  );
}

function roundedSize(amount: number): number {
  return Math.round(Math.abs(amount) * 1e6);
}

/** The verdict of a report without findings. */
function auditsText({ audits, summary, gate }: AuditReport, word: VerdictWord): string {
  const total = audits.length;
  if (word === 'UNDECIDED') return '';
  const strictly = gate?.strict && word === 'FAILED' ? summary.skipped + summary.notRun : 0;
  if (summary.failed + summary.warning + strictly === 0) {
    return `no findings in ${settledText(audits)}`;
  }
  const accepted = audits.filter(isAccepted).length;
  const counts = [
    ...(summary.failed > 0 ? [`${summary.failed} of ${plural(total, 'audit')} failed`] : []),
    ...(summary.warning > 0 ? [plural(summary.warning, 'warning')] : []),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(gate?.strict && summary.skipped > 0 ? [`${summary.skipped} skipped`] : []),
    ...(gate?.strict && summary.notRun > 0 ? [`${summary.notRun} not run`] : []),
  ].join(', ');
  const largest = maxDifference(audits);
  return largest === null ? counts : `${counts}; ${largest}`;
}

/** The largest difference: `largest +0.21 (+2.28 %) in AuditClusterEquality of cluster-one`. */
function maxDifference(audits: readonly Audit[]): string | null {
  let largest: { audit: Audit; difference: Difference } | null = null;
  for (const audit of audits) {
    for (const difference of audit.differences) {
      const size = Math.abs(difference.delta ?? 0);
      if (size > Math.abs(largest?.difference.delta ?? 0)) largest = { audit, difference };
    }
  }
  if (largest === null) return null;
  const { delta, relative, key } = largest.difference;
  const share = relative === null ? '' : ` (${percentText(relative)})`;
  return `largest ${moneyText(delta ?? 0, true)}${share} in ${largest.audit.type} of ${keyText(key)}`;
}

/** `5 settled days of 7`, `12 evaluated days of 30`, `7 days`. */
function settledText(audits: readonly Audit[]): string {
  const windows = byWindow(audits);
  const settled = windows.filter((ofWindow) => !ofWindow.some(isNotSettled)).length;
  const evaluated = windows.filter((ofWindow) => ofWindow.some(isEvaluated)).length;
  const noun = windows.every(([first]) => first && lasts(first, day)) ? 'day' : 'window';
  if (evaluated > 0 && evaluated < settled) {
    return `${countText(evaluated)} evaluated ${noun}${evaluated === 1 ? '' : 's'} of ${windows.length}`;
  }
  if (settled === windows.length) return settled === 1 ? `one ${noun}` : plural(settled, noun);
  return `${countText(settled)} settled ${noun}${settled === 1 ? '' : 's'} of ${windows.length}`;
}

function isEvaluated({ status }: Audit): boolean {
  return status !== 'Skipped' && status !== 'NotRun';
}

function lasts({ window }: Audit, ms: number): boolean {
  return Date.parse(window.end) - Date.parse(window.start) === ms;
}
