import { z } from 'zod';
import { stores } from '../kinds.ts';
import { windowSchema } from '../schema.ts';
import { findingKinds, resolutions, sourceNames, stateNames } from './state.ts';

const store = z.enum(stores);
const resolution = z.enum(resolutions);

const cellSchema = z.object({
  store,
  resolution,
  window: windowSchema,
  state: z.enum(stateNames),
  size: z.number().nullable().describe('rows in the set; null where not known'),
  evidence: z.array(z.enum(sourceNames)).describe('the sources that say so'),
  detail: z.string(),
});

const findingSchema = z.object({
  kind: z.enum(findingKinds),
  store,
  resolution,
  window: windowSchema
    .nullable()
    .describe('of neighbouring sets the whole; null where the source does not name the set'),
  sets: z.number().describe('how many sets; 0 where it is about the pipeline'),
  detail: z.string(),
  advice: z.string(),
});

const freshnessSchema = z.object({
  store,
  resolution,
  lastSave: z.string().nullable(),
  ageSeconds: z.number().nullable(),
  cadenceSeconds: z.number().nullable().describe('from one save to the next; null where unknown'),
  stale: z.boolean(),
});

type StateCounts = Record<(typeof stateNames)[number], z.ZodNumber>;

export const coverageSchema = z.object({
  schemaVersion: z.literal(1),
  server: z.string().nullable(),
  query: z.object({
    window: z.string().nullable(),
    store: store.nullable(),
    settleSeconds: z.number(),
  }),
  now: z.string().describe('the time that ages are counted to'),
  sources: z.array(
    z.object({ source: z.enum(sourceNames), answered: z.boolean(), detail: z.string() }),
  ),
  sets: z.array(cellSchema).describe('by store and resolution, oldest first'),
  findings: z.array(findingSchema).describe('worst first'),
  freshness: z.array(freshnessSchema),
  rate: z
    .array(z.object({ hour: z.string(), events: z.number() }))
    .describe('events in each of the last hours of the log'),
  summary: z
    // every state is there, and JSON Schema is to say so by name
    .object(Object.fromEntries(stateNames.map((name) => [name, z.number()])) as StateCounts)
    .describe('sets in each state'),
  gate: z.object({
    failOn: z.array(z.enum(findingKinds)),
    passed: z.boolean().nullable().describe('null where there was nothing to judge'),
  }),
});

export type CoverageReport = z.infer<typeof coverageSchema>;
export type CoverageCell = z.infer<typeof cellSchema>;
export type CoverageFinding = z.infer<typeof findingSchema>;
export type Freshness = z.infer<typeof freshnessSchema>;
