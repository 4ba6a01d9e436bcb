import { z } from 'zod';
import { stores } from './kinds.ts';

export const windowSchema = z.object({ start: z.string(), end: z.string() });

/** An event as kc-etl prints it, whatever the wire format. */
export const eventSchema = z.object({
  store: z.string().describe('allocation, asset, or the name of another list of the log'),
  kind: z.string(),
  time: z.string().describe('RFC 3339 with 0 to 9 digits of a second'),
  window: windowSchema.nullable(),
  size: z.number().nullable().describe('rows in the set'),
  metadata: z.record(z.string(), z.unknown()),
});

export type Event = z.infer<typeof eventSchema>;

export const eventsSchema = z.object({
  schemaVersion: z.literal(1),
  server: z.string().nullable(),
  query: z.object({
    window: z.string().nullable(),
    kinds: z.array(z.string()),
    store: z.enum(stores).nullable(),
  }),
  counters: z
    .record(z.string(), z.number())
    .describe('since the server process started; empty where not asked for'),
  events: z.array(eventSchema).describe('oldest first'),
  total: z.number().describe('events that matched, also where --limit shows fewer'),
});
