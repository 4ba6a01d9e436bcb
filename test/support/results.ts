import { summarise } from '../../src/audits/gate.ts';
import type { Audit } from '../../src/audits/schema.ts';
import { selectDifferences } from '../../src/audits/selection.ts';
import { EventLog } from '../../src/events/log.ts';
import type { Event } from '../../src/events/schema.ts';
import type { FormatName } from '../../src/output/formats/names.ts';
import { render } from '../../src/output/render.ts';
import type { RenderContext } from '../../src/output/renderer.ts';
import type { Result } from '../../src/output/result.ts';

/** The text of a result. */
export async function rendered(
  result: Result,
  format: FormatName,
  context: Partial<RenderContext> = {},
): Promise<string> {
  let text = '';
  const whole = { columns: 80, colorLevel: 0, unicode: true, ...context } as const;
  for await (const piece of render(result, format, whole)) text += piece;
  return text;
}

export function eventsResult(
  events: readonly Event[],
  counters: Readonly<Record<string, number>> = {},
): Result {
  const log = new EventLog();
  for (const event of events) log.addEvent(event);
  log.setCounters(new Map(Object.entries(counters)));
  const query = { window: null, kinds: [], store: null };
  const report = { server: null, query, counters: log.counters, events: log, total: log.total };
  return { kind: 'events', report };
}

/** An audit with differences of these amounts, by cluster. */
export function auditOf(parts: Partial<Audit>): Audit {
  return {
    window: { start: '2023-01-14T00:00:00Z', end: '2023-01-15T00:00:00Z' },
    type: 'AuditClusterEquality',
    status: 'Passed',
    description: '',
    lastRun: '2023-01-17T21:13:44.012261384Z',
    resolution: null,
    differences: [],
    missing: [],
    ...parts,
  };
}

export function auditsResult(kind: 'audits' | 'differences', audits: readonly Audit[]): Result {
  const everything = { statuses: [], top: null, minDelta: 0, sort: 'delta' } as const;
  return {
    kind,
    entries: selectDifferences(audits, everything).entries,
    report: {
      schemaVersion: 1,
      server: 'http://localhost:9090/model',
      engine: 'server',
      audits: [...audits],
      findings: [],
      summary: summarise(audits),
      gate: null,
    },
  };
}
