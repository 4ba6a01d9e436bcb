import { z } from 'zod';
import { auditSchema } from '../audits/schema.ts';
import { evidenceSchema } from './evidence-schema.ts';

/** The server that a stored day was read from; another port of a port-forward is the same server. */
export const identitySchema = z.object({
  product: z.enum(['kubecost', 'opencost']),
  clusterId: z.string().nullable().describe("the server's own cluster id, where it reports one"),
  address: z
    .string()
    .describe('as the user gave it: a URL without credentials, or context/namespace/service'),
});

/** Options that change the result of an audit: days evaluated with other values are other days. */
export const optionsSchema = z.object({
  types: z.array(z.string()).describe('empty: all'),
  step: z.enum(['1h', '1d']),
  cluster: z.string().nullable(),
  aggregate: z.array(z.string()),
  tolerance: z.string().nullable(),
  costMetric: z.string(),
});

/** Costs of a day as its aggregates showed them: a cheap way to see whether it changed since. */
export const totalsSchema = z.object({
  allocations: z.number().nullable().describe('null: not known'),
  assets: z.number().nullable(),
});

const spanInMs = z.object({ start: z.number(), end: z.number() }).nullable().default(null);

const clusterPresence = z.object({
  ...{ cluster: z.string(), assets: z.number(), nodes: z.number(), hasAssets: z.boolean() },
  ...{ workloads: z.number(), allocations: z.number(), usesNodes: z.boolean() },
  recorded: spanInMs.describe(
    'milliseconds since 1970: from when to when it was recorded; null: not known',
  ),
  used: spanInMs.describe('likewise, from when to when it had workloads'),
});

const wholeClusters = z.array(z.string()).nullable().default(null);

const presenceSchema = z
  .object({
    skipReason: z.string().nullable(),
    unknown: z.array(z.string()),
    empty: z.array(
      z.object({
        store: z.enum(['allocations', 'assets']),
        content: z.enum(['none', 'empty', 'leftover']),
      }),
    ),
    clusters: z.array(clusterPresence),
    neighbours: z.object({
      ...{ before: z.boolean().nullable(), after: z.boolean().nullable() },
      ...{ wholeBefore: wholeClusters, wholeAfter: wholeClusters },
    }),
  })
  .describe('what CheckMissingWindow, which needs all days, knows of this one');

/** One file of an AuditStore: the AuditSet of one server and day. */
export const storedDaySchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('AuditSet'),
  server: identitySchema.extend({ version: z.string().nullable() }),
  connection: z.array(z.string()).describe('options that reach the server, without credentials'),
  options: optionsSchema,
  window: auditSchema.shape.window,
  kcEtl: z.string().describe('version of kc-etl that evaluated it'),
  auditsVersion: z.number().describe('of the audits; a day of another version is evaluated again'),
  storedAt: z.string(),
  settled: z.boolean().describe('nothing of the day can change any more by itself'),
  failedAt: z
    .string()
    .optional()
    .describe('when it was evaluated again and a request failed: its audits are those of before'),
  totals: totalsSchema,
  audits: z.array(auditSchema).describe('all but CheckMissingWindow, before they are diagnosed'),
  presence: presenceSchema,
  clusters: z
    .array(z.object({ cluster: z.string(), assets: z.number(), workloads: z.number() }))
    .describe('costs by cluster; empty where the day has no data'),
  nodes: z
    .array(
      z.object({
        node: z.string().describe('cluster/node'),
        providerID: z.string(),
        cost: z.number(),
        minutes: z.number(),
      }),
    )
    .describe('nodes with a cost: what a day without data is estimated from'),
  metricsRetention: z
    .number()
    .nullable()
    .optional()
    .describe('milliseconds for which Prometheus keeps samples; requested where an audit failed'),
  evidence: evidenceSchema.nullable().describe('objects behind the differences of the day'),
  errors: z
    .array(z.object({ kind: z.string(), time: z.string(), window: auditSchema.shape.window }))
    .describe('errors of the ETL pipeline about this day'),
});

export type Identity = z.infer<typeof identitySchema>;
export type StoredOptions = z.infer<typeof optionsSchema>;
export type Totals = z.infer<typeof totalsSchema>;
export type StoredDay = z.infer<typeof storedDaySchema>;
