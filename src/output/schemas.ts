import { type ZodType, z } from 'zod';
import { auditSchema } from '../audits/schema.ts';
import { auditTypeNames } from '../audits/types.ts';
import { comparisonSchema } from '../diagnosis/compare.ts';
import { explanationSchema } from '../diagnosis/explanation-schema.ts';
import { auditReportSchema } from '../diagnosis/report.ts';
import { serversReportSchema } from '../diagnosis/servers-report.ts';
import { trendSchema } from '../diagnosis/trend.ts';
import { doctorSchema } from '../doctor/schema.ts';
import { coverageSchema } from '../events/coverage/schema.ts';
import { groupsSchema, ratesSchema } from '../events/groups-schema.ts';
import { stores } from '../events/kinds.ts';
import { eventSchema, eventsSchema } from '../events/schema.ts';
import { fleetSchema } from '../fleet/schema.ts';
import { reconciliationSchema } from '../reconciliation/schema.ts';
import { repairSchema } from '../repair/schema.ts';

/** Schemas of the JSON outputs, for `kc-etl schema`. */
export const schemas = {
  events: eventsSchema,
  event: eventSchema,
  audit: auditReportSchema,
  'audit-entry': auditSchema,
  compare: comparisonSchema,
  explanation: explanationSchema,
  doctor: doctorSchema,
  coverage: coverageSchema,
  fleet: fleetSchema,
  'audit-servers': serversReportSchema,
  reconciliation: reconciliationSchema,
  repair: repairSchema,
  trend: trendSchema,
  groups: groupsSchema,
  rates: ratesSchema,
  kinds: z.object({
    schemaVersion: z.literal(1),
    kinds: z.array(
      z.object({
        kind: z.string(),
        store: z.enum(stores),
        step: z.string(),
        description: z.string(),
      }),
    ),
  }),
  types: z.object({
    schemaVersion: z.literal(1),
    types: z.array(
      z.object({
        type: z.enum(auditTypeNames),
        short: z.string(),
        head: z.array(z.string()),
        field: z.string().nullable().describe('in an AuditSet; null where no server returns it'),
        keys: z.array(z.string()).describe('the parts of the key of a difference'),
        description: z.string(),
      }),
    ),
  }),
} as const satisfies Record<string, ZodType>;

/** The JSON Schema (draft 2020-12) of one output. */
export function jsonSchemaOf(name: keyof typeof schemas): unknown {
  return jsonSchema(name, z.toJSONSchema(schemas[name]));
}

/** The JSON Schema of a file that kc-etl reads. */
export function fileSchemaOf(name: string, schema: ZodType): unknown {
  return jsonSchema(name, z.toJSONSchema(schema, { io: 'input' }));
}

function jsonSchema(name: string, schema: object): unknown {
  return { $id: `kc-etl:${name}`, title: `kc-etl ${name}`, ...schema };
}
