import type { Context } from '../commands/command.ts';
import type { Connection } from '../commands/connection/connection.ts';
import { retryCommand, shellQuote } from '../commands/retry-command.ts';
import type { Probed } from '../kubecost/connection/probe.ts';
import { inspectTls, lookUpName, reachPort, type TlsFound } from '../kubecost/connection/probe.ts';
import { setUpTls, type TlsSetup } from '../kubecost/connection/tls.ts';
import type { DoctorReportBuilder } from './report.ts';

const day = 24 * 60 * 60_000;
const shortestTimeout = 10_000;

/**
 * The steps before the first request: name, address, TLS.
 *
 * @returns whether a request makes sense
 */
export async function checkConnection(
  examination: DoctorReportBuilder,
  connection: Connection,
  { deps, globals }: Context,
): Promise<boolean> {
  const url = new URL(connection.base);
  const timeout = Math.min(globals.timeout ?? shortestTimeout, shortestTimeout);
  const { proxy, tls } = connection.transport;
  const way = connection.through ?? `from ${connection.source ?? 'nowhere'}`;
  const via = proxy ? ` through the proxy ${proxy.host}` : '';
  examination.pass('way', `${connection.base}, ${way}${via}`);
  if (proxy) {
    examination.skip('name', 'the proxy looks it up');
    examination.skip('address', 'the proxy makes the connection');
    examination.skip('tls', url.protocol === 'https:' ? 'seen at the first request' : 'plain HTTP');
    return true;
  }
  return (
    (await examineName(examination, url)) &&
    (await examineAddress(examination, url, timeout)) &&
    (url.protocol === 'https:'
      ? examineTls(
          examination,
          url,
          await inspectTls(url, tls ?? (await defaultTls(deps.env)), timeout),
          { now: deps.clock.now(), insecure: globals.insecureSkipTlsVerify },
        )
      : plain(examination))
  );
}

function defaultTls(env: Context['deps']['env']): Promise<TlsSetup> {
  return setUpTls({ caFile: null, certFile: null, keyFile: null, insecure: false }, env);
}

function plain(examination: DoctorReportBuilder): true {
  examination.skip('tls', 'plain HTTP');
  return true;
}

async function examineName(examination: DoctorReportBuilder, url: URL): Promise<boolean> {
  if (/^[\d.]+$|^\[/.test(url.hostname)) {
    examination.skip('name', `${url.hostname} is an address`);
    return true;
  }
  const probed = await lookUpName(url);
  if (probed.ok) {
    examination.pass('name', `${url.hostname} is ${probed.found}`);
    return true;
  }
  examination.fail('name', {
    detail: probed.error.message,
    hint: probed.error.hint,
    command: 'kc-etl doctor --kube',
  });
  return false;
}

/** Ports under which Kubecost and OpenCost are usually reached. */
const usualPorts = ['9090', '9003'] as const;

async function examineAddress(
  examination: DoctorReportBuilder,
  url: URL,
  timeout: number,
): Promise<boolean> {
  const probed = await reachPort(url, timeout);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (probed.ok) {
    examination.pass('address', `port ${port} is open`);
    return true;
  }
  let open: URL | undefined;
  for (const usual of usualPorts) {
    const other = new URL(url);
    other.port = usual;
    if (usual !== port && (await reachPort(other, 1_000)).ok) open ??= other;
  }
  examination.fail('address', {
    detail: probed.error.message,
    hint: open ? `something listens at port ${open.port}` : probed.error.hint,
    command: open ? retryCommand(`--url ${shellQuote(open.origin)}`) : 'kc-etl doctor --kube',
  });
  return false;
}

function examineTls(
  examination: DoctorReportBuilder,
  url: URL,
  probed: Probed<TlsFound>,
  { now, insecure }: { now: number; insecure: boolean },
): boolean {
  if (!probed.ok) {
    const { error, code } = probed;
    examination.fail('tls', {
      detail: error.message,
      hint: error.hint,
      command: tlsCommand(code, url),
    });
    return false;
  }
  const { protocol, subject, until } = probed.found;
  const expires = new Date(until).toISOString().slice(0, 10);
  const detail = `${protocol}, certificate of ${subject} until ${expires}`;
  if (insecure) examination.warn('tls', { detail: `${detail}, not verified` });
  else if (until - now < 14 * day) {
    examination.warn('tls', { detail, hint: 'the certificate expires soon: renew it' });
  } else examination.pass('tls', detail);
  return true;
}

function tlsCommand(code: string, url: URL): string {
  const address = `--url ${shellQuote(`${url.origin}${url.pathname}`.replace(/\/$/, ''))}`;
  if (/SELF_SIGNED|UNABLE_TO/.test(code))
    return retryCommand(`${address} --ca-file <authority.pem>`);
  if (/WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST/.test(code)) {
    return retryCommand(address.replace('https:', 'http:'));
  }
  if (/ALERT/.test(code)) return retryCommand(`${address} --cert <file.pem> --key <file.pem>`);
  return retryCommand(`${address} --insecure-skip-tls-verify`);
}
