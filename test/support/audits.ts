import { difference } from '../../src/audits/difference.ts';
import { evaluateGate, summarise } from '../../src/audits/gate.ts';
import type { Audit, Difference } from '../../src/audits/schema.ts';
import { selectDifferences } from '../../src/audits/selection.ts';
import type { FailOn } from '../../src/audits/types.ts';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import type { FormatName } from '../../src/output/formats/names.ts';
import { render } from '../../src/output/render.ts';

const day = { start: '2023-01-14T00:00:00Z', end: '2023-01-15T00:00:00Z' };

/** An audit that passed, with whatever a test is about. */
export function audit(differing: Partial<Audit> = {}): Audit {
  return {
    window: day,
    type: 'AuditClusterEquality',
    status: 'Passed',
    description: '',
    lastRun: '2023-01-17T21:13:44.012261384Z',
    resolution: null,
    differences: [],
    missing: [],
    ...differing,
  };
}

/** An audit that failed by these differences: key, expected, actual. */
export function failed(
  differences: readonly (readonly [string[], number | null, number | null])[],
  differing: Partial<Audit> = {},
): Audit {
  return audit({
    status: 'Failed',
    differences: differences.map(([key, expected, actual]) => difference(key, expected, actual)),
    ...differing,
  });
}

/** The window of a day of January 2023. */
export function january(date: number): Audit['window'] {
  const text = (n: number) => `2023-01-${String(n).padStart(2, '0')}T00:00:00Z`;
  return { start: text(date), end: text(date + 1) };
}

export function reportOf(audits: Audit[], failOn: FailOn = 'failed', strict = false): AuditReport {
  const { gate } = evaluateGate(audits, failOn, strict);
  const server = 'http://localhost:9090/model';
  return {
    schemaVersion: 1,
    server,
    engine: 'server',
    audits,
    findings: [],
    summary: summarise(audits),
    gate,
  };
}

/** A report as the text of one format. */
export async function rendered(report: AuditReport, format: FormatName): Promise<string> {
  const view = { statuses: [], top: null, minDelta: 0, sort: 'delta' } as const;
  const { entries } = selectDifferences(report.audits, view);
  const context = { columns: undefined, colorLevel: 0, unicode: true } as const;
  let text = '';
  for await (const piece of render({ kind: 'audits', report, entries }, format, context)) {
    text += piece;
  }
  return text;
}

/** Names that break what is not escaped: markup, quotes, commands, control characters, emoji. */
export const hostileNames = [
  '</script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  `"double" 'single' \`back\``,
  'a&b&amp;c]]>d',
  '::error title=x::injected',
  '%0A%25,%3A;|\\',
  'line one\nline two\r\n\ttabbed',
  '\u0000\u0007\u001b[31mred\u0085',
  '\u202egnp.exe',
  '=cmd|calc!A1',
  '__proto__',
  'half a pair \ud800, \ufffe',
  'façade 🦊 名前',
  '',
] as const;

/** A failed audit with a difference and a missing value for every hostile name. */
export function hostileReport(): AuditReport {
  return reportOf([
    failed(
      hostileNames.map((name): [string[], number, number] => [['cluster', name], 1, 2]),
      {
        description: hostileNames.join(' '),
        missing: hostileNames.map((name) => ({ key: [name], description: name })),
      },
    ),
    audit({ type: 'AuditAssetTotalStore', status: 'Skipped', description: hostileNames.join(' ') }),
  ]);
}

/** What made an audit fail, shortened for a test's expectations. */
export function keysOf(differences: readonly Difference[]): string[] {
  return differences.map(({ key }) => key.join('/'));
}
