import { examine } from '../doctor/examine.ts';
import { DoctorReportBuilder } from '../doctor/report.ts';
import { servicesCommand } from '../doctor/retry-command.ts';
import type { DoctorTarget } from '../doctor/target.ts';
import { exitCodes, KcEtlError, UsageError } from '../errors.ts';
import { setUpTls } from '../kubecost/connection/tls.ts';
import { redact, redactParts } from '../redaction.ts';
import { type Context, defineCommand, type Outcome } from './command.ts';
import { clientOf } from './connection/client.ts';
import type { Connection } from './connection/context.ts';
import { typedOptions } from './pasted-command.ts';

/** `doctor`: one step after another, each with advice where it fails. */
export const doctorCommand = defineCommand({
  description:
    'Checks the connection step by step, from the DNS lookup to the age of the newest event. A step\n' +
    'that fails says why, and which command to run next.\n' +
    'Exit code 0: the event log, the audits, or allocations and assets can be read; 4: the\n' +
    'credentials were refused; 3: another step failed.',
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
  const report = new DoctorReportBuilder((text) =>
    redactParts(redact(text, context.secrets), context.secrets),
  );
  const progress = await context.reporter.progress('checking the connection');
  let exitCode: number;
  try {
    exitCode = await examineServer(report, context);
  } finally {
    progress.stop();
  }
  const built = report.report();
  return {
    result: { kind: 'doctor', report: built },
    exitCode: built.healthy ? exitCodes.ok.code : exitCode,
  };
}

/** @returns the exit code for a report with a failed step */
async function examineServer(report: DoctorReportBuilder, context: Context): Promise<number> {
  const { deps, globals, open } = context;
  let connection: Connection;
  try {
    connection = await open();
  } catch (error) {
    const isStep = error instanceof KcEtlError && !(error instanceof UsageError);
    if (!isStep || deps.signal.aborted) throw error;
    const { kubectlOptions } = await import('./connection/kube.ts');
    const command = servicesCommand(kubectlOptions(globals));
    report.fail('target', { detail: error.message, hint: error.hint, command });
    return error.exitCode === exitCodes.auth.code ? error.exitCode : exitCodes.data.code;
  }
  const target = { ...connection, ...(await printedOptions(connection, context)) };
  return examine(report, target, {
    clock: deps.clock,
    signal: deps.signal,
    defaultTls: () =>
      setUpTls({ caFile: null, certFile: null, keyFile: null, insecure: false }, deps.env),
    openClient: (base) => clientOf(connection, context, { candidates: [base], retries: 1 }),
    timeout: globals.timeout,
    insecure: globals.insecureSkipTlsVerify,
  });
}

/** What the printed commands repeat of the options of this one. */
async function printedOptions(
  { tunnel }: Connection,
  { globals, cliOptions }: Context,
): Promise<Pick<DoctorTarget, 'typed' | 'kubeconfig' | 'kubectlOptions'>> {
  const { kubeconfig } = globals;
  const typed = typedOptions(cliOptions);
  if (tunnel === null) return { typed, kubeconfig, kubectlOptions: [] };
  const { kubectlOptions } = await import('./connection/kube.ts');
  return { typed, kubeconfig, kubectlOptions: kubectlOptions(globals) };
}
