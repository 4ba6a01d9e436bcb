import { z } from 'zod';
import { windowSchema } from '../events/schema.ts';
import { storeNames } from './stores.ts';

export const stepStates = ['planned', 'refused', 'sent', 'done', 'failed'] as const;

const setSchema = z.object({
  rows: z.number(),
  cost: z.number().describe('without adjustments, which the next reconciliation makes anew'),
});

const stepSchema = z.object({
  order: z.number().describe('1-based'),
  store: z.enum(storeNames),
  window: windowSchema,
  request: z.string().describe('the request that rebuilds the set; it writes'),
  state: z
    .enum(stepStates)
    .describe('sent: the request was sent and its end was not seen, as after an interruption'),
  reason: z.string().describe('why the set is rebuilt; refused and failed: why not'),
  deadline: z
    .string()
    .nullable()
    .describe(
      'after it Prometheus no longer holds the day; null where that does not matter or is unknown',
    ),
  metrics: z
    .object({ hours: z.number(), present: z.number() })
    .nullable()
    .describe(
      'hours of the day, and those with samples of every expected node; null: not needed or unknown',
    ),
  before: setSchema.nullable().describe('the set as stored; null where it could not be read'),
  after: setSchema.nullable().describe('null until it is done'),
  minimum: setSchema.nullable().describe('the rebuilt set must not have less'),
  sent: z.string().nullable().describe("time of the request by the server's clock"),
});

export const repairSchema = z.object({
  schemaVersion: z.literal(1),
  server: z.string().nullable(),
  product: z.string(),
  steps: z.array(stepSchema),
  notes: z.array(z.string()),
  followUp: z
    .array(z.object({ window: windowSchema, notBefore: z.string(), command: z.string() }))
    .describe('audits after the next reconciliation, which can undo a repair'),
  audits: z
    .object({ before: z.array(z.string()), after: z.array(z.string()) })
    .nullable()
    .describe('ids of the findings of the repaired days; null before they were audited again'),
});

export type StoredTotals = z.infer<typeof setSchema>;
export type RepairStep = z.infer<typeof stepSchema>;
export type RepairReport = z.infer<typeof repairSchema>;
