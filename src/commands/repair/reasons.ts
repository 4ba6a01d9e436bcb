import { codeInfo } from '../../diagnosis/codes.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { coverageOf } from '../../events/coverage/report.ts';
import type { Client } from '../../kubecost/client.ts';
import { spanOf, type Window } from '../../kubecost/window.ts';
import type { RepairReason } from '../../repair/targets.ts';
import { hour } from '../../time.ts';
import type { Context } from '../command.ts';
import { gatherEvidence } from '../events/evidence.ts';

/** Rows that an object with a wrong number can have: the containers of a node. */
const rowsPerObject = 5;

/** Reasons to rebuild sets: the findings that a repair mends. */
export function reasonsOfFindings(findings: readonly Finding[]): RepairReason[] {
  return findings.flatMap(({ id, code, windows, objectCount }) => {
    const stores = codeInfo(code).repair;
    if (stores.length === 0) return [];
    return windows.map(({ start, end, amount }) => ({
      window: { start: Date.parse(start), end: Date.parse(end) },
      stores,
      reason: id,
      // above 0: shown too high, so that the set shrinks
      excessCost: Math.max(0, amount ?? 0),
      excessRows: (amount ?? 0) > 0 ? objectCount * rowsPerObject : 0,
    }));
  });
}

/** States of a daily set that a rebuild can mend. */
const incomplete: ReadonlySet<string> = new Set(['missing', 'empty', 'error', 'incomplete']);

/** Time after the end of a day until which its set is still being built. */
const settle = 6 * hour;

/** Reasons to rebuild sets: the daily sets that coverage reports as missing, empty or in error. */
export async function reasonsOfCoverage(
  client: Client,
  window: Window,
  context: Context,
): Promise<RepairReason[]> {
  const windowAt = (now: number) => spanOf(window.query, now);
  const { evidence, date } = await gatherEvidence(client, windowAt, context);
  const now = date ?? context.deps.clock.now();
  const retention = { day: null, hour: null };
  const options = { now, settle, retention, window: windowAt(now), store: null };
  const { sets } = coverageOf(evidence, options, []);
  return sets
    .filter(({ resolution, state }) => resolution === 'day' && incomplete.has(state))
    .map(({ store, state, window: { start, end } }) => ({
      window: { start: Date.parse(start), end: Date.parse(end) },
      stores: [store],
      reason: `the ${store} set is ${state === 'error' ? 'in error' : state}`,
      excessCost: 0,
      excessRows: 0,
    }));
}
