import type { AuditReport } from '../../../diagnosis/report.ts';
import { notesOf } from '../../findings/notes.ts';
import { markup } from './markup.ts';

/** What was not evaluated and remarks of audits, grouped by reason. */
export function* notes(report: AuditReport): Iterable<string> {
  const all = notesOf(report);
  if (all.length === 0) return;
  yield '<section aria-labelledby="notes">\n<h2 id="notes">Notes</h2>\n<ul class="reasons">\n';
  for (const { title, texts } of all) {
    yield `${markup`<li><strong>${title.replace(/^[^a-z] /, '')}</strong> ${texts.map((text) => markup`<p>${text}</p>`)}</li>`.html}\n`;
  }
  yield '</ul>\n</section>\n';
}
