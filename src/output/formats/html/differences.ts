import type { Difference } from '../../../audits/schema.ts';
import type { DifferenceEntry } from '../../../audits/selection.ts';
import type { AuditReport } from '../../../diagnosis/report.ts';
import { amountText, decimalsFor, keyText, percentText, plural, windowText } from '../../format.ts';
import { deltaBar, sidesBar } from './bars.ts';
import { type Markup, markup } from './markup.ts';
import { type Cell, type Heading, sortedTable } from './sorted-table.ts';

type ShownDifference = Extract<DifferenceEntry, Difference>;

const headings: readonly Heading[] = [
  { head: 'Window (UTC)', kind: 'name' },
  { head: 'Audit', kind: 'name' },
  { head: 'Key', kind: 'text' },
  { head: 'Expected and actual', kind: 'number' },
  { head: 'Delta', kind: 'number', sorted: 'descending' },
  { head: '%', kind: 'number' },
];
const whyHeading: Heading = { head: 'Why', kind: 'text' };

/** Differences with both amounts, largest first, as numbers and bars. */
export function* differences(
  { audits, findings }: AuditReport,
  entries: readonly DifferenceEntry[],
): Iterable<string> {
  const found = entries.filter((entry): entry is ShownDifference => 'delta' in entry);
  // findings say it in short: the differences behind them are folded
  const isFolded = findings.length > 0;
  yield isFolded
    ? '<section aria-labelledby="differences">\n<details>\n<summary><h2 id="differences">Differences</h2></summary>\n'
    : '<section aria-labelledby="differences">\n<h2 id="differences">Differences</h2>\n';
  const end = isFolded ? '</details>\n</section>\n' : '</section>\n';
  if (found.length === 0) {
    const all = audits.reduce((sum, audit) => sum + audit.differences.length, 0);
    yield markup`<p class="empty">${all > 0 ? `${plural(all, 'difference')} not shown.` : 'None.'}</p>\n`
      .html;
    yield end;
    return;
  }
  const decimals = decimalsFor(found.map(({ delta }) => delta));
  const largest = Math.max(...found.map(({ delta }) => Math.abs(delta ?? 0)));
  const explained = found.some(({ causes, accepted }) => causes?.length || accepted !== undefined);
  yield* sortedTable({
    id: 'differences',
    headings: explained ? [...headings, whyHeading] : headings,
    types: [...new Set(found.map(({ type }) => type))],
    count: found.length,
    rows: rows(found, decimals, largest, explained),
  });
  yield end;
}

function* rows(
  found: readonly ShownDifference[],
  decimals: number,
  largest: number,
  explained: boolean,
) {
  for (const difference of found) {
    const { window, type, key, expected, actual, delta, relative } = difference;
    const cells: Cell[] = [
      { shown: markup`${windowText(window)}`, by: window.start },
      { shown: markup`${type}`, by: type },
      { shown: markup`<code>${keyText(key)}</code>`, by: keyText(key) },
      {
        shown: markup`<span class="sides"><span>${amountText(expected, decimals)}</span><span>${amountText(actual, decimals)}</span></span>${sidesBar(expected, actual)}`,
        by: expected ?? Number.MAX_VALUE,
      },
      {
        shown: markup`<span>${amountText(delta, decimals, true)}</span>${deltaBar(delta, largest)}`,
        by: Math.abs(delta ?? Number.MAX_VALUE),
      },
      { shown: markup`${percentText(relative)}`, by: Math.abs(relative ?? 0) },
    ];
    if (explained) cells.push({ shown: why(difference), by: difference.accepted ?? '' });
    yield { cells, type };
  }
}

function why({ causes = [], accepted }: ShownDifference): Markup {
  const decimals = decimalsFor(causes.map(({ amount }) => amount));
  const list = causes.map(
    ({ code, amount, detail }) =>
      markup`<li><strong>${code}</strong> ${amount === null ? null : amountText(amount, decimals, true)} ${detail}</li>`,
  );
  return markup`${causes.length > 0 ? markup`<ul class="causes">${list}</ul>` : null}${
    accepted === undefined ? null : markup`<p class="accepted">accepted: ${accepted}</p>`
  }`;
}
