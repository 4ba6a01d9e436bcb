import { isAccepted } from '../../audits/gate.ts';
import { isNotSettled, settlesAt } from '../../audits/not-settled.ts';
import type { Audit } from '../../audits/schema.ts';
import { auditTypeNames, notOffered, serverAuditTypes } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import { plural, timeText, windowText } from '../format.ts';
import { auditMark, isUnexplained } from './marks.ts';

/** Remarks about audits that share a reason. */
export interface Note {
  /** The mark of the calendar, where there is one, and the number of audits: `~ not settled (3)`. */
  readonly title: string;
  readonly texts: readonly string[];
}

/** Notes of a report: what was not evaluated and why, and what passed audits remark, by reason. */
export function notesOf(report: AuditReport): Note[] {
  const audits = report.audits.filter(isUnexplained(report));
  const unsettled = audits.filter(isNotSettled);
  const others = audits.filter((audit) => !isNotSettled(audit));
  return [
    ...(unsettled.length > 0
      ? [{ title: `~ not settled (${unsettled.length})`, texts: unsettledTexts(unsettled) }]
      : []),
    ...reasonNotes(others),
    ...acceptedNotes(others),
    ...serverNotes(report),
  ];
}

/** What the audits of a server leave open where they find nothing. */
function serverNotes({ engine, findings, summary }: AuditReport): Note[] {
  const isClean = findings.length + summary.failed + summary.warning === 0 && summary.passed > 0;
  if (engine !== 'server' || !isClean) return [];
  const more = auditTypeNames.length - serverAuditTypes.length;
  const text =
    "the server's own audits do not see missing days, duplicate rows or lost pods; " +
    `kc-etl computes ${more} more: kc-etl audit run --engine local`;
  return [{ title: 'not checked', texts: [text] }];
}

/** A text for each window and time: `3 audits of 2026-11-24 can change until 2026-11-27 00:00`. */
function unsettledTexts(audits: readonly Audit[]): string[] {
  const groups = grouped(audits, (audit) => `${audit.window.start} ${settlesAt(audit)}`);
  return groups.map((group) => {
    const [first] = group;
    if (!first) return '';
    const at = settlesAt(first);
    const until = at === null ? '' : ` can change until ${minutes(at)}`;
    return `${plural(group.length, 'audit')} of ${windowText(first.window)}${until}`;
  });
}

function minutes(ms: number): string {
  return timeText(new Date(ms).toISOString(), false).slice(0, 16);
}

/** A note for each reason that audits give for not being evaluated, or as a remark on their result. */
function reasonNotes(audits: readonly Audit[]): Note[] {
  const described = audits.filter(
    ({ status, description }) => description !== '' || status === 'NotRun' || status === 'Skipped',
  );
  const titles = {
    passed: 'remarks',
    failed: 'remarks',
    warning: 'remarks',
    unsettled: '~ not settled',
    unsupported: '- not offered',
    missing: '? not evaluated',
    notRun: '_ not run',
  } as const;
  return grouped(described, (audit) => titles[auditMark(audit)]).map((group) => {
    const [first] = group;
    const title = first ? titles[auditMark(first)] : '';
    const reasons = grouped(group, ({ description }) => withoutAmounts(description));
    return { title: `${title} (${group.length})`, texts: reasons.map(reasonText) };
  });
}

/** `no bill covers this window: AuditAssetReconciliation of 2 windows`. */
function reasonText(audits: readonly Audit[]): string {
  const [first] = audits;
  const types = [...new Set(audits.map(({ type }) => type))];
  const windows = [...new Set(audits.map(({ window }) => windowText(window)))];
  const names = types.length > 3 ? plural(types.length, 'audit') : types.join(', ');
  const where = windows.length === 1 ? windows[0] : plural(windows.length, 'window');
  const newest = audits.at(-1) ?? first;
  const reason = alikeTogether(reasonOf(newest?.description ?? ''));
  const isVarying = audits.some(({ description }) => description !== newest?.description);
  const whose = isVarying && newest ? `, amounts of ${windowText(newest.window)}` : '';
  return `${reason === '' ? '' : `${reason}: `}${names} of ${where}${whose}`;
}

const decimal = /\d+\.\d+/g;

/** A text that is the same for every day on which only its amounts differ. */
function withoutAmounts(text: string): string {
  return text.replace(decimal, '#');
}

/** `a: 0.5 of network has no bill; b: 0.2 of network has no bill` as one sentence about both. */
function alikeTogether(text: string): string {
  const sentences = text.split('; ').map((sentence) => {
    const [, subject = '', rest = sentence] = /^(\S+): (.*)$/.exec(sentence) ?? [];
    return { subject, rest };
  });
  return grouped(sentences, ({ subject, rest }) => `${subject === ''} ${withoutAmounts(rest)}`)
    .map((alike) => {
      const [first] = alike;
      if (!first || first.subject === '') return alike.map(({ rest }) => rest).join('; ');
      if (alike.length === 1) return `${first.subject}: ${first.rest}`;
      const amounts = alike.map(({ rest }) => (rest.match(decimal) ?? []).map(Number));
      let at = 0;
      const summed = first.rest.replace(decimal, (one) => {
        const sum = amounts.reduce((total, own) => total + (own[at] ?? 0), 0);
        at++;
        return sum.toFixed(one.length - one.indexOf('.') - 1);
      });
      return `${alike.length} clusters: ${summed}`;
    })
    .join('; ');
}

/** A description without the words that the note's title has. */
function reasonOf(description: string): string {
  return description.startsWith(`${notOffered}: `)
    ? description.slice(notOffered.length + 2)
    : description;
}

function acceptedNotes(audits: readonly Audit[]): Note[] {
  const accepted = audits.filter(isAccepted);
  if (accepted.length === 0) return [];
  const reasons = new Set(
    accepted.flatMap(({ differences, missing }) =>
      [...differences, ...missing].flatMap((entry) => entry.accepted ?? []),
    ),
  );
  return [{ title: `accepted (${accepted.length})`, texts: [...reasons] }];
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}
