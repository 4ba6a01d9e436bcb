import type { AuditSource, StoredSets } from '../../audits/server/run.ts';
import { DataError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError } from '../../kubecost/failure.ts';
import { readData } from '../../kubecost/response.ts';
import { etlAuditRunSchema, etlAuditSchema } from '../../kubecost/schemas/etl-audit.ts';

const path = '/etl/audit';

/** The audit API of a server, for one window; null: all windows. */
export function auditSource(client: Client, window: string | null, commit: boolean): AuditSource {
  return {
    read: () => readAuditSets(client, window),
    start: (type) =>
      client.post(path, { window, commit: commit ? 'true' : null, type }, (response) =>
        readData(response, etlAuditRunSchema),
      ),
  };
}

/** @throws DataError with the command that works instead, where the server has no Audit API */
export async function readAuditSets(client: Client, window: string | null): Promise<StoredSets> {
  try {
    return await client.get(path, { window }, async (response) => ({
      sets: await readData(response, etlAuditSchema),
      date: response.date,
    }));
  } catch (error) {
    if (error instanceof EndpointNotFoundError) {
      throw new DataError(
        `${client.server} has no Audit API: Kubecost has it up to 1.105, OpenCost never had it`,
        'compute the audits from the cost data: kc-etl audit run --window 7d',
        { cause: error },
      );
    }
    throw error;
  }
}
