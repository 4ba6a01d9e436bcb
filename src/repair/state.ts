import { z } from 'zod';
import { repairSchema } from './schema.ts';
import { storeNames } from './stores.ts';

const targetSchema = z.object({
  order: z.number(),
  day: z.object({ start: z.number(), end: z.number() }),
  store: z.enum(storeNames),
  reason: z.string(),
  excess: z.object({ rows: z.number(), cost: z.number() }),
});

const scopeSchema = z.object({
  cluster: z.string().nullable().describe('the only cluster that the server builds; null: all'),
  metricsRetention: z.number().nullable().describe('milliseconds; null: as the server reports it'),
});

/** State of a repair on disk: enough to go on after an interruption. */
export const repairStateSchema = z.object({
  schemaVersion: z.literal(1),
  report: repairSchema,
  targets: z.array(targetSchema),
  scope: scopeSchema,
  /** Ids of the findings of the days before the repair. */
  findings: z.array(z.string()),
});

export type RepairScope = z.infer<typeof scopeSchema>;
export type RepairState = z.infer<typeof repairStateSchema>;

/** Whether a step of it has still to be carried out; a failure ends a repair. */
export function isUnfinished({ report: { steps } }: RepairState): boolean {
  if (steps.some(({ state }) => state === 'failed')) return false;
  return steps.some(({ state }) => state === 'planned' || state === 'sent');
}
