import { z } from 'zod';
import { auditSchema } from '../audits/schema.ts';
import { severities } from './codes/code.ts';
import { type Code, codeNames } from './codes.ts';

export const confidences = ['certain', 'likely', 'possible'] as const;

export const objectKinds = [
  'node',
  'volume',
  'load-balancer',
  'container',
  'cluster',
  'slice',
  'bill',
  'row',
  'day',
  'answer',
] as const;

/** Stores that can hold a wrong number. */
export const stores = [
  'assets',
  'allocations',
  'asset-totals',
  'allocation-totals',
  'asset-aggregates',
  'allocation-aggregates',
  'idle',
] as const;

export const trends = ['new', 'constant', 'growing', 'shrinking', 'varying'] as const;

const window = auditSchema.shape.window;
const type = auditSchema.shape.type;
const amount = z.number().nullable();

/** What a finding is about; `details` are the facts that its texts name. */
export const objectSchema = z.object({
  kind: z.enum(objectKinds),
  cluster: z.string().nullable(),
  name: z.string(),
  providerID: z.string().nullable(),
  namespace: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});

const effectSchema = z
  .object({ workloads: amount, idle: amount, assets: amount, bill: amount })
  .describe('what users see: above 0 is shown too high, total over the windows; null: unknown');

export const findingSchema = z.object({
  id: z.string().describe('code:object, the same in every run; an episode adds #2'),
  code: z.enum(codeNames as [Code, ...Code[]]), // keys of a record that is not empty
  variant: z.string().nullable(),
  severity: z.enum(severities),
  confidence: z.enum(confidences),
  title: z.string(),
  explanation: z.string(),
  object: objectSchema.nullable().describe('the only object; null where several were folded'),
  objects: z.array(objectSchema.extend({ amount })).describe('largest amount first'),
  objectCount: z.number(),
  wrong: z.array(z.enum(stores)).nullable().describe('stores that hold the wrong number'),
  amount: z.object({
    total: amount.describe('above 0: too high'),
    perDay: amount,
    basis: z.enum(['measured', 'estimated', 'lower-bound', 'unknown']),
    share: amount.describe("part of the cluster's assets as shown on those windows"),
  }),
  effect: effectSchema,
  first: z.string().describe('start of the first window'),
  last: z.string().describe('end of the last window'),
  state: z.enum(['ongoing', 'ended', 'since-at-least']),
  trend: z.enum(trends),
  windows: z.array(window.extend({ amount })),
  explains: z
    .array(z.object({ window, type, key: z.array(z.string()), amount }))
    .describe('differences and missing values that it accounts for'),
  blocks: z
    .array(z.object({ window, type }))
    .describe('audits that could not be evaluated because of it'),
  evidence: z.array(z.object({ fact: z.string(), source: z.string() })),
  confirm: z.array(z.object({ text: z.string(), command: z.string() })),
  actions: z.array(
    z.object({
      text: z.string(),
      request: z.string().nullable().describe('a request that writes: printed, never sent'),
      before: z.string().nullable().describe('the time after which it must not be sent'),
    }),
  ),
  references: z.array(z.string()),
  accepted: z.string().nullable().describe('why it does not count for the gate'),
});

export type Finding = z.infer<typeof findingSchema>;
