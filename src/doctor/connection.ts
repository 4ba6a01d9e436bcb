import {
  inspectTls,
  lookUpName,
  type Probed,
  reachPort,
  type TlsFound,
} from '../kubecost/connection/probe.ts';
import { shellQuote } from '../shell-quote.ts';
import { day } from '../time.ts';
import type { DoctorReportBuilder } from './report.ts';
import { doctorCommand, kubeCommand } from './retry-command.ts';
import type { DoctorDeps, DoctorTarget } from './target.ts';

const maxTimeout = 10_000;

/**
 * The steps before the first request: target, DNS, address, TLS.
 *
 * @returns whether requests can be sent
 */
export async function checkConnection(
  report: DoctorReportBuilder,
  target: DoctorTarget,
  deps: DoctorDeps,
): Promise<boolean> {
  const { base, address, tunnel, through, source } = target;
  const { proxy, tls } = target.transport;
  const url = new URL(base);
  const timeout = Math.min(deps.timeout ?? maxTimeout, maxTimeout);
  const connection = through ?? (source === null ? 'direct' : `from ${source}`);
  const via = proxy ? `, through the proxy ${proxy.host}` : '';
  report.pass('target', `${tunnel ? address : base}, ${connection}${via}`);
  if (tunnel) {
    for (const step of ['dns', 'address', 'tls'] as const) {
      report.skip(step, 'kubectl makes the connection');
    }
    return true;
  }
  const isEncrypted = url.protocol === 'https:';
  if (proxy) {
    report.skip('dns', 'resolved by the proxy');
    report.skip('address', 'the proxy opens the connection');
    report.skip('tls', isEncrypted ? 'checked by the first request' : 'plain HTTP');
    return true;
  }
  if (!(await checkDns(report, target, timeout))) return false;
  if (!(await checkPort(report, target, timeout))) return false;
  if (isEncrypted) {
    const probed = await inspectTls(url, tls ?? (await deps.defaultTls()), timeout);
    return checkTls(report, { target, probed }, deps);
  }
  report.skip('tls', 'plain HTTP');
  return true;
}

async function checkDns(
  report: DoctorReportBuilder,
  target: DoctorTarget,
  timeout: number,
): Promise<boolean> {
  const url = new URL(target.base);
  if (/^[\d.]+$|^\[/.test(url.hostname)) {
    report.skip('dns', `${url.hostname} is an IP address`);
    return true;
  }
  const probed = await lookUpName(url, timeout);
  if (probed.ok) {
    report.pass('dns', `${url.hostname} resolves to ${probed.found}`);
    return true;
  }
  report.fail('dns', {
    detail: probed.error.message,
    hint: probed.error.hint,
    command: kubeCommand(target),
  });
  return false;
}

/** Default ports of Kubecost and OpenCost. */
const defaultPorts = ['9090', '9003'] as const;

async function checkPort(
  report: DoctorReportBuilder,
  target: DoctorTarget,
  timeout: number,
): Promise<boolean> {
  const url = new URL(target.base);
  const probed = await reachPort(url, timeout);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (probed.ok) {
    report.pass('address', `port ${port} is open`);
    return true;
  }
  let open: URL | undefined;
  for (const candidate of defaultPorts) {
    const other = new URL(url);
    other.port = candidate;
    if (candidate !== port && (await reachPort(other, 1_000)).ok) open ??= other;
  }
  report.fail('address', {
    detail: probed.error.message,
    hint: open ? `port ${open.port} is open` : probed.error.hint,
    command: open
      ? doctorCommand(target, { server: `--url ${shellQuote(open.origin)}` })
      : kubeCommand(target),
  });
  return false;
}

function checkTls(
  report: DoctorReportBuilder,
  { target, probed }: { readonly target: DoctorTarget; readonly probed: Probed<TlsFound> },
  { clock, insecure }: Pick<DoctorDeps, 'clock' | 'insecure'>,
): boolean {
  if (!probed.ok) {
    const { error, code } = probed;
    report.fail('tls', {
      detail: error.message,
      hint: error.hint,
      command: tlsCommand(code, target),
    });
    return false;
  }
  const { protocol, subject, until } = probed.found;
  const expires = new Date(until).toISOString().slice(0, 10);
  const detail = `${protocol}, certificate of ${subject}, valid until ${expires}`;
  if (insecure) report.warn('tls', { detail: `${detail}, not verified` });
  else if (until - clock.now() < 14 * day) {
    report.warn('tls', { detail, hint: 'the certificate expires soon; renew it' });
  } else report.pass('tls', detail);
  return true;
}

function tlsCommand(code: string, target: DoctorTarget): string {
  if (/SELF_SIGNED|UNABLE_TO/.test(code)) {
    return doctorCommand(target, { extra: '--ca-file <authority.pem>' });
  }
  if (/WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST/.test(code)) {
    return doctorCommand(target, { server: target.options.replace('https:', 'http:') });
  }
  if (/ALERT/.test(code)) {
    return doctorCommand(target, { extra: '--cert <file.pem> --key <file.pem>' });
  }
  return doctorCommand(target, { extra: '--insecure-skip-tls-verify' });
}
