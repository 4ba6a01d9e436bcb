import { selectDifferences } from '../../audits/selection.ts';
import { serversReport } from '../../diagnosis/servers-report.ts';
import { exitCodes } from '../../errors.ts';
import type { FormatName } from '../../output/formats/names.ts';
import { watchExposition } from '../../output/formats/prometheus-watch.ts';
import type { AuditsResult, Result, ServersResult } from '../../output/result.ts';
import { redact } from '../../redaction.ts';
import { version } from '../../version.ts';
import type { ShownServers } from '../../watch/group.ts';
import type { Renderers, Shown } from '../../watch/pages.ts';
import type { ShownReport } from '../../watch/status.ts';
import { wholeView } from './view.ts';

/** The gate of the reports of several servers. */
type GateOptions = Parameters<typeof serversReport>[1];

/** The pages as text, without credentials. */
export function renderers(
  secrets: readonly string[],
  clean: Renderers['clean'],
  gate: GateOptions,
): Renderers {
  const reportAs = (format: FormatName) => async (shown: Shown) =>
    redact(
      await textOf('report' in shown ? resultOf(shown) : resultsOf(shown, gate), format),
      secrets,
    );
  return {
    metrics: (group, now) => redact(watchExposition(group, now, version), secrets),
    html: reportAs('html'),
    json: reportAs('json'),
    clean,
  };
}

function resultOf({ report, trend }: ShownReport): AuditsResult<'audits'> {
  const { entries } = selectDifferences(report.audits, wholeView);
  return { kind: 'audits', report, entries, ...(trend && { trend }) };
}

function resultsOf({ servers }: ShownServers, gate: GateOptions): ServersResult {
  return {
    kind: 'servers',
    report: serversReport(
      servers.map(({ name, shown, error }) => ({
        server: name,
        error,
        exitCode: exitCodeOf(shown),
        report: shown?.report ?? null,
      })),
      gate,
    ),
    results: servers.map(({ shown }) => shown && resultOf(shown)),
  };
}

/** What `audit run` of the same server would have ended with. */
function exitCodeOf(shown: ShownReport | null): number {
  const decision = shown === null ? 'undecided' : (shown.report.gate?.decision ?? 'passed');
  const codes = { passed: exitCodes.ok, failed: exitCodes.gate, undecided: exitCodes.data };
  return codes[decision].code;
}

async function textOf(result: Result, format: FormatName): Promise<string> {
  const plain = { columns: undefined, colorLevel: 0, unicode: true } as const;
  const { render } = await import('../../output/render.ts');
  const chunks = [];
  for await (const chunk of render(result, format, plain)) {
    chunks.push(chunk);
  }
  return chunks.join('');
}
