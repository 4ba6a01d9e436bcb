import { type Acceptance, acceptedEntrySchema } from '../../audits/accepted.ts';
import { readProjectFile } from '../../config/project-file.ts';
import { DataError, UsageError } from '../../errors.ts';
import { fieldPath } from '../../kubecost/json/unexpected-shape.ts';
import type { Context } from '../command.ts';
import { readAuditReport } from '../saved/report.ts';

/**
 * What may differ: the `accepted` section of the project's `.kc-etl.yaml`, and the report that
 * `--baseline` names.
 *
 * @throws UsageError where either is wrong; it is read before any request is made
 */
export async function readAcceptance(
  baseline: string | null,
  { deps, configuration }: Context,
): Promise<Acceptance> {
  const entries = await acceptedEntries(configuration.paths.project);
  const report = baseline === null ? null : await readBaseline(baseline, deps);
  return { entries, baseline: report?.audits ?? null, now: deps.clock.now() };
}

async function readBaseline(path: string, deps: Context['deps']) {
  try {
    return await readAuditReport(path, '--baseline', deps);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new UsageError(`--baseline: ${error.message}`, error.hint);
  }
}

async function acceptedEntries(path: string | null): Promise<Acceptance['entries']> {
  if (path === null) return [];
  const file = await readProjectFile(path);
  const list = file.content['accepted'];
  if (list === undefined || list === null) return [];
  const parsed = acceptedEntrySchema.array().safeParse(list);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = ['accepted', ...(issue?.path ?? [])];
  const field = fieldPath(at.map((part) => (typeof part === 'number' ? part : String(part))));
  throw new UsageError(
    `${file.path}${file.lineOf(at)}: ${field}: ${issue?.message}`,
    'an entry has type, key, amount, reason and expires (a date)',
  );
}
