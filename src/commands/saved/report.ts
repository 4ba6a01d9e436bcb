import { type AuditReport, auditReportSchema } from '../../diagnosis/report.ts';
import { DataError, UsageError } from '../../errors.ts';
import { reasonOf } from '../../files/reason.ts';
import { fieldPath } from '../../kubecost/json/unexpected-shape.ts';
import type { Deps } from '../deps.ts';

/**
 * The JSON of a file, or of stdin for `-`.
 *
 * @param source as an error names it: `--baseline`, `report`
 * @throws UsageError where it cannot be read, DataError where it is no JSON
 */
async function readJson(path: string, source: string, deps: Deps): Promise<unknown> {
  const text = path === '-' ? await allOf(deps.io.stdin()) : await fileText(path, source);
  const name = path === '-' ? 'stdin' : path;
  if (text.trim() === '')
    throw new DataError(`${name} is empty`, 'save one with: kc-etl audit -o json');
  try {
    return JSON.parse(text);
  } catch {
    throw new DataError(
      `${name} is not JSON, or ends too early`,
      'save one with: kc-etl audit -o json',
    );
  }
}

/** @throws UsageError where the file cannot be read, DataError where it holds something else */
export async function readAuditReport(
  path: string,
  source: string,
  deps: Deps,
): Promise<AuditReport> {
  return auditReportOf(await readJson(path, source, deps), path === '-' ? 'stdin' : path);
}

/** @throws DataError naming the field by its path */
export function auditReportOf(json: unknown, name: string): AuditReport {
  const version = versionOf(json);
  if (version !== null && version !== 1) {
    throw new DataError(
      `${name} has schemaVersion ${JSON.stringify(version)}, which this kc-etl does not know`,
      'render it with the kc-etl that wrote it, or a newer one',
    );
  }
  const parsed = auditReportSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = fieldPath(
    (issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part))),
  );
  throw new DataError(
    `${name} is not an audit report of kc-etl: ${at ? `${at}: ` : ''}${issue?.message}`,
    'save one with: kc-etl audit -o json, or kc-etl audit run -o json',
  );
}

function versionOf(json: unknown): unknown {
  return typeof json === 'object' && json !== null && 'schemaVersion' in json
    ? json.schemaVersion
    : null;
}

async function fileText(path: string, source: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${source}: ${path} cannot be read: ${reasonOf(error)}`);
  }
}

async function allOf(input: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of input) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
