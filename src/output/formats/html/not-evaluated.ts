import type { Audit } from '../../../audits/schema.ts';
import { byWindow } from '../../by-window.ts';
import { plural, windowText } from '../../format.ts';
import { markup } from './markup.ts';
import { badge } from './status.ts';

/** Audits that were skipped or did not run, grouped by reason. */
export function* notEvaluated(audits: readonly Audit[]): Iterable<string> {
  const groups = new Map<string, Audit[]>();
  for (const audit of audits) {
    if (audit.status !== 'Skipped' && audit.status !== 'NotRun') continue;
    const reason = JSON.stringify([audit.status, audit.description]);
    groups.set(reason, [...(groups.get(reason) ?? []), audit]);
  }
  if (groups.size === 0) return;
  yield '<section aria-labelledby="not-evaluated">\n<h2 id="not-evaluated">Not evaluated</h2>\n<ul class="reasons">\n';
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const { status, description } = first;
    const types = [...new Set(group.map(({ type }) => type))];
    const reason =
      description || (status === 'NotRun' ? 'the server never ran it' : 'no reason given');
    yield `${markup`<li>${badge(status)} <strong>${reason}</strong> ${types.join(', ')} <span class="windows">${windowsText(group)}</span></li>`.html}\n`;
  }
  yield '</ul>\n</section>\n';
}

function windowsText(audits: readonly Audit[]): string {
  const windows = byWindow(audits).flatMap(([first]) => (first ? [windowText(first.window)] : []));
  if (windows.length < 2) return windows.join('');
  return `${plural(windows.length, 'window')}, ${windows[0]} … ${windows.at(-1)}`;
}
