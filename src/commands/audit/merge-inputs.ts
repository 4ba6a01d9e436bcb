import { stat } from 'node:fs/promises';
import { DataError, UsageError } from '../../errors.ts';
import { reasonOf } from '../../files/reason.ts';
import type { MergeInput } from '../../store/merge.ts';
import { storedDaySchema } from '../../store/schema.ts';
import { shardPlanSchema } from '../../store/shard.ts';
import type { Deps } from '../deps.ts';
import { readAuditReport } from '../saved/report.ts';
import { openAuditStore } from './open-store.ts';

/**
 * Reads the AuditStores and shard reports to merge, in the order in which they are named.
 *
 * @throws UsageError where one cannot be read, DataError where it is no store and no report of a shard
 */
export async function readMergeInputs(
  sources: readonly string[],
  deps: Deps,
): Promise<MergeInput[]> {
  const inputs: MergeInput[] = [];
  for (const source of sources) {
    inputs.push(
      (await isFolder(source)) ? await storeInput(source) : await reportInput(source, deps),
    );
  }
  return inputs;
}

async function isFolder(source: string): Promise<boolean> {
  if (source === '-') return false;
  try {
    return (await stat(source)).isDirectory();
  } catch (error) {
    throw new UsageError(
      `audit merge: ${source} cannot be read: ${reasonOf(error)}`,
      'name AuditStores and reports of shards',
    );
  }
}

async function storeInput(dir: string): Promise<MergeInput> {
  const store = await openAuditStore(dir, 'read');
  const [content, { plans, damaged }] = [await store.read(), await store.readPlans()];
  return { name: dir, days: content.days, plans, damaged: [...content.damaged, ...damaged] };
}

async function reportInput(path: string, deps: Deps): Promise<MergeInput> {
  const { shard } = await readAuditReport(path, 'audit merge', deps);
  if (shard === undefined) {
    throw new DataError(
      `${path} is not the report of a shard: it does not have what a merge needs`,
      'save it with: kc-etl audit run --shard <i>/<n> -o json, or merge AuditStores',
    );
  }
  const plan = shardPlanSchema.safeParse(shard.plan);
  const days = storedDaySchema.array().safeParse(shard.days);
  if (!plan.success || !days.success) {
    const issue = plan.error?.issues[0] ?? days.error?.issues[0];
    throw new DataError(
      `${path} is damaged: shard.${issue?.path.join('.')}: ${issue?.message}`,
      'run this shard again',
    );
  }
  return { name: path, days: days.data, plans: [plan.data], damaged: [] };
}
