import type { Audit } from '../../../audits/schema.ts';
import { auditTypeNames, auditTypes } from '../../../audits/types.ts';
import type { AuditReport } from '../../../diagnosis/report.ts';
import { byWindow } from '../../by-window.ts';
import { findingMark, findingsAt, indexFindings } from '../../findings/marks.ts';
import { windowText } from '../../format.ts';
import { statusWords } from '../../status-text.ts';
import { findingAnchor } from './findings.ts';
import { type Markup, markup } from './markup.ts';
import { auditBadge } from './status.ts';

/** Maximum number of audits whose cells show words next to their signs; screen readers read them always. */
const maxColumnsWithWords = 8;

/** Audits by window; each cell links to its audit. */
export function* calendar({ audits, findings }: AuditReport): Iterable<string> {
  const index = indexFindings(findings);
  if (audits.length === 0) return;
  const types = auditTypeNames.filter((type) => audits.some((audit) => audit.type === type));
  const heads = types.map(
    (type) =>
      markup`<th scope="col" title="${auditTypes[type].description}">${auditTypes[type].head.join(' ')}</th>`,
  );
  yield markup`<section aria-labelledby="calendar">
<h2 id="calendar">Calendar</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Calendar, to scroll">
<table class="calendar${types.length > maxColumnsWithWords ? ' compact' : ''}">
<thead><tr><th scope="col">Window (UTC)</th>${heads}</tr></thead>
<tbody>
`.html;
  for (const ofWindow of byWindow(audits)) {
    const [first] = ofWindow;
    if (!first) continue;
    const cells = types.map((type) => {
      const audit = ofWindow.find((candidate) => candidate.type === type);
      if (!audit) return markup`<td></td>`;
      const [finding] = findingsAt(index, audit);
      if (finding !== undefined) return findingCell(audit, finding, findings[finding]?.title ?? '');
      return markup`<td><a href="#${anchorOf(audits, audit)}" title="${type} ${statusWords[audit.status]}">${auditBadge(audit)}</a></td>`;
    });
    yield `${markup`<tr><th scope="row">${windowText(first.window)}</th>${cells}</tr>`.html}\n`;
  }
  yield '</tbody>\n</table>\n</div>\n</section>\n';
}

const anchors = new WeakMap<readonly Audit[], Map<Audit, string>>();

/** A cell that links to the first finding of its audit. */
function findingCell({ type, status }: Audit, finding: number, title: string): Markup {
  return markup`<td><a href="#${findingAnchor(finding)}" title="${type}: ${title}"><span class="badge ${status === 'Skipped' ? 'Failed' : status}"><span class="sign" aria-hidden="true">${findingMark(finding)}</span><span class="word">finding ${findingMark(finding)}</span></span></a></td>`;
}

/** Id of an audit's row: `audit-7`. */
export function anchorOf(audits: readonly Audit[], audit: Audit): string {
  const known = anchors.get(audits) ?? new Map(audits.map((one, i) => [one, `audit-${i}`]));
  anchors.set(audits, known);
  return known.get(audit) ?? 'audits';
}
