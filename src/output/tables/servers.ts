import type { RenderContext } from '../renderer.ts';
import type { ServersResult } from '../result.ts';
import { sanitize } from '../sanitize.ts';
import { createTheme } from '../theme.ts';
import { auditTable } from './audits.ts';

/** The audits of one server after the other, each under its name; those that failed with the reason. */
export async function* serversTable(
  { report, results }: ServersResult,
  context: RenderContext,
  wide: boolean,
): AsyncIterable<string> {
  const theme = createTheme(context.colorLevel);
  for (const [i, { server, error }] of report.servers.entries()) {
    const result = results[i];
    yield `${i > 0 ? '\n' : ''}${theme.heading(`== ${sanitize(server)}`)}\n`;
    if (error !== null) yield `${theme.bad('not audited')}: ${sanitize(error)}\n`;
    if (result) yield* auditTable(result, context, wide);
  }
}
