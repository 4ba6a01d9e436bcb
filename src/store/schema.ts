import { z } from 'zod';
import { auditSchema } from '../audits/schema.ts';
import { findingSchema } from '../diagnosis/schema.ts';

/** Who a stored day was read from: what stays the same when a port-forward gets another port. */
export const identitySchema = z.object({
  product: z.enum(['kubecost', 'opencost']),
  clusterId: z.string().nullable().describe("the server's own cluster id, where it tells one"),
  address: z
    .string()
    .describe('as the user gave it: a URL without credentials, or context/service'),
});

/** What changes the result of an audit: days evaluated with other values are other days. */
export const optionsSchema = z.object({
  types: z.array(z.string()),
  step: z.enum(['1h', '1d']),
  cluster: z.string().nullable(),
  aggregate: z.array(z.string()),
  tolerance: z.string().nullable(),
  costMetric: z.string(),
});

/** The costs of a day as the server showed them, for seeing cheaply whether it changed since. */
const totalsSchema = z.object({
  allocations: z.number().nullable(),
  assets: z.number().nullable(),
});

/** One file of an AuditStore: the AuditSet of one server and day. */
export const storedDaySchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('AuditSet'),
  server: identitySchema.extend({ version: z.string().nullable() }),
  options: optionsSchema,
  window: auditSchema.shape.window,
  kcEtl: z.string().describe('the version of kc-etl that evaluated it'),
  auditsVersion: z.number().describe('of the audits; a day of another version is evaluated again'),
  storedAt: z.string(),
  settled: z.boolean().describe('nothing of the day can change any more by itself'),
  totals: totalsSchema,
  audits: z.array(auditSchema),
  findings: z.array(findingSchema),
});

export type Identity = z.infer<typeof identitySchema>;
export type StoredOptions = z.infer<typeof optionsSchema>;
export type StoredDay = z.infer<typeof storedDaySchema>;
