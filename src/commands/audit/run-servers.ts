import type { FailOn } from '../../audits/types.ts';
import { type ServersReport, serversReport } from '../../diagnosis/servers-report.ts';
import { exitCodes, KcEtlError } from '../../errors.ts';
import type { AuditsResult } from '../../output/result.ts';
import type { Context, Outcome } from '../command.ts';
import { eachLimited } from '../servers/each-limited.ts';
import type { ServerEntry } from '../servers/entry.ts';
import { openServer } from '../servers/open-server.ts';

interface ServersRun {
  readonly servers: readonly ServerEntry[];
  /** Servers at a time. */
  readonly limit: number;
  readonly failOn: FailOn;
  readonly strict: boolean;
  /** Audits one server. */
  readonly run: (context: Context) => Promise<Outcome>;
}

/** What became of one server. */
interface ServerRun {
  readonly name: string;
  readonly exitCode: number;
  readonly error: KcEtlError | null;
  readonly outcome: Outcome | null;
}

/** Audits several servers into one report. A server that fails is named in it, and hides no other. */
export async function runOnServers(run: ServersRun, context: Context): Promise<Outcome> {
  const progress = await context.reporter.progress('auditing');
  let done = 0;
  const runs = await eachLimited(run.servers, run.limit, async (entry) => {
    const one = await runOnServer(entry, run, context);
    progress.update(`auditing: ${++done} of ${run.servers.length} servers`);
    return one;
  }).finally(progress.stop);
  const results = runs.map(({ outcome }) => auditsOf(outcome));
  const report = serversReport(
    runs.map(({ name, exitCode, error }, i) => ({
      server: name,
      error: error?.message ?? null,
      exitCode,
      report: results[i]?.report ?? null,
    })),
    run,
  );
  const named = (texts: 'notes' | 'warnings') =>
    runs.flatMap(({ name, outcome }) => (outcome?.[texts] ?? []).map((text) => `${name}: ${text}`));
  const failures = runs.flatMap(({ name, error }) => (error ? [`${name}: ${error.message}`] : []));
  return {
    result: { kind: 'servers', report, results },
    exitCode: combinedExitCode(runs.map(({ exitCode }) => exitCode)),
    notes: named('notes'),
    warnings: [...named('warnings'), ...failures],
    verdict: verdictOf(report),
  };
}

async function runOnServer(
  entry: ServerEntry,
  { run }: ServersRun,
  context: Context,
): Promise<ServerRun> {
  const { name } = entry;
  try {
    const server = await openServer(entry, context);
    try {
      const outcome = await run(server.context);
      const { exitCode } = outcome;
      const code = typeof exitCode === 'number' ? exitCode : exitCode();
      return { name, exitCode: code, error: null, outcome };
    } finally {
      await server.close();
    }
  } catch (error) {
    context.deps.signal.throwIfAborted();
    if (!(error instanceof KcEtlError)) throw error;
    return { name, exitCode: error.exitCode, error, outcome: null };
  }
}

function auditsOf(outcome: Outcome | null): AuditsResult<'audits'> | null {
  return outcome?.result.kind === 'audits' ? outcome.result : null;
}

/** The gate's 1 first; then what all servers that failed have in common, else that data is missing. */
function combinedExitCode(codes: readonly number[]): number {
  if (codes.includes(exitCodes.gate.code)) return exitCodes.gate.code;
  const [first = 0] = codes;
  return codes.every((code) => code === first) ? first : exitCodes.data.code;
}

function verdictOf({ gate, servers, summary }: ServersReport): string {
  const { passed, warning, failed, skipped, notRun } = summary;
  const audits = passed + warning + failed + skipped + notRun;
  const unread = servers.filter(({ error }) => error !== null).length;
  const counts = [
    `${passed} of ${audits} audits passed on ${servers.length - unread} of ${servers.length} servers`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(warning > 0 ? [`${warning} with warnings`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ');
  return gate ? `gate ${gate.decision}: ${counts}` : counts;
}
