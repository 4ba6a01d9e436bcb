import type { AuditSource, StoredSets } from '../../audits/server/run.ts';
import { DataError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError } from '../../kubecost/failure.ts';
import { readData } from '../../kubecost/response-data.ts';
import { etlAuditRunSchema, etlAuditSchema } from '../../kubecost/schemas/etl-audit.ts';
import type { Context } from '../command.ts';
import { pastedCommand } from '../pasted-command.ts';

const path = '/etl/audit';

/** The audit API of a server, for one window; null: all windows. */
export function auditSource(
  client: Client,
  window: string | null,
  { commit, cliOptions }: Pick<Context, 'cliOptions'> & { readonly commit: boolean },
): AuditSource {
  return {
    read: () => readAuditSets(client, window, cliOptions),
    start: (type) =>
      client.post(path, { window, commit: commit ? 'true' : null, type }, (response) =>
        readData(response, etlAuditRunSchema),
      ),
  };
}

/** @throws DataError with the command that works instead, where the server has no Audit API */
export async function readAuditSets(
  client: Client,
  window: string | null,
  cliOptions: Context['cliOptions'],
): Promise<StoredSets> {
  try {
    return await client.get(path, { window }, async (response) => ({
      sets: await readData(response, etlAuditSchema),
      date: response.date,
    }));
  } catch (error) {
    if (error instanceof EndpointNotFoundError) {
      throw new DataError(
        `${client.server} has no Audit API: Kubecost has it up to 1.105, OpenCost never had it`,
        `compute the audits from the cost data: ${await pastedCommand('audit run --window 7d', cliOptions)}`,
        { cause: error },
      );
    }
    throw error;
  }
}
