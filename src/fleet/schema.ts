import { z } from 'zod';
import { fleetStateNames } from './states.ts';

const date = z.string().regex(/^\d{4}-\d\d-\d\d$/);

const clusterSchema = z.object({
  cluster: z.string().nullable().describe('null: the server as a whole'),
  server: z
    .string()
    .nullable()
    .describe('as the --servers file names it, else its address; null: on no server'),
  product: z.enum(['kubecost', 'opencost']).nullable(),
  version: z.string().nullable(),
  state: z.enum(fleetStateNames),
  lastDay: date.nullable().describe('the newest UTC day with data'),
  missingDays: z.array(date).describe('settled UTC days of the window without data'),
  reconciledUntil: date
    .nullable()
    .describe('the newest UTC day whose costs carry adjustments of the cloud bill'),
  detail: z.string().nullable(),
});

const serverSchema = z.object({
  server: z.string().nullable(),
  product: z.enum(['kubecost', 'opencost']).nullable(),
  version: z.string().nullable(),
  error: z.string().nullable().describe('why the server, or some of its days, could not be read'),
});

export const fleetSchema = z.object({
  schemaVersion: z.literal(1),
  query: z.object({ window: z.string(), expect: z.string().nullable() }),
  servers: z.array(serverSchema).describe('in the order of the --servers file'),
  clusters: z.array(clusterSchema).describe('in order of cluster and server'),
  summary: z.object({
    total: z.number().describe('clusters that are expected, or known where none are'),
    complete: z.number(),
    gaps: z.number(),
    silent: z.number(),
    missing: z.number(),
    unexpected: z.number(),
    unreachable: z.number(),
  }),
  gate: z
    .object({ failOn: z.array(z.enum(fleetStateNames)), passed: z.boolean().nullable() })
    .nullable()
    .describe('null without --fail-on; passed is null where an unreachable one could decide it'),
});

export type FleetCluster = z.infer<typeof clusterSchema>;
export type FleetServer = z.infer<typeof serverSchema>;
export type FleetReport = z.infer<typeof fleetSchema>;
