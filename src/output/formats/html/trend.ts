import type { Finding } from '../../../diagnosis/schema.ts';
import { version } from '../../../version.ts';
import { plural } from '../../format.ts';
import type { TrendResult } from '../../result.ts';
import { statusCells, type TrendDays, trendDays } from '../../trend/cells.ts';
import { amountsText, spanText, storedText } from '../../trend/texts.ts';
import { dailyChart, statusStrip } from './charts.ts';
import { type Markup, markup } from './markup.ts';
import { head } from './page.ts';

/** The trend as a page: a chart for each finding, a strip for each audit. */
export function* trendPage(result: TrendResult): Iterable<string> {
  const { trend, server } = result;
  const days = trendDays(result);
  const { findings, audits } = trend.report;
  const counts = findings.length === 0 ? 'no findings' : plural(findings.length, 'finding');
  yield head(`Trend: ${server ?? 'AuditStore'}`, 'findings');
  yield markup`<header class="${findings.length > 0 ? 'Failed' : 'Passed'}">
<h1>Trend: ${counts}</h1>
<p>${storedText(result)}</p>
</header>
<main>
<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>
`.html;
  if (findings.length === 0) yield '<p class="empty">None.</p>\n';
  for (const [i, entry] of findings.entries()) {
    const finding = trend.findings[i];
    if (finding) yield `${article(finding, entry, days).html}\n`;
  }
  yield '</section>\n<section aria-labelledby="audits">\n<h2 id="audits">Audits</h2>\n<div class="scroll" tabindex="0" role="region" aria-label="Audits, to scroll">\n<table>\n<thead><tr><th scope="col">Audit</th><th scope="col">Days</th><th scope="col">Status</th></tr></thead>\n<tbody>\n';
  for (const audit of audits) yield `${auditRow(audit, days).html}\n`;
  yield markup`</tbody>\n</table>\n</div>\n</section>\n</main>
<footer>Times are UTC. Made by kc-etl ${version}.</footer>\n</body>\n</html>\n`.html;
}

function article(
  { severity, title, ...finding }: Finding,
  entry: TrendResult['trend']['report']['findings'][number],
  days: TrendDays,
): Markup {
  return markup`<article class="finding ${severity}">
<p class="grade"><code>${entry.id}</code> <span class="severity">${severity}</span></p>
<h3>${title}</h3>
<div class="figures">${dailyChart(entry, days)}</div>
<p>${spanText({ severity, title, ...finding })}; ${amountsText(entry, days.step)}</p>
</article>`;
}

function auditRow(
  audit: TrendResult['trend']['report']['audits'][number],
  days: TrendDays,
): Markup {
  const cells = statusCells(audit, days);
  const counts = (['Failed', 'Warning', 'Passed', 'Skipped', 'NotRun', 'not stored'] as const)
    .map((status) => ({ status, count: cells.filter((cell) => cell === status).length }))
    .filter(({ count }) => count > 0)
    .map(
      ({ status, count }) => `${count} ${status === 'NotRun' ? 'not run' : status.toLowerCase()}`,
    );
  return markup`<tr><th scope="row">${audit.type}</th><td>${statusStrip(cells)}</td><td>${counts.join(', ')}</td></tr>`;
}
