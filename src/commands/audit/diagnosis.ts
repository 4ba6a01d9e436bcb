import type { WindowEvidence, WindowSummary } from '../../audits/local/evidence/evidence.ts';
import type { EvidenceLog } from '../../audits/local/evidence/evidence-log.ts';
import type { Audit } from '../../audits/schema.ts';
import { type ErrorEvent, explainedByErrors } from '../../diagnosis/context.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import { hasEtl, productLine } from '../../diagnosis/product-line.ts';
import type { Client } from '../../kubecost/client.ts';
import type { Product } from '../../kubecost/product.ts';
import type { Context } from '../command.ts';
import { connectionOptions } from '../pasted-command.ts';

/** Where a run got its audits from, and what it learned about their windows. */
interface RunEvidence extends Pick<EvidenceLog, 'evidence' | 'summaries'> {
  readonly client: Client;
  readonly product: Product;
}

/** Finds out what is behind the differences and gaps of a run. */
export async function diagnoseRun(
  audits: readonly Audit[],
  { client, product, evidence, summaries }: RunEvidence,
  { deps, cliOptions }: Context,
): Promise<Diagnosis> {
  // a run without differences and gaps does not need it
  if (audits.every(({ status }) => status === 'Passed'))
    return { audits: [...audits], findings: [] };
  const { describe, explain, needsMetrics } = await import('../../diagnosis/diagnose.ts');
  const line = productLine(product);
  const facts = {
    product: line,
    now: deps.clock.now(),
    connection: connectionOptions(cliOptions),
    evidence,
    summaries: [...summaries].sort((a, b) => a.start - b.start),
    errors: hasEtl(line) ? await errorEvents(client, explainedByErrors(audits)) : [],
  };
  const explanation = explain(audits, facts);
  const retention =
    hasEtl(line) && needsMetrics(explanation) ? await metricsRetention(client, product) : null;
  return describe(explanation, { ...facts, retention });
}

async function metricsRetention(client: Client, product: Product): Promise<number | null> {
  const { readMetricsRetention } = await import('../../kubecost/metrics-retention.ts');
  return readMetricsRetention(client, product);
}

async function errorEvents(
  client: Client,
  starts: ReadonlySet<string>,
): Promise<readonly ErrorEvent[]> {
  if (starts.size === 0) return [];
  const { readErrorEvents } = await import('./error-events.ts');
  return readErrorEvents(client, starts);
}

/** Windows that are read for a diagnosis of a server's own audits, the newest first. */
const maxWindows = 31;

/**
 * Finds out what is behind the differences of a server's own audits, from the allocations and assets
 * of the same server: two requests for each window with a failed audit.
 */
export async function diagnoseServerAudits(
  audits: readonly Audit[],
  client: Client,
  context: Context,
): Promise<Diagnosis> {
  const failed = audits.filter(({ status }) => status === 'Failed');
  if (failed.length === 0) return { audits: [...audits], findings: [] };
  const [{ readEvidence }, { createCostSource }] = await Promise.all([
    import('../../audits/local/evidence/evidence-log.ts'),
    import('../../kubecost/cost-source.ts'),
  ]);
  const progress = await context.reporter.progress('reading the costs behind failed audits');
  // only Kubecost 1.x computes audits itself
  const product: Product = { name: 'kubecost', version: '1.0' };
  const meter = { bytes: 0, rows: 0, moved: () => {} };
  const source = createCostSource(
    { client, product, metric: 'amortizedNetCost', withProperties: false, meter },
    context.deps.signal,
  );
  const starts = [...new Set(failed.map(({ window }) => window.start))].sort().reverse();
  const evidence: WindowEvidence[] = [];
  const summaries: WindowSummary[] = [];
  try {
    for (const start of starts.slice(0, maxWindows)) {
      const own = failed.filter(({ window }) => window.start === start);
      const span = { start: Date.parse(start), end: Date.parse(own[0]?.window.end ?? '') };
      if (!(span.end > span.start)) continue;
      const read = await readEvidence(source, span, own);
      // a server that cannot answer for one window is not asked for the others
      if (read === null) break;
      evidence.push(read.evidence);
      summaries.push(read.summary);
    }
  } finally {
    progress.stop();
  }
  return diagnoseRun(audits, { client, product, evidence, summaries }, context);
}
