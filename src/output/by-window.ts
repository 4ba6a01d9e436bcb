import type { Audit } from '../audits/schema.ts';

/** The audits of each window. They come in order of window: those of one are neighbours. */
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
