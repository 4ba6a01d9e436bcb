import { isAccepted } from '../../../audits/gate.ts';
import type { Status } from '../../../audits/types.ts';
import type { AuditReport } from '../../../diagnosis/report.ts';
import { serverText } from '../../findings/server.ts';
import { type VerdictWord, verdictOf } from '../../findings/verdict.ts';
import { countText, plural } from '../../format.ts';
import { type Markup, markup } from './markup.ts';
import { sign } from './status.ts';

/** The status whose sign and colour a verdict has. */
export const looks: Readonly<Record<VerdictWord, Status>> = {
  PASSED: 'Passed',
  WARNING: 'Warning',
  FAILED: 'Failed',
  UNDECIDED: 'Skipped',
};

/**
 * The head of the page, or of one server of it: the verdict, the server and dates, the number of audits by status.
 */
export function verdict(report: AuditReport, level: 'h1' | 'h2' = 'h1'): Markup {
  const { summary, message, gate, audits } = report;
  const tiles = [
    ['Failed', summary.failed, 'failed'],
    ['Warning', summary.warning, summary.warning === 1 ? 'warning' : 'warnings'],
    ['Skipped', summary.skipped, 'skipped'],
    ['NotRun', summary.notRun, 'not run'],
    ['Passed', summary.passed, 'passed'],
  ] as const satisfies readonly (readonly [Status, number, string])[];
  const total = tiles.reduce((sum, [, count]) => sum + count, 0);
  const accepted = audits.filter(isAccepted).length;
  const { word, text } = verdictOf(report);
  const look = looks[word];
  return markup`<header class="${look}">
<${{ html: level }}>${sign(look)} ${word}: ${text}</${{ html: level }}>
<p>${serverText(report, true)}</p>
<p>${[
    plural(total, 'audit'),
    gate ? `fails on ${gate.failOn}${gate.strict ? ', strict' : ''}` : 'no gate',
    ...(accepted > 0 ? [`${countText(accepted)} with only accepted differences`] : []),
  ].join(' · ')}</p>
${message === undefined ? null : markup`<p>${message}</p>`}
<ul class="tiles">${tiles.map(
    ([status, count, label]) =>
      markup`<li class="${count > 0 ? status : 'none'}"><strong>${countText(count)}</strong> ${label}</li>`,
  )}</ul>
</header>`;
}
