import type { Connection } from '../commands/connection/connection.ts';
import { retryCommand, shellQuote } from '../commands/retry-command.ts';
import { LoginPageError } from '../kubecost/failure.ts';
import type { DoctorReportBuilder } from './report.ts';
import type { ProbeResult, Requester } from './requests.ts';

type Refused = Extract<ProbeResult<unknown>, { ok: false }>;

/** Small endpoints of which every product has at least one. */
const cheap = ['/clusterInfo', '/productConfigs', '/installInfo', '/healthz'] as const;

/**
 * The login, and where the API begins: the first place where anything answers.
 *
 * @returns null where nothing does; `status` is that of the failure that tells most
 */
export async function findApiBase(
  examination: DoctorReportBuilder,
  askers: readonly Requester[],
  connection: Connection,
): Promise<{ asker: Requester } | { asker: null; isLogin: boolean }> {
  const who =
    connection.credentials.length === 0
      ? 'no credentials were needed'
      : `${connection.credentials.map(({ source }) => source).join(', ')} taken`;
  let refused: Refused | null = null;
  for (const asker of askers) {
    for (const path of cheap.slice(0, 3)) {
      const answer = await asker.bare(path);
      if (answer.ok) {
        examination.pass('login', who);
        examination.pass('prefix', prefixText(asker.base, connection.base));
        examination.server = asker.base;
        return { asker };
      }
      if (refused === null || ranks(answer) > ranks(refused)) refused = answer;
      if (answer.telling === 'auth' || answer.telling === 'final') break;
    }
    const costs = await asker.data('/allocation', '?window=1h&aggregate=cluster&accumulate=true');
    if (!costs.ok) continue;
    examination.pass('login', who);
    examination.pass('prefix', prefixText(asker.base, connection.base));
    examination.server = asker.base;
    return { asker };
  }
  const isLogin = refused?.telling === 'auth';
  if (refused) explain(examination, refused, connection);
  return { asker: null, isLogin };
}

function prefixText(base: string, given: string): string {
  return base === given ? `at ${base}` : `at ${base} (/model was added)`;
}

const order: readonly Refused['telling'][] = [
  'missing',
  'page',
  'refused',
  'gateway',
  'auth',
  'final',
];

function ranks({ telling }: Refused): number {
  return order.indexOf(telling);
}

/** Which step a failure belongs to, and what to type. */
function explain(
  examination: DoctorReportBuilder,
  { error, telling, status }: Refused,
  { base, credentials }: Connection,
): void {
  const url = `--url ${shellQuote(base)}`;
  const finding = { detail: error.message, hint: error.hint };
  if (telling === 'auth') {
    const command =
      credentials.length === 0
        ? `KC_ETL_TOKEN=<token> ${retryCommand(url)}`
        : retryCommand(`${url} --token-file <file with a token that is valid>`);
    examination.fail('login', { ...finding, command });
  } else if (error instanceof LoginPageError || telling === 'refused') {
    const command =
      credentials.length === 0
        ? `KC_ETL_TOKEN=<token> ${retryCommand(url)}`
        : `KC_ETL_COOKIE=token=<jwt> ${retryCommand(url)}`;
    examination.fail('login', { ...finding, command });
  } else if (status === null && telling === 'final') {
    const onlyTls = /certificate|TLS/.test(error.message);
    examination.fail(onlyTls ? 'tls' : 'address', { ...finding, command: 'kc-etl doctor --kube' });
  } else if (/speaks HTTPS/.test(error.message)) {
    examination.fail('tls', { ...finding, command: retryCommand(url.replace('http:', 'https:')) });
  } else if (/client certificate/.test(error.message)) {
    examination.fail('tls', {
      ...finding,
      command: retryCommand(`${url} --cert <file.pem> --key <file.pem>`),
    });
  } else {
    examination.pass('login', 'not refused');
    examination.fail('prefix', { ...finding, command: elsewhere(base) });
  }
}

/** Another place to look at: the front end's own path, the port of the cost-model, the cluster. */
function elsewhere(base: string): string {
  const url = new URL(base);
  if (url.pathname.length > 1) return retryCommand(`--url ${shellQuote(url.origin)}`);
  return 'kc-etl doctor --kube';
}
