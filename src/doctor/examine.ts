import { exitCodes } from '../errors.ts';
import { findApiBase } from './api-base.ts';
import { checkCapabilities } from './capabilities.ts';
import { checkConnection } from './connection.ts';
import type { DoctorReportBuilder } from './report.ts';
import { requestersOf } from './requests.ts';
import type { DoctorDeps, DoctorTarget } from './target.ts';

/**
 * Runs the steps from the DNS lookup to the age of the newest event and fills `report`.
 *
 * @returns the exit code for a report with a failed step: 4 where the credentials were refused, else 3
 */
export async function examine(
  report: DoctorReportBuilder,
  target: DoctorTarget,
  deps: DoctorDeps,
): Promise<number> {
  if (!(await checkConnection(report, target, deps))) return exitCodes.data.code;
  const requesters = await requestersOf(target.base, deps);
  const found = await findApiBase(report, requesters, target);
  const isRefused =
    found.requester === null
      ? found.isLogin
      : await checkCapabilities(report, found.requester, target);
  return isRefused ? exitCodes.auth.code : exitCodes.data.code;
}
