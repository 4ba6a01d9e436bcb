import { withoutEpisode } from '../../../diagnosis/episodes.ts';
import type { AuditReport } from '../../../diagnosis/report.ts';
import type { Finding } from '../../../diagnosis/schema.ts';
import { type Trend, type TrendFinding, trendOf } from '../../../diagnosis/trend.ts';
import { clusterOf } from '../../datasets/findings.ts';
import { shareText } from '../../findings/amounts.ts';
import { gradeText } from '../../findings/effect-text.ts';
import type { Field } from '../../findings/field.ts';
import { findingFields } from '../../findings/fields.ts';
import { findingMark } from '../../findings/marks.ts';
import { trendDays } from '../../trend/cells.ts';
import { dailyChart, shareBar } from './charts.ts';
import { type Markup, markup } from './markup.ts';

/** The findings, worst first: title, share, amount per window, fields, commands with a copy button. */
export function* findingSections(
  { audits, findings }: AuditReport,
  stored?: Trend,
): Iterable<string> {
  if (findings.length === 0) return;
  yield '<section aria-labelledby="findings">\n<h2 id="findings">Findings</h2>\n';
  const trend = stored ?? trendOf({ audits: [...audits], findings: [...findings] });
  const days = trendDays({ trend, range: null });
  const entries = new Map(trend.report.findings.map((entry) => [entry.id, entry]));
  for (const [i, finding] of findings.entries()) {
    const own = entries.get(withoutEpisode(finding.id)) ?? daysOf(finding);
    const chart = dailyChart(own, days);
    yield `${article(finding, i, chart).html}\n`;
  }
  yield '</section>\n';
}

/** A finding that the store does not know: only its own windows. */
function daysOf({ id, windows }: Finding): TrendFinding {
  return {
    id,
    days: windows.map(({ start, end, amount }) => ({ window: { start, end }, amount })),
  };
}

/** Id of the article of a finding. */
export function findingAnchor(index: number): string {
  return `finding-${index + 1}`;
}

function article(finding: Finding, index: number, chart: Markup | null): Markup {
  const { code, title, severity, accepted, amount } = finding;
  const id = findingAnchor(index);
  const look = accepted === null ? severity : 'info';
  const cluster = clusterOf(finding) ?? 'the clusters';
  return markup`<article class="finding ${look}" id="${id}" aria-labelledby="${id}-title">
<p class="grade"><span class="number">${findingMark(index)}</span> <code>${code}</code> <span class="severity">${gradeText(finding)}</span></p>
<h3 id="${id}-title">${title}</h3>
<div class="figures">${chart}${
    amount.share === null
      ? null
      : markup`<figure>${shareBar(amount.share)}<figcaption>${shareText(amount.share)} of ${cluster}</figcaption></figure>`
  }</div>
<dl>${findingFields(finding, true).map(fieldMarkup)}</dl>
</article>`;
}

function fieldMarkup({ label, texts, rows = [], commands = [] }: Field): Markup {
  const many = rows.length > 5;
  const list = markup`<ul class="amounts">${rows.map(([name, amount]) => markup`<li><span class="amount">${amount}</span> ${name}</li>`)}</ul>`;
  return markup`<div><dt>${label}</dt><dd>${texts.map((text) => markup`<p>${text}</p>`)}${
    rows.length === 0
      ? null
      : many
        ? markup`<details><summary>${rows.length} rows</summary>${list}</details>`
        : list
  }${commands.map(
    (command) =>
      markup`<div class="command"><pre tabindex="0" aria-label="Command"><code>${command}</code></pre><button type="button" class="copy" hidden>Copy</button></div>`,
  )}</dd></div>`;
}
