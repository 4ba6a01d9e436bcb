import type { StoredSets } from '../../audits/server/run.ts';
import { type AuditType, auditTypes } from '../../audits/types.ts';
import { DataError, UsageError } from '../../errors.ts';
import type { Client } from '../../kubecost/client.ts';
import { EndpointNotFoundError } from '../../kubecost/failure.ts';
import { NotRecordedError } from '../../kubecost/record/not-recorded.ts';
import type { Window } from '../../kubecost/window.ts';
import type { Context } from '../command.ts';
import { type LocalOptions, localFlagsGiven } from './local-options.ts';
import { readAuditSets } from './server-source.ts';

interface EngineOptions extends LocalOptions {
  readonly engine: 'auto' | 'server' | 'local';
  readonly type: readonly AuditType[];
}

export type Choice =
  | { readonly engine: 'local' }
  /** With the AuditSets before the run. */
  | { readonly engine: 'server'; readonly before: StoredSets };

/** @throws UsageError where the server engine is asked for what only the local one has */
export function refuseUnsupported(values: EngineOptions): void {
  if (values.engine !== 'server') return;
  const [type] = values.type.filter(isLocalOnly);
  if (type !== undefined) {
    throw new UsageError(
      `audit run: no server returns ${type}`,
      'only the local engine computes it: kc-etl audit run --engine local',
    );
  }
  const [flag] = localFlagsGiven(values);
  if (flag !== undefined) {
    throw new UsageError(
      `${flag}: the server engine does not support it`,
      'it is an option of the local engine: add --engine local, or leave it out',
    );
  }
}

/** Who computes the audits; says so where the server could have, or cannot. */
export async function chooseEngine(
  client: Client,
  window: Window | null,
  values: EngineOptions,
  { reporter, cliOptions }: Context,
): Promise<Choice> {
  if (values.engine === 'local') return { engine: 'local' };
  const local = values.engine === 'auto' ? reasonForLocal(values) : null;
  if (local !== null) {
    await reporter.note(`computing the audits locally: ${local}`);
    return { engine: 'local' };
  }
  try {
    return {
      engine: 'server',
      before: await readAuditSets(client, window?.query ?? null, cliOptions),
    };
  } catch (error) {
    const missing = error instanceof DataError && error.cause instanceof EndpointNotFoundError;
    if (values.engine === 'server' || !(missing || hasCostsOnly(error))) throw error;
    await reporter.note(`computing the audits locally: ${error.message}`);
    return { engine: 'local' };
  }
}

/** Whether a recording was made by a local run: it answers cost endpoints and not the Audit API. */
function hasCostsOnly(error: unknown): error is NotRecordedError {
  if (!(error instanceof NotRecordedError)) return false;
  const { paths } = error;
  return !paths.has('/etl/audit') && ['/allocation', '/assets'].some((path) => paths.has(path));
}

function reasonForLocal(values: EngineOptions): string | null {
  const [type] = values.type.filter(isLocalOnly);
  if (type !== undefined) return `no server returns ${type}`;
  const [flag] = localFlagsGiven(values);
  return flag === undefined ? null : `${flag} is an option of the local engine`;
}

function isLocalOnly(type: AuditType): boolean {
  return auditTypes[type].field === null;
}
