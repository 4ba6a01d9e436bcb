import { z } from 'zod';
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
