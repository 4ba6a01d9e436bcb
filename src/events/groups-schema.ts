import { z } from 'zod';
import { groupings } from './groupings.ts';
import { stores } from './kinds.ts';
import { windowSchema } from './schema.ts';

const time = z.string().nullable().describe('RFC 3339, to the second');
const seconds = z.number().nullable().describe('seconds from the last save or load to this step');

const setSchema = z.object({
  store: z.enum(stores),
  window: windowSchema,
  size: z.number().nullable().describe('rows when it was last saved or loaded'),
  saved: z.number().describe('number of saves; more than one means that it was rebuilt'),
  loaded: z.number(),
  lastSaved: time,
  totaledAfter: seconds,
  aggregatedAfter: seconds,
  reconciledAfter: seconds,
  errors: z.number(),
  deleted: time,
});

const kindCountSchema = z.object({
  store: z.string(),
  kind: z.string(),
  count: z.number(),
  first: time,
  last: time,
});

const hourSchema = z.object({ hour: z.string(), count: z.number() });

export const groupsSchema = z.object({
  schemaVersion: z.literal(1),
  server: z.string().nullable(),
  groupBy: z.enum(groupings),
  groups: z.array(z.union([setSchema, kindCountSchema, hourSchema])),
  total: z.number().describe('groups there are, also where --limit shows fewer'),
});

export type Group = z.infer<typeof groupsSchema>['groups'][number];
export type GroupsReport = z.infer<typeof groupsSchema>;

export const ratesSchema = z.object({
  schemaVersion: z.literal(1),
  server: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  seconds: z.number(),
  rates: z.array(
    z.object({
      kind: z.string(),
      before: z.number(),
      after: z.number(),
      delta: z.number().describe('since a restart, where the counter went back'),
      perHour: z.number(),
      restarted: z.boolean(),
    }),
  ),
});

export type RatesReport = z.infer<typeof ratesSchema>;
