import { z } from 'zod';
import { summarise } from '../audits/gate.ts';
import type { Gate } from '../audits/schema.ts';
import type { FailOn } from '../audits/types.ts';
import { auditReportSchema } from './report.ts';

/** Audits of several servers: a report of each. */
export const serversReportSchema = z.object({
  schemaVersion: z.literal(1),
  servers: z
    .array(
      z.object({
        server: z.string().describe('as the --servers file names it'),
        error: z.string().nullable().describe('why it could not be audited'),
        exitCode: z.number().describe('what a run of this server alone would have ended with'),
        report: auditReportSchema.nullable(),
      }),
    )
    .describe('in the order of the --servers file'),
  summary: auditReportSchema.shape.summary.describe('of the audits of all servers'),
  gate: auditReportSchema.shape.gate,
});

export type ServersReport = z.infer<typeof serversReportSchema>;

/**
 * The report of several servers. The gate fails where one of them fails, and is undecided where one has no
 * report; null where no server has a gate.
 */
export function serversReport(
  servers: ServersReport['servers'],
  { failOn, strict }: { readonly failOn: FailOn; readonly strict: boolean },
): ServersReport {
  const summary = { ...summarise([]) };
  for (const { report } of servers) {
    for (const name of ['passed', 'warning', 'failed', 'skipped', 'notRun'] as const) {
      summary[name] += report?.summary[name] ?? 0;
    }
  }
  const decisions = servers.map(({ report }) => report?.gate?.decision ?? 'undecided');
  const decision = (['failed', 'undecided'] as const).find((one) => decisions.includes(one));
  const gate: Gate = {
    ...{ failOn, strict },
    passed: decision === undefined,
    decision: decision ?? 'passed',
  };
  const isGated = servers.some(({ report }) => report?.gate !== null);
  return { schemaVersion: 1, servers, summary, gate: isGated ? gate : null };
}
