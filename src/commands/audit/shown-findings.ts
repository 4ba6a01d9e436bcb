import type { Audit } from '../../audits/schema.ts';
import type { DifferenceEntry } from '../../audits/selection.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { matchesFinding } from '../../diagnosis/select.ts';

/** Findings, audits and differences to show. */
export interface ShownFindings {
  readonly findings: Finding[];
  readonly audits: Audit[];
  readonly entries: readonly DifferenceEntry[];
  /** What a user should know about the selection. */
  readonly notes: readonly string[];
}

/**
 * The findings that `--finding` names, with the audits they explain or block and the differences they
 * explain; everything where it is null.
 */
export function showFindings(
  { findings, audits, entries }: Omit<ShownFindings, 'notes'>,
  wanted: string | null,
): ShownFindings {
  if (wanted === null) return { findings, audits, entries, notes: [] };
  const shown = findings.filter((finding) => matchesFinding(finding, wanted));
  const places = new Set(
    shown.flatMap(({ explains, blocks }) => [...explains, ...blocks].map((one) => placeOf(one))),
  );
  const keys = new Set(
    shown.flatMap(({ explains }) => explains.map((one) => placeOf(one, one.key))),
  );
  const known = findings.map(({ id }) => id).join(', ');
  const others = findings.length === 0 ? 'there are none' : `the findings are ${known}`;
  return {
    findings: shown,
    audits: audits.filter((audit) => places.has(placeOf(audit))),
    entries: entries.filter((entry) => keys.has(placeOf(entry, entry.key))),
    notes: shown.length > 0 ? [] : [`--finding: no finding matches '${wanted}'; ${others}`],
  };
}

function placeOf(
  { window, type }: Pick<Audit, 'window' | 'type'>,
  key: readonly string[] = [],
): string {
  return JSON.stringify([type, window.start, window.end, ...key]);
}
