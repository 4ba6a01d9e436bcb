import { z } from 'zod';
import { stores } from '../kinds.ts';
import { windowSchema } from '../schema.ts';
import { freshnessBases } from './staleness.ts';
import { findingKinds, resolutions, sourceNames, stateNames } from './state.ts';

const store = z.enum(stores);
const resolution = z.enum(resolutions);

const cellSchema = z.object({
  store,
  resolution,
  window: windowSchema,
  state: z.enum(stateNames),
  size: z.number().nullable().describe('rows in the set; null where not known'),
  evidence: z
    .array(z.enum(sourceNames))
    .describe('sources that report on it, the deciding one first'),
  facts: z
    .array(z.object({ source: z.enum(sourceNames), fact: z.string() }))
    .describe('what each of them reports'),
  detail: z.string().describe('why it has its state'),
});

const findingSchema = z.object({
  kind: z.enum(findingKinds),
  store,
  resolution: resolution.nullable().describe('null where the source does not name a set'),
  window: windowSchema
    .nullable()
    .describe('of neighbouring sets their whole span; null where the source does not name the set'),
  sets: z.number().describe('number of sets; 0 where it concerns the pipeline or names none'),
  detail: z.string(),
  advice: z.string(),
});

const freshnessSchema = z.object({
  store,
  resolution,
  basis: z
    .enum(freshnessBases)
    .nullable()
    .describe('what lastActivity is the time of; null where no source reports it'),
  lastSave: z.string().nullable().describe('null where no source reports a save'),
  lastActivity: z.string().nullable(),
  ageSeconds: z.number().nullable().describe('age of lastActivity'),
  cadenceSeconds: z.number().nullable().describe('from one save to the next; null where unknown'),
  progress: z.number().nullable().describe('0 to 1, as the pipeline reports it'),
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
  now: z.string().describe("the server's clock, which all ages refer to"),
  sources: z.array(
    z.object({
      source: z.enum(sourceNames),
      answered: z.boolean(),
      failed: z.boolean().describe('it returned an error, so its evidence is unknown'),
      detail: z.string(),
    }),
  ),
  sets: z.array(cellSchema).describe('by store and resolution, oldest first'),
  findings: z.array(findingSchema).describe('worst first'),
  freshness: z.array(freshnessSchema),
  notes: z.array(z.string()).describe('what the sources report and no set shows'),
  rate: z
    .array(z.object({ hour: z.string(), events: z.number() }))
    .describe('events in each of the last hours of the log'),
  summary: z
    // one entry for each state, so that the JSON Schema names them
    .object(Object.fromEntries(stateNames.map((name) => [name, z.number()])) as StateCounts)
    .describe('sets in each state'),
  gate: z.object({
    failOn: z.array(z.enum(findingKinds)),
    passed: z.boolean().nullable().describe('null where it is undecided'),
  }),
});

export type CoverageReport = z.infer<typeof coverageSchema>;
export type CoverageCell = z.infer<typeof cellSchema>;
export type CoverageFinding = z.infer<typeof findingSchema>;
export type Freshness = z.infer<typeof freshnessSchema>;
