import {
  choices,
  type Option,
  type OptionSet,
  parsed,
  text,
  type Values,
} from '../../config/option.ts';
import { UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { retentionOf } from '../../kubecost/metrics-retention.ts';
import type { Window } from '../../kubecost/window.ts';
import { elsewhereNotes, oneClusterNote } from '../../repair/clusters.ts';
import type { DayEvidence, RepairTarget } from '../../repair/evidence.ts';
import { planRepair, reconciliationDelay } from '../../repair/plan.ts';
import type { RepairReport } from '../../repair/schema.ts';
import type { RepairScope } from '../../repair/state.ts';
import { type RepairStore, storeNames } from '../../repair/stores.ts';
import { daysOf, type RepairReason, targetsOf } from '../../repair/targets.ts';
import { day, formatSpan, formatTime, windowOf } from '../../time.ts';
import type { Context } from '../command.ts';
import { readAuditReport } from '../saved/report.ts';
import { parseWindowOption, resolveWindow, windowOptions } from '../window-option.ts';
import { reasonsOfCoverage, reasonsOfFindings } from './reasons.ts';
import { readServerFacts } from './server-facts.ts';
import { HttpRepairSource } from './source.ts';

/** Options that select what is repaired. */
export const planOptions = {
  ...windowOptions,
  fromFindings: text({
    flags: '--from-findings <report.json>',
    description: 'repair what the findings of an audit report name (audit run -o json)',
  }),
  localCluster: text({
    flags: '--local-cluster <id>',
    scope: 'repair',
    description: 'the one cluster that this Kubecost 2 builds, in a federated setup',
  }),
  metricsRetention: parsed<number | null>(
    {
      flags: '--metrics-retention <time>',
      description:
        'how long samples are kept, where that is longer than the server reports (Thanos)',
      fallback: null,
      fallbackText: 'as the server reports it',
    },
    (text, source) => {
      const retention = retentionOf(text);
      if (retention !== null) return retention;
      throw new UsageError(`${source}: '${text}' is not a retention`, 'use 97h, 90d or 13w');
    },
  ),
  rebuild: choices(
    {
      flags: '--rebuild <store>',
      scope: 'repair',
      settable: 'never',
      description: 'rebuild these stores of every day of the window, whatever coverage says',
    },
    storeNames,
  ) as Option<readonly RepairStore[]>, // the array is not changed
} satisfies OptionSet;

export type PlanValues = Values<typeof planOptions>;

/** A plan with everything that carrying it out needs. */
export interface Planned {
  readonly report: RepairReport;
  /** By order of the steps. */
  readonly targets: ReadonlyMap<number, RepairTarget>;
  readonly source: HttpRepairSource;
  readonly scope: RepairScope;
}

/** @throws UsageError where neither a window nor findings are given */
export async function planFor(
  values: PlanValues,
  client: Client,
  context: Context,
): Promise<Planned> {
  const reasons = await reasonsFor(values, client, context);
  const { localCluster: cluster, metricsRetention } = values;
  return planTargets(targetsOf(reasons), { cluster, metricsRetention }, client, context);
}

/** Plans targets on the server as it is now. */
export async function planTargets(
  targets: readonly RepairTarget[],
  scope: RepairScope,
  client: Client,
  context: Context,
): Promise<Planned> {
  const now = context.deps.clock.now();
  const probe = targets[0]?.day ?? { start: now - 2 * day, end: now };
  const facts = await readServerFacts(client, probe);
  const { cluster } = scope;
  if (cluster !== null && !/^Kubecost v?2\./.test(facts.productText)) {
    throw new UsageError(
      `--local-cluster: a repair of ${facts.productText} rebuilds all clusters of its stores`,
      'leave it out',
    );
  }
  const withBills = targets.some(({ store }) => store === 'cloudCost');
  const source = new HttpRepairSource(
    { client, context, withBills, cluster },
    { ...facts, retention: scope.metricsRetention ?? facts.retention },
  );
  const server = await source.server();
  const evidence = new Map<number, DayEvidence>();
  const progress = await context.reporter.progress('checking what Prometheus still holds');
  try {
    for (const { day } of server.unsupported === null ? targets : []) {
      if (!evidence.has(day.start)) evidence.set(day.start, await source.evidence(day));
    }
  } finally {
    progress.stop();
  }
  const steps = planRepair(targets, evidence, server);
  const byKey = new Map(targets.map((one) => [`${one.store} ${one.day.start}`, one]));
  const byOrder = new Map<number, RepairTarget>();
  for (const { order, store, window } of steps) {
    const target = byKey.get(`${store} ${Date.parse(window.start)}`);
    if (target) byOrder.set(order, target);
  }
  const report: RepairReport = {
    schemaVersion: 1,
    server: client.server,
    product: facts.productText,
    steps,
    notes: notesOf(facts.productText, server.unsupported, elsewhereNotes(targets, evidence)),
    followUp: followUps(steps, server.now),
    audits: null,
  };
  return { report, targets: byOrder, source, scope };
}

async function reasonsFor(
  { window: windowText, since, fromFindings, rebuild }: PlanValues,
  client: Client,
  context: Context,
): Promise<RepairReason[]> {
  const request = await parseWindowOption({ window: windowText, since }, context);
  const window = await resolveWindow(request, () => [client], context);
  if (fromFindings !== null) {
    const { findings } = await readAuditReport(fromFindings, '--from-findings', context.deps);
    const reasons = reasonsOfFindings(findings);
    return window === null ? reasons : reasons.flatMap((reason) => within(reason, window));
  }
  if (window === null) {
    throw new UsageError(
      'repair: no days were given',
      'add --window <window>, or --from-findings <report.json>',
    );
  }
  if (rebuild.length === 0) return reasonsOfCoverage(client, window, context);
  return daysOf(window.span).map((day) => ({
    window: day,
    stores: rebuild,
    reason: 'requested with --rebuild',
    excessCost: 0,
    excessRows: 0,
  }));
}

/** The part of a reason that lies in a window. */
function within(reason: RepairReason, { span }: Window): RepairReason[] {
  const start = Math.max(reason.window.start, span.start);
  const end = Math.min(reason.window.end, span.end);
  return start < end ? [{ ...reason, window: { start, end } }] : [];
}

function notesOf(product: string, unsupported: string | null, others: readonly string[]): string[] {
  if (unsupported !== null || others.length > 0) return [...others];
  return / 2\./.test(product) ? [oneClusterNote] : [];
}

/** Audits of the repaired days after the next reconciliation, which can bring old numbers back. */
function followUps(steps: RepairReport['steps'], now: number): RepairReport['followUp'] {
  const starts = new Set(
    steps.filter(({ state }) => state === 'planned').map(({ window }) => Date.parse(window.start)),
  );
  return [...starts].map((start) => {
    const span = { start, end: start + day };
    return {
      window: windowOf(span),
      notBefore: formatTime(now + reconciliationDelay),
      command: `kc-etl audit run --engine local --include-unsettled --window ${formatSpan(span)}`,
    };
  });
}
