import type { Audit } from '../audits/schema.ts';

/** Audits grouped by window. The input is in order of window, so a group is a run of neighbours. */
export function byWindow(audits: readonly Audit[]): Audit[][] {
  const groups: Audit[][] = [];
  for (const audit of audits) {
    const last = groups.at(-1);
    const window = last?.[0]?.window;
    if (last && window?.start === audit.window.start && window.end === audit.window.end) {
      last.push(audit);
    } else groups.push([audit]);
  }
  return groups;
}
