import { z } from 'zod';
import type { AuditSet, ServerAudit } from '../../audits/server/audit-sets.ts';
import { auditTypes, serverAuditTypes } from '../../audits/types.ts';
import { mapOf } from './map.ts';

/**
 * `GET /etl/audit`. The results are Go structs without tags, so their fields are capitalised, as
 * real servers answer; the public API page writes them in camelCase. Either is taken.
 */
const floatResult = z
  .looseObject({
    Expected: z.number().nullish(),
    expected: z.number().nullish(),
    Actual: z.number().nullish(),
    actual: z.number().nullish(),
  })
  .transform((wire, context) => {
    const expected = wire.Expected === undefined ? wire.expected : wire.Expected;
    const actual = wire.Actual === undefined ? wire.actual : wire.Actual;
    if (expected === undefined || actual === undefined) {
      const lacking = expected === undefined ? 'Expected' : 'Actual';
      context.addIssue({
        code: 'custom',
        message: 'expected a number, received nothing',
        path: [lacking],
      });
    }
    return { expected: expected ?? null, actual: actual ?? null };
  })
  .nullable();

const byName = mapOf(floatResult).nullish();
const byNameTwice = mapOf(mapOf(floatResult).nullable()).nullish();

const missingValue = z
  .looseObject({
    Key: z.string().nullish(),
    key: z.string().nullish(),
    Description: z.string().nullish(),
    description: z.string().nullish(),
  })
  .transform((wire) => ({
    key: [wire.Key ?? wire.key ?? ''],
    description: wire.Description ?? wire.description ?? '',
  }))
  .nullable();

const text = z.string().nullish();
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
  .transform((wire): ServerAudit => {
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

const auditSet = z
  .looseObject({
    window: z.looseObject({ start: z.string(), end: z.string() }).optional(),
  })
  .transform((wire, context): AuditSet | null => {
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
    const results = serverAuditTypes.map((type) => {
      const field = auditTypes[type].field ?? '';
      const parsed = auditResult.nullish().safeParse(wire[field]);
      for (const { message, path } of parsed.error?.issues ?? []) {
        context.addIssue({ code: 'custom', message, path: [field, ...path] });
      }
      return [type, parsed.data ?? null] as const;
    });
    return {
      window: { start: wire.window.start, end: wire.window.end },
      results: new Map(results),
    };
  })
  .nullable();

/** Empty answers are `null`, `[]`, `[null]` and `[{}]`. */
export const etlAuditSchema = z
  .array(auditSet)
  .nullable()
  .transform((sets) => (sets ?? []).filter((set) => set !== null));

/** `POST /etl/audit` answers a sentence. */
export const etlAuditRunSchema = z.string();
