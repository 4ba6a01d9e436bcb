import { findApiBase } from '../doctor/api-base.ts';
import { checkCapabilities } from '../doctor/capabilities.ts';
import { checkConnection } from '../doctor/connection.ts';
import { DoctorReportBuilder } from '../doctor/report.ts';
import { requestersOf } from '../doctor/requests.ts';
import { exitCodes, KcEtlError, UsageError } from '../errors.ts';
import { redact, redactParts } from '../redaction.ts';
import { type Context, defineCommand, type Outcome } from './command.ts';
import type { Connection } from './connection/connection.ts';

/** `doctor`: one step after another, each with what to do where it fails. */
export const doctorCommand = defineCommand({
  description:
    'Looks at one thing after another, from the name of the host to the age of the newest event,\n' +
    'and says for everything that fails what the reason is and which command would get further.\n' +
    'Ends with 0, with 4 where the credentials are refused, and with 3 where anything else fails.',
  examples: [
    'kc-etl doctor --url http://localhost:9090',
    'kc-etl doctor --kube --context production',
    'kc-etl doctor -o json | jq .version',
  ],
  options: {},
  prints: 'doctor',
  run: doctor,
});

async function doctor(_options: unknown, context: Context): Promise<Outcome> {
  const examination = new DoctorReportBuilder((text) =>
    redactParts(redact(text, context.secrets), context.secrets),
  );
  const progress = await context.reporter.progress('looking');
  let isLogin = false;
  try {
    const connection = await openOrFail(examination, context);
    if (typeof connection === 'boolean') isLogin = connection;
    else isLogin = await examine(examination, connection, context);
  } finally {
    progress.stop();
  }
  const report = examination.report();
  const failed = isLogin ? exitCodes.auth.code : exitCodes.data.code;
  return { result: { kind: 'doctor', report }, exitCode: report.healthy ? 0 : failed };
}

/** @returns whether the credentials were refused, where there is no way */
async function openOrFail(
  examination: DoctorReportBuilder,
  { open, deps }: Context,
): Promise<Connection | boolean> {
  try {
    return await open();
  } catch (error) {
    const isFinding = error instanceof KcEtlError && !(error instanceof UsageError);
    if (!isFinding || deps.signal.aborted) throw error;
    const command = 'kubectl get services --all-namespaces';
    examination.fail('way', { detail: error.message, hint: error.hint, command });
    return error.exitCode === exitCodes.auth.code;
  }
}

/** @returns whether the credentials were refused */
async function examine(
  examination: DoctorReportBuilder,
  connection: Connection,
  context: Context,
): Promise<boolean> {
  if (!(await checkConnection(examination, connection, context))) return false;
  const askers = await requestersOf(connection, context);
  const found = await findApiBase(examination, askers, connection);
  if (found.asker === null) return found.isLogin;
  await checkCapabilities(examination, found.asker, connection);
  return examination
    .report()
    .steps.some(
      ({ step, status, detail }) =>
        step === 'endpoints' && status === 'failed' && detail.includes('not allowed'),
    );
}
