import type { ReportAcceptance } from '../../diagnosis/accepted.ts';
import { DataError, UsageError } from '../../errors.ts';
import { fieldPath } from '../../kubecost/json/unexpected-shape.ts';
import type { Context } from '../command.ts';

/**
 * What may differ: the `accepted` section of the project's `.kc-etl.yaml`, and the report that
 * `--baseline` names.
 *
 * @throws UsageError where either is wrong; it is read before any request is made
 */
export async function readAcceptance(
  baseline: string | null,
  { deps, configuration, globals }: Context,
): Promise<ReportAcceptance> {
  const accepted = await acceptedEntries(configuration.paths.project, globals.configTrust);
  const report = baseline === null ? null : await readBaseline(baseline, deps);
  return {
    ...accepted,
    baseline: report?.audits ?? null,
    baselineFindings: report?.findings ?? [],
    now: deps.clock.now(),
  };
}

async function readBaseline(path: string, deps: Context['deps']) {
  const { readAuditReport } = await import('../saved/report.ts');
  try {
    return await readAuditReport(path, '--baseline', deps);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new UsageError(`--baseline: ${error.message}`, error.hint);
  }
}

type Entries = Pick<ReportAcceptance, 'entries' | 'findingEntries'>;

/** The `accepted` section; an entry names a difference by type and key, or a finding by its id. */
async function acceptedEntries(path: string | null, trusted: boolean): Promise<Entries> {
  const none: Entries = { entries: [], findingEntries: [] };
  if (path === null) return none;
  const { readProjectFile } = await import('../../config/project-file.ts');
  const file = await readProjectFile(path, trusted);
  const list = file.content['accepted'];
  if (list === undefined || list === null) return none;
  const refuse = (at: (string | number)[], message: string): never => {
    throw new UsageError(
      `${file.path}${file.lineOf(at)}: ${fieldPath(at)}: ${message}`,
      'an entry has finding, or type and key; and amount, reason and expires (a date)',
    );
  };
  if (!Array.isArray(list)) return refuse(['accepted'], 'it is not a list');
  const [{ acceptedEntrySchema }, { acceptedFindingSchema }] = await Promise.all([
    import('../../audits/accepted-schema.ts'),
    import('../../diagnosis/accepted-schema.ts'),
  ]);
  const parsed = list.map((item: unknown, i) => {
    const isFinding = typeof item === 'object' && item !== null && 'finding' in item;
    const result = (isFinding ? acceptedFindingSchema : acceptedEntrySchema).safeParse(item);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const parts = (issue?.path ?? []).map((part) =>
      typeof part === 'number' ? part : String(part),
    );
    return refuse(['accepted', i, ...parts], issue?.message ?? 'it is not valid');
  });
  return {
    entries: parsed.flatMap((entry) => ('finding' in entry ? [] : [entry])),
    findingEntries: parsed.flatMap((entry) => ('finding' in entry ? [entry] : [])),
  };
}
