import type { Audit } from '../../audits/schema.ts';
import { auditsOf } from '../../audits/server/audit-sets.ts';
import { type AuditType, serverAuditTypes } from '../../audits/types.ts';
import type { AuditReport } from '../../diagnosis/report.ts';
import type { Finding } from '../../diagnosis/schema.ts';
import { DataError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { fieldPath } from '../../kubecost/json/unexpected-shape.ts';
import { etlAuditSchema } from '../../kubecost/schemas/etl-audit.ts';
import { overlaps, type Span } from '../../time.ts';
import { auditReportOf } from '../saved/report.ts';

/** Audits that were saved, with the engine that computed them and the server they are about. */
export interface SavedAudits {
  readonly audits: readonly Audit[];
  /** Empty where they were not diagnosed. */
  readonly findings: readonly Finding[];
  readonly engine: AuditReport['engine'];
  readonly server: string | null;
}

/**
 * The audits in a saved response of `/etl/audit`, with or without its envelope, or in a JSON report of
 * kc-etl.
 *
 * @param types all where none is named
 * @throws DataError where the file is something else
 */
export async function savedAudits(
  client: Client,
  types: readonly AuditType[],
  span: Span | null,
): Promise<SavedAudits> {
  const name = client.saved ?? '';
  const json = await client.get('/etl/audit', {}, ({ body }) => parsed(body));
  const isReport = typeof json === 'object' && json !== null && 'schemaVersion' in json;
  const { audits, findings, engine, server }: SavedAudits = isReport
    ? auditReportOf(json, name)
    : { audits: auditsIn(json, types), findings: [], engine: 'server', server: null };
  const isInside = (window: Audit['window']) =>
    span === null ||
    overlaps(span, { start: Date.parse(window.start), end: Date.parse(window.end) });
  return {
    audits: audits.filter(
      ({ type, window }) => (types.length === 0 || types.includes(type)) && isInside(window),
    ),
    findings: findings.filter(({ first, last }) => isInside({ start: first, end: last })),
    engine,
    server,
  };
}

function auditsIn(json: unknown, types: readonly AuditType[]): Audit[] {
  const { code = null, message = '', data = json } = isEnvelope(json) ? json : {};
  if (typeof code === 'number' && code >= 400) {
    throw new DataError(`it is an error that the server returned: ${code} ${String(message)}`);
  }
  const sets = etlAuditSchema.safeParse(data);
  if (sets.success) return auditsOf(sets.data, types.length > 0 ? types : serverAuditTypes);
  const [issue] = sets.error.issues;
  const path = (issue?.path ?? []).map((p) => (typeof p === 'number' ? p : String(p)));
  throw new DataError(
    `it contains no audits: ${fieldPath(['data', ...path])}: ${issue?.message}`,
    'save some with: kc-etl api /etl/audit, or kc-etl audit -o json',
  );
}

function isEnvelope(json: unknown): json is { code?: unknown; message?: unknown; data?: unknown } {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && 'data' in json;
}

async function parsed(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  try {
    return JSON.parse(text + decoder.decode());
  } catch {
    throw new DataError('it is not JSON, or ends too early');
  }
}
