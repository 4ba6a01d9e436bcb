import type { AuditReport } from '../../../diagnosis/report.ts';
import type { Finding } from '../../../diagnosis/schema.ts';
import { byWindow } from '../../by-window.ts';
import { findingMark } from '../../findings/marks.ts';
import { plural, windowText } from '../../format.ts';
import { findingAnchor } from './findings.ts';
import { markup } from './markup.ts';

/** Clusters with a column of their own, those with the most findings. */
const maxClusters = 40;

/** Findings by window and cluster; each cell links to its finding. Nothing where no finding names a cluster. */
export function* clusterCalendar({ audits, findings }: AuditReport): Iterable<string> {
  const clusters = clustersOf(findings);
  if (clusters.length === 0) return;
  const shown = clusters.slice(0, maxClusters);
  const heads = shown.map((cluster) => markup`<th scope="col">${cluster}</th>`);
  yield markup`<section aria-labelledby="clusters">
<h2 id="clusters">Findings by cluster</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Findings by cluster, to scroll">
<table class="calendar">
<thead><tr><th scope="col">Window (UTC)</th>${heads}</tr></thead>
<tbody>
`.html;
  for (const [first] of byWindow(audits)) {
    if (!first) continue;
    const { window } = first;
    const cells = shown.map((cluster) => {
      const index = findings.findIndex(
        (finding) =>
          finding.objects.some((object) => object.cluster === cluster) &&
          finding.windows.some(({ start }) => start === window.start),
      );
      const finding = findings[index];
      if (finding === undefined) return markup`<td></td>`;
      return markup`<td><a href="#${findingAnchor(index)}" title="${cluster}: ${finding.title}"><span class="badge ${badgeOf(finding)}"><span class="sign" aria-hidden="true">${findingMark(index)}</span><span class="word">finding ${findingMark(index)}</span></span></a></td>`;
    });
    yield `${markup`<tr><th scope="row">${windowText(window)}</th>${cells}</tr>`.html}\n`;
  }
  yield '</tbody>\n</table>\n</div>\n';
  const hidden = clusters.length - shown.length;
  if (hidden > 0) yield `<p>${plural(hidden, 'further cluster')} with fewer findings</p>\n`;
  yield '</section>\n';
}

function badgeOf({ severity }: Finding): 'Failed' | 'Warning' {
  return severity === 'critical' || severity === 'error' ? 'Failed' : 'Warning';
}

/** Clusters that findings name, the one with the most findings first. */
function clustersOf(findings: readonly Finding[]): string[] {
  const counts = new Map<string, number>();
  for (const { objects } of findings) {
    const names = new Set(objects.flatMap(({ cluster }) => cluster ?? []));
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([name]) => name);
}
