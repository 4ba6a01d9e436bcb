import { z } from 'zod';
import { windowSchema } from '../events/schema.ts';
import { stateNames } from './states.ts';

const evidenceSchema = z.object({
  fact: z.string(),
  source: z.string().describe('the endpoint that shows it'),
});

/** The state of one day, cluster and provider. */
export const daySchema = z.object({
  window: windowSchema,
  cluster: z.string(),
  provider: z.string(),
  state: z.enum(stateNames),
  until: z.string().nullable().describe('pending: when a missing bill becomes late'),
  billed: z.object({
    cost: z.number().describe('cost of the nodes that cost what their bill line says'),
    total: z.number().describe('cost of all nodes'),
    share: z.number().nullable().describe('cost / total; null where there is no node cost'),
  }),
  evidence: z.array(evidenceSchema),
});

const unavailableSchema = z.object({
  window: windowSchema,
  cluster: z.string().nullable().describe('null: every cluster of the day'),
  provider: z.string().nullable(),
  reason: z.string(),
});

export const reconciliationSchema = z.object({
  schemaVersion: z.literal(1),
  server: z.string().nullable(),
  query: z.object({ window: z.string() }),
  days: z.array(daySchema).describe('in order of window, cluster and provider'),
  unavailable: z.array(unavailableSchema).describe('days whose state is unknown, and why'),
  summary: z.object({
    reconciled: z.number(),
    partial: z.number(),
    pending: z.number(),
    late: z.number(),
    never: z.number(),
    unavailable: z.number(),
  }),
  gate: z
    .object({ failOn: z.array(z.enum(stateNames)), passed: z.boolean().nullable() })
    .nullable()
    .describe('null without --fail-on; passed is null where an unknown day could decide it'),
});

export type ReconciliationEvidence = z.infer<typeof evidenceSchema>;
export type ReconciliationDay = z.infer<typeof daySchema>;
export type UnavailableDay = z.infer<typeof unavailableSchema>;
export type ReconciliationReport = z.infer<typeof reconciliationSchema>;
