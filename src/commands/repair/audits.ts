import { auditTypeNames } from '../../audits/types.ts';
import { resolveOptions } from '../../config/resolve.ts';
import type { Client } from '../../kubecost/client.ts';
import { formatSpan, type Span } from '../../time.ts';
import { localOptions } from '../audit/local-options.ts';
import { runLocalAudits } from '../audit/local-run.ts';
import type { Context } from '../command.ts';

/** Ids of the findings of UTC days, by the local engine; days whose bills can still come included. */
export async function findingsOf(
  client: Client,
  days: readonly Span[],
  context: Context,
): Promise<string[]> {
  const span = { start: days[0]?.start ?? 0, end: days.at(-1)?.end ?? 0 };
  const defaults = resolveOptions(localOptions, new Map(), {}, context.configuration.settings);
  const { findings } = await runLocalAudits(
    client,
    { query: formatSpan(span), span, rewritten: null },
    {
      ...defaults,
      type: auditTypeNames,
      includeUnsettled: true,
      days: new Set(days.map(({ start }) => start)),
    },
    context,
  );
  return findings.map(({ id }) => id);
}
