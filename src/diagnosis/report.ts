import { z } from 'zod';
import { auditResultsSchema } from '../audits/schema.ts';
import { findingSchema } from './schema.ts';

/** A JSON report of audits with the findings behind their differences. */
export const auditReportSchema = auditResultsSchema.extend({
  findings: z
    .array(findingSchema)
    .default([])
    .describe('causes of the differences, worst first; reports before 0.2 have none'),
});

export type AuditReport = z.infer<typeof auditReportSchema>;
