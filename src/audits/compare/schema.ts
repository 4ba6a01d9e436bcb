import { z } from 'zod';
import { auditSchema, differenceSchema, missingSchema } from '../schema.ts';

const place = auditSchema.pick({ window: true, type: true }).shape;

const entrySchema = z.union([
  z.object({
    ...place,
    ...differenceSchema.shape,
    before: z.number().nullable().optional().describe('the delta in the earlier report'),
  }),
  z.object({ ...place, ...missingSchema.shape }),
]);

export const compareSchema = z.object({
  schemaVersion: z.literal(1),
  new: z.array(entrySchema),
  worse: z.array(entrySchema),
  better: z.array(entrySchema),
  fixed: z.array(entrySchema),
  unchanged: z.number(),
  unseen: z
    .array(entrySchema)
    .optional()
    .describe('of the earlier report, in audits that the later one did not evaluate'),
});

export type CompareEntry = z.infer<typeof entrySchema>;
export type CompareReport = z.infer<typeof compareSchema>;
