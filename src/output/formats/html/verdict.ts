import { isAccepted } from '../../../audits/gate.ts';
import type { Status } from '../../../audits/types.ts';
import type { AuditReport } from '../../../diagnosis/report.ts';
import { countText, plural } from '../../format.ts';
import { type Markup, markup } from './markup.ts';
import { sign } from './status.ts';

/** What was decided, in a sentence, and the numbers behind it. */
export function verdict(report: AuditReport): Markup {
  const { summary, server, message, gate, audits } = report;
  const tiles = [
    ['Failed', summary.failed, 'failed'],
    ['Warning', summary.warning, 'missing values'],
    ['Skipped', summary.skipped, 'skipped'],
    ['NotRun', summary.notRun, 'not run'],
    ['Passed', summary.passed, 'passed'],
  ] as const satisfies readonly (readonly [Status, number, string])[];
  const total = tiles.reduce((sum, [, count]) => sum + count, 0);
  const accepted = audits.filter(isAccepted).length;
  const said = headline(report, total);
  return markup`<header class="${said.look}">
<p class="eyebrow">Audit of ${server ?? 'a saved answer'}</p>
<h1>${sign(said.look)} ${said.text}</h1>
<p>${[
    plural(total, 'audit'),
    gate ? `fails on ${gate.failOn}${gate.strict ? ', strict' : ''}` : 'no gate',
    ...(accepted > 0 ? [`${countText(accepted)} with only accepted differences`] : []),
  ].join(' · ')}</p>
${message === undefined ? null : markup`<p>${message}</p>`}
<ul class="tiles">${tiles.map(
    ([status, count, word]) =>
      markup`<li class="${count > 0 ? status : 'none'}"><strong>${countText(count)}</strong> ${word}</li>`,
  )}</ul>
</header>`;
}

/** Where nothing gates, the worst status speaks. */
function headline({ gate, summary }: AuditReport, total: number): { text: string; look: Status } {
  const seen = summary.passed + summary.warning + summary.failed;
  const bad =
    summary.failed > 0 ? `${countText(summary.failed)} of ${plural(total, 'audit')} failed` : null;
  if (gate?.passed) return { text: 'The gate passed', look: 'Passed' };
  if (seen === 0) return { text: 'Nothing could be evaluated', look: 'Skipped' };
  if (gate) return { text: bad ?? 'The gate failed', look: 'Failed' };
  if (bad) return { text: bad, look: 'Failed' };
  if (summary.warning > 0) {
    return { text: `${plural(summary.warning, 'audit')} with missing values`, look: 'Warning' };
  }
  if (summary.skipped > 0) {
    return {
      text: `${plural(summary.skipped, 'audit')} skipped, no other failed`,
      look: 'Skipped',
    };
  }
  return { text: 'Every audit that ran passed', look: 'Passed' };
}
