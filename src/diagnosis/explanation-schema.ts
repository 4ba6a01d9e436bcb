import { z } from 'zod';
import { auditTypeNames } from '../audits/types.ts';
import { productLines, severities } from './codes/code.ts';
import { findingSchema } from './schema.ts';

const products = z.array(z.enum(productLines));
const stepFields = {
  text: z.string(),
  products: products.optional().describe('absent: every product'),
};

const confirmSchema = z.array(
  z.union([
    z.object({ ...stepFields, command: z.string().describe('for a shell') }),
    z.object({ ...stepFields, promql: z.string() }),
    z.object({
      ...stepFields,
      api: z.string().describe('path and query of a request'),
      jq: z.string().optional().describe('a jq program for its response'),
    }),
  ]),
);
const actionsSchema = z.array(
  z.object({
    ...stepFields,
    rebuilds: z
      .literal(true)
      .optional()
      .describe('advice to rebuild data: left out where a repair would empty the set'),
  }),
);

/** `audit explain -o json`: the record of a code, with the finding where its id was given. */
export const explanationSchema = z.object({
  schemaVersion: z.literal(1),
  code: z.string(),
  severity: z.enum(severities),
  legal: z.boolean().describe('no number is wrong: an audit that differs for it alone warns'),
  title: z.string().describe('{name} stands for a value of a finding'),
  titleMany: z.string().describe('the same for several objects'),
  meaning: z.string(),
  right: z.string().nullable().describe('numbers that are right nevertheless'),
  detectedBy: z.array(z.enum(auditTypeNames)),
  variants: z.record(
    z.string(),
    z.object({
      title: z.string().optional(),
      titleMany: z.string().optional(),
      meaning: z.string(),
      severity: z.enum(severities).optional(),
      legal: z.boolean().optional(),
      confirm: confirmSchema.optional().describe('in place of those of the code'),
      actions: actionsSchema.optional(),
    }),
  ),
  confirm: confirmSchema,
  actions: actionsSchema,
  repair: z
    .array(z.enum(['asset', 'allocation', 'cloudCost']))
    .describe('stores to rebuild, in this order'),
  references: z.array(z.string()),
  products,
  finding: findingSchema.nullable().describe('null where a code was explained'),
});
