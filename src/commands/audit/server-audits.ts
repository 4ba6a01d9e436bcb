import type { AuditSet } from '../../audits/server/audit-sets.ts';
import type { AuditType } from '../../audits/types.ts';
import { DataError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError } from '../../kubecost/failure.ts';
import { readData } from '../../kubecost/response.ts';
import { etlAuditRunSchema, etlAuditSchema } from '../../kubecost/schemas/etl-audit.ts';

const path = '/etl/audit';

/** The AuditSets a server holds, and its clock (ms since 1970) when it answered, where it said so. */
export async function readAuditSets(
  client: Client,
  window: string | null,
): Promise<{ sets: readonly AuditSet[]; date: number | null }> {
  try {
    return await client.get(path, { window }, async (answer) => ({
      sets: await readData(answer, etlAuditSchema),
      date: answer.date,
    }));
  } catch (error) {
    if (error instanceof EndpointNotFoundError) {
      throw new DataError(
        `${client.server} has no Audit API: Kubecost dropped it after 1.105, OpenCost never had it`,
        'compute the audits from the cost APIs instead: kc-etl audit run --engine local',
        { cause: error },
      );
    }
    throw error;
  }
}

/** Starts audits; they run later. Returns the server's sentence. */
export function startAudits(
  client: Client,
  request: {
    readonly window: string | null;
    readonly commit: boolean;
    readonly type: AuditType | null;
  },
): Promise<string> {
  const { window, commit, type } = request;
  const params = { window, commit: commit ? 'true' : null, type };
  return client.post(path, params, (answer) => readData(answer, etlAuditRunSchema));
}
