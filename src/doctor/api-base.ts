import { AuthError } from '../errors.ts';
import { ApiServerAuthError, ApiServerError } from '../kubecost/connection/kube/api-status.ts';
import { LoginPageError } from '../kubecost/failure.ts';
import { shellQuote } from '../shell-quote.ts';
import { clusterCosts } from './cluster-costs.ts';
import type { DoctorReportBuilder } from './report.ts';
import { type FailedProbe, gaveUp, type ProbeResult, type Requester } from './requests.ts';
import { doctorCommand, kubeCommand, loginCommand, servicesCommand } from './retry-command.ts';
import type { DoctorTarget } from './target.ts';

/** Small endpoints; every product has at least one of them. */
const smallEndpoints = ['/clusterInfo', '/productConfigs', '/installInfo'] as const;

/**
 * The login step and the prefix step: the first base path below which anything answers.
 *
 * @returns no requester where nothing answers; `isLogin` then says whether credentials were refused
 */
export async function findApiBase(
  report: DoctorReportBuilder,
  requesters: readonly Requester[],
  target: DoctorTarget,
): Promise<{ requester: Requester } | { requester: null; isLogin: boolean }> {
  let failure: FailedProbe | null = null;
  for (const requester of requesters) {
    const result = await firstAnswer(requester);
    if (result.ok) {
      passLogin(report, requester, target);
      return { requester };
    }
    if (failure === null || rankOf(result) > rankOf(failure)) failure = result;
    if (gaveUp(result)) break;
  }
  if (failure) failStep(report, failure, target);
  return {
    requester: null,
    isLogin: failure?.specificity === 'auth' || failure?.error instanceof AuthError,
  };
}

/** The first response of a small endpoint or of `/allocation`; else the most specific failure. */
async function firstAnswer(requester: Requester): Promise<ProbeResult<unknown>> {
  let failure: FailedProbe | null = null;
  for (const path of smallEndpoints) {
    const result = await requester.unwrapped(path);
    if (result.ok) return result;
    if (failure === null || rankOf(result) > rankOf(failure)) failure = result;
    if (gaveUp(result)) return result;
    if (result.specificity === 'auth' || result.specificity === 'final') break;
  }
  const costs = await clusterCosts(requester, '1h');
  return costs.ok || failure === null ? costs : failure;
}

function passLogin(report: DoctorReportBuilder, { base }: Requester, target: DoctorTarget): void {
  const sources = target.credentials.map(({ source }) => source).join(', ');
  report.pass('login', sources === '' ? 'no credentials required' : `${sources} accepted`);
  // behind a tunnel the address of requests is of no use outside of this command
  const server = target.tunnel ? `${target.address}${base.slice(target.base.length)}` : base;
  report.pass('prefix', base === target.base ? `at ${server}` : `at ${server} (/model was added)`);
  report.server = server;
}

/** From the least to the most specific. */
const ranking: readonly FailedProbe['specificity'][] = [
  'missing',
  'page',
  'refused',
  'gateway',
  'auth',
  'final',
];

function rankOf({ specificity }: FailedProbe): number {
  return ranking.indexOf(specificity);
}

const clientCertificate = '--cert <file.pem> --key <file.pem>';

/** Fails the step that a failure belongs to, with the command to try next. */
function failStep(
  report: DoctorReportBuilder,
  { error, specificity, status }: FailedProbe,
  target: DoctorTarget,
): void {
  const { credentials, options } = target;
  const problem = { detail: error.message, hint: error.hint };
  const withToken = loginCommand(target, 'KC_ETL_TOKEN=<token>');
  const isAnonymous = credentials.length === 0;
  if (error instanceof ApiServerAuthError || error instanceof ApiServerError) {
    report.fail('address', { ...problem, command: error.command });
  } else if (specificity === 'auth') {
    const command = isAnonymous
      ? withToken
      : loginCommand(target, '--token-file <file with a valid token>');
    report.fail('login', { ...problem, command });
  } else if (error instanceof LoginPageError || specificity === 'refused') {
    const command = isAnonymous ? withToken : loginCommand(target, 'KC_ETL_COOKIE=token=<jwt>');
    report.fail('login', { ...problem, command });
  } else if (/client certificate/.test(error.message)) {
    const command = doctorCommand(target, { extra: clientCertificate });
    report.fail('tls', { ...problem, command });
  } else if (status === 511) {
    report.fail('address', { ...problem, command: doctorCommand(target) });
  } else if (status === null && specificity === 'final') {
    const step = /certificate|TLS/.test(error.message) ? 'tls' : 'address';
    report.fail(step, {
      ...problem,
      command: target.tunnel ? doctorCommand(target) : kubeCommand(target),
    });
  } else if (/speaks HTTPS/.test(error.message)) {
    const server = options.replace('http:', 'https:');
    report.fail('tls', { ...problem, command: doctorCommand(target, { server }) });
  } else {
    report.pass('login', 'not refused');
    report.fail('prefix', { ...problem, command: alternative(target) });
  }
}

/** The command without the path, or through the cluster where there is no path. */
function alternative(target: DoctorTarget): string {
  if (target.tunnel) return servicesCommand(target.kubectlOptions);
  const { origin, pathname } = new URL(target.base);
  if (pathname.length <= 1) return kubeCommand(target);
  return doctorCommand(target, { server: `--url ${shellQuote(origin)}` });
}
