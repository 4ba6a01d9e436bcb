import { settledSpan } from '../../audits/local/settling.ts';
import { UsageError } from '../../errors.ts';
import type { ServerEvidence } from '../../fleet/evidence.ts';
import type { AuditStore, DamagedFile } from '../../store/audit-store.ts';
import { spanOf } from '../../store/diagnose-days.ts';
import { fleetEvidence } from '../../store/fleet-evidence.ts';
import { folderOf } from '../../store/layout.ts';
import type { StoredDay } from '../../store/schema.ts';
import { day, formatTime, type Span } from '../../time.ts';
import { openAuditStore, readServersOfName, seriesOf, serverNames } from '../audit/open-store.ts';
import type { Context } from '../command.ts';
import type { WindowRequest } from '../window-option.ts';

interface StoredFleet {
  readonly dir: string;
  /** Null: every server of the store. */
  readonly server: string | null;
  /** Null: the days that are stored. */
  readonly request: WindowRequest | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The clusters of the servers of an AuditStore, with their stored days.
 *
 * @throws UsageError where the directory is no store, or does not hold the server
 */
export async function readStoredFleet(
  { dir, server, request, now }: StoredFleet,
  { reporter }: Context,
): Promise<ServerEvidence[]> {
  const store = await openAuditStore(dir, 'read');
  const { days, damaged } = await readServersOfName(store, server);
  for (const { path, problem } of damaged) await reporter.warn(`${dir}/${path} ${problem}`);
  const servers = byServer(days);
  if (servers.length === 0) {
    throw new UsageError(
      server === null
        ? `--audit-store: ${dir} holds no AuditSet`
        : `--server: the AuditStore has no server '${server}'`,
      `evaluate some with: kc-etl audit run --audit-store ${dir} --window 30d`,
    );
  }
  const results: ServerEvidence[] = [];
  for (const own of servers) {
    const name = nameOf(own, servers);
    const series = seriesOf({ days: own, damaged: [] }, null);
    for (const note of series.notes) await reporter.note(`${name}: ${note}`);
    await noteAge(series.days, { name, now }, reporter);
    results.push(
      fleetEvidence(series.days, await reconciliationsOf(store, own), {
        server: name,
        window: windowOf(request, own, now),
        damaged: damagedDays(damaged, own),
        now,
      }),
    );
  }
  return results;
}

function byServer(days: readonly StoredDay[]): StoredDay[][] {
  const servers = new Map<string, StoredDay[]>();
  for (const one of days) {
    const folder = folderOf(one.server);
    const own = servers.get(folder);
    if (own) own.push(one);
    else servers.set(folder, [one]);
  }
  return [...servers.values()];
}

/** Its address; its directory where another server of the store has the same one. */
function nameOf(own: readonly StoredDay[], servers: readonly (readonly StoredDay[])[]): string {
  const address = own[0]?.server.address ?? '';
  const same = servers.filter(([first]) => first?.server.address === address);
  return same.length > 1 && own[0] ? (serverNames(own[0])[0] ?? address) : address;
}

/** Damaged days of a server that were evaluated with the default options, by their starts. */
function damagedDays(
  damaged: readonly DamagedFile[],
  [first]: readonly StoredDay[],
): ReadonlyMap<number, string> {
  const folder = first ? folderOf(first.server) : '';
  return new Map(
    damaged.flatMap(({ path, problem }) => {
      const [, date] = /\/(\d{4}-\d\d-\d\d)(?:T\d\d)?\.json$/.exec(path) ?? [];
      if (date === undefined || !path.startsWith(`${folder}/`)) return [];
      return [[Date.parse(`${date}T00:00:00Z`), `${path} ${problem}`] as const];
    }),
  );
}

async function reconciliationsOf(store: AuditStore, [first]: readonly StoredDay[]) {
  return first ? (await store.readReconciliations(first.server)).days : [];
}

function windowOf(
  request: WindowRequest | null,
  [first]: readonly StoredDay[],
  now: number,
): Span | null {
  if (request === null) return null;
  if ('query' in request) return request.span;
  return settledSpan(request.days, first?.server.product ?? 'kubecost', now).span;
}

/** Says where a store ends before the newest settled day: its clusters may have stopped since. */
async function noteAge(
  days: readonly StoredDay[],
  { name, now }: { readonly name: string; readonly now: number },
  reporter: Context['reporter'],
): Promise<void> {
  const last = days.at(-1);
  if (!last) return;
  const { end } = spanOf(last);
  const settled = settledSpan(1, last.server.product, now).span.end;
  if (end >= settled) return;
  const date = formatTime(end - day).slice(0, 10);
  await reporter.note(
    `${name}: the newest stored day is ${date}; what happened since is not known: add --window "30d settled", or run the audits`,
  );
}
