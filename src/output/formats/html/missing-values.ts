import type { Audit, MissingValue } from '../../../audits/schema.ts';
import type { DifferenceEntry } from '../../../audits/selection.ts';
import { keyText, windowText } from '../../format.ts';
import { markup } from './markup.ts';
import { type Heading, sortedTable } from './sorted-table.ts';

type ShownMissing = Exclude<DifferenceEntry, { delta: unknown }> & MissingValue;

const headings: readonly Heading[] = [
  { head: 'Window (UTC)', kind: 'name' },
  { head: 'Audit', kind: 'name' },
  { head: 'Key', kind: 'text' },
  { head: 'Description', kind: 'text' },
];

/** Values that only one of two compared stores has; no section without any. */
export function* missingValues(
  _audits: readonly Audit[],
  entries: readonly DifferenceEntry[],
): Iterable<string> {
  const found = entries.filter((entry): entry is ShownMissing => !('delta' in entry));
  if (found.length === 0) return;
  yield '<section aria-labelledby="missing">\n<h2 id="missing">Missing values</h2>\n';
  yield* sortedTable({
    id: 'missing',
    headings,
    types: [...new Set(found.map(({ type }) => type))],
    count: found.length,
    rows: found.map(({ window, type, key, description, accepted }) => ({
      type,
      cells: [
        { shown: markup`${windowText(window)}`, by: window.start },
        { shown: markup`${type}`, by: type },
        { shown: markup`<code>${keyText(key)}</code>`, by: keyText(key) },
        {
          shown: markup`${description}${accepted === undefined ? null : markup`<p class="accepted">accepted: ${accepted}</p>`}`,
          by: description,
        },
      ],
    })),
  });
  yield '</section>\n';
}
