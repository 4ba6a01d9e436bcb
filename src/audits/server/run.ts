import { DataError, WaitError } from '../../errors.ts';
import type { Audit } from '../schema.ts';
import { type AuditType, serverAuditTypes } from '../types.ts';
import { type AuditSet, auditsOf } from './audit-sets.ts';
import { type Awaited, inRange, type Outstanding, outstanding, rangeOf } from './outstanding.ts';

/** The stored AuditSets, and the server's clock (ms since 1970) where its response has a date. */
export interface StoredSets {
  readonly sets: readonly AuditSet[];
  readonly date: number | null;
}

/** The audit API of a server. */
export interface AuditSource {
  read(): Promise<StoredSets>;
  /** Starts one type, or all for null; they run later. Returns the server's sentence. */
  start(type: AuditType | null): Promise<string>;
}

/** One run on the server. */
export interface ServerRun {
  /** The requested types; all where empty. */
  readonly types: readonly AuditType[];
  /** The requested window in ms since 1970; null for a run over everything. */
  readonly range: Awaited['range'];
  /** The sets before the run. */
  readonly before: StoredSets;
  /** How long to wait, in ms; null: the audits are started only. */
  readonly waitTimeout: number | null;
}

export interface ServerRunDeps {
  readonly now: () => number;
  /** Rejects when the command is interrupted. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Called with the state after each poll. */
  readonly onProgress: (text: string) => void;
  /** Called when a poll failed and another will follow. */
  readonly onRetry: (error: DataError) => Promise<void>;
}

/**
 * Starts audits on the server and polls until each requested audit in range has run since.
 *
 * @returns the server's sentences, joined by newlines, and the audits (none without a wait)
 * @throws WaitError when `waitTimeout` has passed, naming an audit that has not run
 */
export async function runOnServer(
  source: AuditSource,
  run: ServerRun,
  deps: ServerRunDeps,
): Promise<{ readonly message: string; readonly audits: readonly Audit[] }> {
  const { types, before } = run;
  const ahead = before.date === null ? 0 : before.date - deps.now();
  const messages: string[] = [];
  // the time of sending counts: an audit may have run before the response arrives
  const sent = new Map<AuditType | null, number>();
  for (const type of types.length > 0 ? types : [null]) {
    sent.set(type, deps.now() + ahead);
    messages.push(await source.start(type));
  }
  const message = messages.join('\n');
  if (run.waitTimeout === null) return { message, audits: [] };
  const all = sent.get(null) ?? 0;
  const awaited: Awaited = {
    types,
    range: rangeOf(messages[0] ?? '') ?? run.range,
    since: (type) => sent.get(type) ?? all,
    before: before.sets,
  };
  const sets = await poll(source, awaited, run.waitTimeout, deps);
  const shown = types.length > 0 ? types : serverAuditTypes;
  return { message, audits: auditsOf(inRange(sets, awaited), shown) };
}

const firstPause = 1_000;
const maxPause = 15_000;

/** Reads the sets until every awaited audit has run. */
async function poll(
  source: AuditSource,
  awaited: Awaited,
  timeout: number,
  { now, sleep, onProgress, onRetry }: ServerRunDeps,
): Promise<readonly AuditSet[]> {
  const deadline = now() + timeout;
  let state = 'the server has no AuditSet of this window yet';
  for (let pause = firstPause; ; pause = Math.min(pause * 2, maxPause)) {
    const left = deadline - now();
    if (left <= 0) throw new WaitError(`the audits did not finish in time: ${state}`, waitHint);
    await sleep(Math.min(pause, left));
    try {
      const { sets } = await source.read();
      const missing = outstanding(sets, awaited);
      const expected = inRange(sets, awaited);
      if (missing.length === 0 && expected.length > 0) return sets;
      if (expected.length > 0) state = describe(missing);
      onProgress(`waiting for the audits: ${state}`);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      await onRetry(error);
    }
  }
}

const waitHint = 'raise --wait-timeout, or read the results later with: kc-etl audit list';

function describe([first, ...others]: readonly Outstanding[]): string {
  if (!first) return 'no audit is outstanding';
  const one = `${first.type} of ${first.window.start}`;
  return others.length > 0 ? `${one} and ${others.length} more have not run` : `${one} has not run`;
}
