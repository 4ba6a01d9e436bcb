import { z } from 'zod';
import { auditResultsSchema } from '../audits/schema.ts';
import { findingSchema } from './schema.ts';

/** A JSON report of audits with the findings behind their differences. */
export const auditReportSchema = auditResultsSchema.extend({
  findings: z
    .array(findingSchema)
    .default([])
    .describe('causes of the differences, worst first; reports before 0.2 have none'),
  shard: z
    .object({
      index: z.number(),
      count: z.number(),
      plan: z.looseObject({}).describe('the windows of all shards'),
      days: z
        .array(z.looseObject({}))
        .describe('as an AuditStore keeps them: kc-etl schema stored-day'),
    })
    .optional()
    .describe('what audit merge needs of a part of a run; absent in whole reports'),
});

export type AuditReport = z.infer<typeof auditReportSchema>;
