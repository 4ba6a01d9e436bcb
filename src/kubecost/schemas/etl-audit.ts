import { z } from 'zod';
import { mapOf } from './map.ts';

// one for all fields: Zod takes longer to create a schema than to check a small response with it
const number = z.number().nullish();
const text = z.string().nullish();

/**
 * One compared value, in USD. The results are Go structs without tags, so real servers capitalise
 * their fields; the public API page writes them in camelCase. Both are accepted.
 */
const floatResult = z
  .looseObject({ Expected: number, expected: number, Actual: number, actual: number })
  .transform((wire, context) => {
    const expected = wire.Expected === undefined ? wire.expected : wire.Expected;
    const actual = wire.Actual === undefined ? wire.actual : wire.Actual;
    if (expected === undefined || actual === undefined) {
      const missing = expected === undefined ? 'Expected' : 'Actual';
      context.addIssue({
        code: 'custom',
        message: 'expected a number, received nothing',
        path: [missing],
      });
    }
    return { expected: expected ?? null, actual: actual ?? null };
  })
  .nullable();

const byName = mapOf(floatResult).nullish();
const byNameTwice = mapOf(mapOf(floatResult).nullable()).nullish();

const missingValue = z
  .looseObject({ Key: text, key: text, Description: text, description: text })
  .transform((wire) => ({
    key: [wire.Key ?? wire.key ?? ''],
    description: wire.Description ?? wire.description ?? '',
  }))
  .nullable();

const missingValues = z.array(missingValue).nullish();

const auditResult = z
  .looseObject({
    Status: text,
    status: text,
    Description: text,
    description: text,
    LastRun: text,
    lastRun: text,
    Resources: byNameTwice,
    resources: byNameTwice,
    Results: byNameTwice,
    results: byNameTwice,
    TotalByNode: byName,
    totalByNode: byName,
    TotalByCluster: byName,
    totalByCluster: byName,
    Clusters: byName,
    clusters: byName,
    MissingValues: missingValues,
    missingValues: missingValues,
  })
  .transform((wire) => {
    const nested = [wire.Resources ?? wire.resources, wire.Results ?? wire.results].flatMap((map) =>
      [...(map ?? [])].flatMap(([outer, inner]) =>
        [...(inner ?? [])].map(([name, float]) => ({ key: [outer, name], float })),
      ),
    );
    const flat = (map: typeof wire.Clusters, ...prefix: string[]) =>
      [...(map ?? [])].map(([name, float]) => ({ key: [...prefix, name], float }));
    return {
      status: wire.Status ?? wire.status ?? '',
      description: wire.Description ?? wire.description ?? '',
      lastRun: wire.LastRun ?? wire.lastRun ?? null,
      floatResults: [
        ...nested,
        ...flat(wire.TotalByNode ?? wire.totalByNode, 'node'),
        ...flat(wire.TotalByCluster ?? wire.totalByCluster, 'cluster'),
        ...flat(wire.Clusters ?? wire.clusters),
      ].flatMap(({ key, float }) => (float ? [{ key, ...float }] : [])),
      missing: (wire.MissingValues ?? wire.missingValues ?? []).filter((value) => value !== null),
    };
  });

/** The fields of an AuditSet that hold the result of an audit. */
export const auditResultFields = [
  'allocationReconciliation',
  'allocationTotal',
  'allocationAgg',
  'assetReconciliation',
  'assetTotal',
  'clusterEquality',
] as const;

type ResultField = (typeof auditResultFields)[number];

const result = auditResult.nullish();

const auditSet = z
  .looseObject({
    window: z.looseObject({ start: z.string(), end: z.string() }).optional(),
    ...({
      allocationReconciliation: result,
      allocationTotal: result,
      allocationAgg: result,
      assetReconciliation: result,
      assetTotal: result,
      clusterEquality: result,
    } satisfies Record<ResultField, typeof result>),
  })
  .transform((wire, context) => {
    if (!wire.window) {
      const isEmpty = Object.keys(wire).length === 0;
      if (!isEmpty) {
        context.addIssue({
          code: 'custom',
          message: 'expected an object, received nothing',
          path: ['window'],
        });
      }
      return null;
    }
    const results = auditResultFields.map((field) => [field, wire[field] ?? null] as const);
    return {
      window: { start: wire.window.start, end: wire.window.end },
      results: new Map<string, EtlAuditResult | null>(results),
    };
  })
  .nullable();

/** The result of one audit as a server returns it. */
export type EtlAuditResult = z.infer<typeof auditResult>;

/** `data` of `GET /etl/audit`: AuditSets, their results by field. Empty responses are `null`, `[]`, `[null]` and `[{}]`. */
export const etlAuditSchema = z
  .array(auditSet)
  .nullable()
  .transform((sets) => (sets ?? []).filter((set) => set !== null));

/** `data` of `POST /etl/audit`: a sentence. */
export const etlAuditRunSchema = z.string();
