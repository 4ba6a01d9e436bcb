import type { CoverageOptions } from '../../events/coverage/evidence.ts';
import { coverageOf } from '../../events/coverage/report.ts';
import type { CoverageReport } from '../../events/coverage/schema.ts';
import type { FindingKind } from '../../events/coverage/state.ts';
import type { Client } from '../../kubecost/client.ts';
import { spanOf } from '../../kubecost/window.ts';
import { durationText } from '../../output/format.ts';
import { formatTime, minute } from '../../time.ts';
import type { Context } from '../command.ts';
import { gatherEvidence } from './evidence.ts';
import { localClusterNotes } from './local-cluster.ts';

/** What coverage is read of, and what its gate fails on. */
export interface CoverageQuery extends Pick<CoverageOptions, 'settle' | 'retention' | 'store'> {
  /** As `parseWindow` reads it; null for everything. */
  readonly query: string | null;
  readonly failOn: readonly FindingKind[];
}

/**
 * Reads which sets exist and evaluates them by the server's clock.
 *
 * @throws KcEtlError where no source of coverage answers
 */
export async function readCoverage(
  client: Client,
  { query, store, settle, retention, failOn }: CoverageQuery,
  context: Context,
): Promise<CoverageReport> {
  const windowAt = (now: number) => (query === null ? null : spanOf(query, now));
  const progress = await context.reporter.progress('reading the event log');
  const gathered = await gatherEvidence(client, windowAt, context).finally(progress.stop);
  const { evidence, sources } = gathered;
  const newest = evidence.log?.tally.span(null)?.last ?? null;
  const local = context.deps.clock.now();
  const isSaved = client.saved !== undefined && newest !== null;
  const now = isSaved ? newest : (gathered.date ?? Math.max(local, newest ?? 0));
  for (const note of clockNotes({ now, local, isSaved })) await context.reporter.note(note);
  const evaluated = coverageOf(
    evidence,
    { now, settle, retention, window: windowAt(now), store },
    failOn,
  );
  return {
    schemaVersion: 1,
    server: client.server,
    query: { window: query, store, settleSeconds: settle / 1000 },
    now: formatTime(now),
    sources,
    ...evaluated,
    notes: [
      ...gathered.remarks,
      ...evaluated.notes,
      ...(await localClusterNotes(client, evidence.log !== null)),
    ],
  };
}

/** Largest difference of two clocks that is not worth a note, in milliseconds. */
const clockTolerance = minute;

function clockNotes(clocks: {
  readonly now: number;
  readonly local: number;
  readonly isSaved: boolean;
}): string[] {
  const { now, local, isSaved } = clocks;
  if (isSaved) return [`ages are measured from the newest event, ${formatTime(now)}`];
  const difference = now - local;
  if (Math.abs(difference) <= clockTolerance) return [];
  const duration = durationText(Math.round(Math.abs(difference) / 1000));
  const direction = difference > 0 ? 'ahead of' : 'behind';
  return [
    `the server's clock is ${duration} ${direction} this machine's; ages are measured from the server's`,
  ];
}
