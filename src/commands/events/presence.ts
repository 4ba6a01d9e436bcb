import { DataError } from '../../errors.ts';
import type { Presence } from '../../events/coverage/evidence.ts';
import { type Store, stores } from '../../events/kinds.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError } from '../../kubecost/failure.ts';
import { checkEnvelope } from '../../kubecost/response.ts';
import { readDataExtent } from '../../kubecost/schemas/presence.ts';
import { formatSpan, type Span } from '../../time.ts';
import type { Context } from '../command.ts';

const day = 86_400_000;
/** Days that are looked at where no window says which. */
const usualDays = 15;
/** Requests at a time; the answers are small, but the servers behind them are not quick. */
const atOnce = 2;

const questions = {
  allocation: {
    path: '/allocation',
    params: { aggregate: 'cluster', accumulate: 'true', idle: 'false', shareTenancyCosts: 'false' },
  },
  asset: { path: '/assets', params: { aggregate: 'type', accumulate: 'true' } },
} as const satisfies Record<Store, { path: string; params: Record<string, string> }>;

/**
 * Which days are in the stores of a server without a log, newest first, a request for each. Days
 * that could not be asked for are left out and counted; after two in a row no more are asked for.
 *
 * @returns no sets at all where the server has no cost API either
 */
export async function readPresence(
  client: Client,
  window: Span | null,
  context: Context,
): Promise<{ sets: Presence[] | null; failures: number }> {
  const now = context.deps.clock.now();
  const today = Math.floor(now / day) * day;
  const first = window ? Math.floor(window.start / day) * day : today - (usualDays - 1) * day;
  const last = Math.min(window ? Math.ceil(window.end / day) * day - day : today, today);
  const asked = range(first, last).flatMap((start) => stores.map((store) => ({ store, start })));
  const sets: Presence[] = [];
  const progress = await context.reporter.progress('looking for sets');
  let [failures, inRow] = [0, 0];
  try {
    for (let at = 0; at < asked.length; at += atOnce) {
      progress.update(`looking for sets: ${at} of ${asked.length}`);
      const batch = asked
        .slice(at, at + atOnce)
        .map(({ store, start }) => extentOf(client, store, start));
      for (const answer of await Promise.allSettled(batch)) {
        if (answer.status === 'fulfilled') {
          if (answer.value) sets.push(answer.value);
          inRow = 0;
        } else if (!(answer.reason instanceof DataError) || sets.length === 0) throw answer.reason;
        else {
          failures++;
          inRow++;
        }
      }
      if (at === 0 && sets.length === 0) return { sets: null, failures };
      if (inRow >= 2) {
        failures += Math.max(0, asked.length - at - atOnce);
        break;
      }
    }
  } finally {
    progress.stop();
  }
  return { sets, failures };
}

/** null: this server has no such store. */
async function extentOf(client: Client, store: Store, start: number): Promise<Presence | null> {
  const { path, params } = questions[store];
  const end = start + day;
  try {
    return await client.get(
      path,
      { window: formatSpan({ start, end }), ...params },
      async (answer) => {
        const { envelope, extent } = await readDataExtent(answer.body);
        checkEnvelope(envelope, answer);
        return { store, start, end, ...extent };
      },
    );
  } catch (error) {
    if (error instanceof EndpointNotFoundError) return null;
    throw error;
  }
}

/** Newest first. */
function range(first: number, last: number): number[] {
  const count = Math.max(0, Math.round((last - first) / day) + 1);
  return Array.from({ length: count }, (_, i) => last - i * day);
}
