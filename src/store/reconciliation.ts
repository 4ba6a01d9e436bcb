import { z } from 'zod';
import { daySchema } from '../reconciliation/schema.ts';
import { folderOf } from './layout.ts';
import { type Identity, identitySchema } from './schema.ts';

/** Counted up where a day can get another state or other evidence: days of another version are evaluated again. */
export const reconciliationVersion = 1;

/** One file of an AuditStore: the reconciliation of one server and settled day, final in every cluster. */
export const storedReconciliationSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('Reconciliation'),
  server: identitySchema.extend({ version: z.string().nullable() }),
  costMetric: z.string(),
  window: daySchema.shape.window,
  kcEtl: z.string().describe('version of kc-etl'),
  reconciliationVersion: z.number().describe('version of the rules that decide a state'),
  storedAt: z.string(),
  totals: z
    .object({
      assets: z.number().nullable(),
      bills: z.number().nullable().describe('null: the server has no cloud costs'),
      allocations: z.number().nullable().describe('null: no node was adjusted'),
    })
    .optional()
    .describe('costs of the day: what --recheck compares'),
  days: z
    .array(daySchema.extend({ state: z.enum(['reconciled', 'never']) }))
    .min(1)
    .describe('by cluster and provider'),
});

export type StoredReconciliation = z.infer<typeof storedReconciliationSchema>;

/** The folder of reconciliations in an AuditStore. */
export const reconciliationFolder = 'reconciliation';

/** The folder of the reconciliations of one server. */
export function reconciliationFolderOf(server: Identity): string {
  return folderOf(server).replace('servers', reconciliationFolder);
}

/** `reconciliation/<name>-<hash>/2026-11/2026-11-23.json`, with `.<cost metric>` where it is not the default one. */
export function pathOfReconciliation({
  server,
  costMetric,
  window,
}: Pick<StoredReconciliation, 'server' | 'costMetric' | 'window'>): string {
  const date = window.start.slice(0, 10);
  const metric = costMetric.replace(/[^A-Za-z]/g, '');
  const suffix = costMetric === 'amortizedNetCost' ? '' : `.${metric}`;
  return `${reconciliationFolderOf(server)}/${date.slice(0, 7)}/${date}${suffix}.json`;
}
