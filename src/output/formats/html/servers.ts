import { serversVerdict } from '../../findings/servers-verdict.ts';
import { verdictOf } from '../../findings/verdict.ts';
import type { ServersResult } from '../../result.ts';
import { type Markup, markup } from './markup.ts';
import { end, footer, head, sections } from './page.ts';
import { badge } from './status.ts';
import { looks, verdict } from './verdict.ts';

/** The page of several servers: the verdict of all, a list of them, then the report of each. */
export function* serversPage({ report, results }: ServersResult): Iterable<string> {
  const { word, text } = serversVerdict(report);
  yield head(`${word}: ${report.servers.length} servers`, 'servers');
  yield markup`<header class="${looks[word]}">
<h1>${word}: ${text}</h1>
</header>
<main>
<section aria-labelledby="servers">
<h2 id="servers">Servers</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Servers, to scroll">
<table>
<thead><tr><th scope="col">Server</th><th scope="col">Status</th><th scope="col">Verdict</th></tr></thead>
<tbody>
${report.servers.map(serverRow)}
</tbody>
</table>
</div>
</section>
`.html;
  for (const [i, result] of results.entries()) {
    if (result === null) continue;
    const name = report.servers[i]?.server ?? '';
    yield markup`<details id="${anchorOf(i)}" open>
<summary id="${anchorOf(i)}-name">${name}</summary>
`.html;
    yield withOwnIds(verdict(result.report, 'h2').html, i, name);
    for (const piece of sections(result)) yield withOwnIds(piece, i, name);
    yield '</details>\n';
  }
  const audited = report.servers.flatMap((one) => (one.report ? [one.report] : []));
  yield `</main>\n${footer(audited).html}\n${end}`;
}

function serverRow(
  { server, error, report }: ServersResult['report']['servers'][number],
  index: number,
): Markup {
  if (report === null) {
    return markup`<tr><td>${server}</td><td>${badge('Skipped')}</td><td>not audited: ${error}</td></tr>`;
  }
  const { word, text } = verdictOf(report);
  return markup`<tr><td><a href="#${anchorOf(index)}">${server}</a></td><td>${badge(looks[word])}</td><td>${text}${error === null ? '' : `; the last run failed: ${error}`}</td></tr>`;
}

function anchorOf(index: number): string {
  return `server-${index + 1}`;
}

/** Attributes that name an element of the page, or a region of it; no text has quotes that are not escaped. */
const references =
  / (id|data-for|aria-labelledby)="([^"]+)"| href="#([^"]+)"|(?<= role="region") aria-label="([^"]*)"/g;

/** The same markup with ids and names of regions that no other server of the page has. */
function withOwnIds(html: string, index: number, server: string): string {
  const prefix = `${anchorOf(index)}-`;
  const named = markup`${server}`.html;
  return html.replace(references, (...match: readonly string[]) => {
    const [, attribute = '', id = '', anchor = '', label = ''] = match;
    if (label !== '') return ` aria-label="${label}: ${named}"`;
    if (anchor !== '') return ` href="#${prefix}${anchor}"`;
    const also = attribute === 'aria-labelledby' ? ` ${prefix}name` : '';
    return ` ${attribute}="${prefix}${id}${also}"`;
  });
}
