import { z } from 'zod';
import { holdsConfig } from '../kubecost/connection/canonical-path.ts';
import { readablePath } from '../kubecost/connection/readable-paths.ts';
import { Failure } from '../kubecost/failure.ts';
import { checkedJson } from '../kubecost/json/checked.ts';
import { noProblems } from '../kubecost/json/server-problems.ts';
import { JsonSyntaxError } from '../kubecost/json/syntax-error.ts';
import { withoutSecrets } from '../kubecost/record/cleaning.ts';
import type { ApiResponse } from '../kubecost/response.ts';
import { checkEnvelope, readData } from '../kubecost/response-data.ts';
import { textOf } from '../kubecost/utf8.ts';
import { outgoing } from '../output/outgoing.ts';
import { type Context, defineCommand } from './command.ts';

/** `api`: one GET, as it comes. */
export const apiCommand = defineCommand({
  description:
    'Sends one GET with the address and credentials of every other command, and prints the body as\n' +
    'received. Paths that change the server (repair, rebuild, commit=true, …) are refused, and those\n' +
    'whose responses contain secrets.',
  examples: [
    "kc-etl api '/etl/log?window=7d' | jq .data.counters",
    "kc-etl api '/allocation?window=yesterday&aggregate=namespace'",
    'kc-etl api /metrics | grep kubecost_etl',
  ],
  options: {},
  prints: 'text',
  async run(_options, context, [text = '']) {
    const { path, query } = readablePath(text);
    const client = await context.connect();
    const pathWithQuery = query.size === 0 ? path : `${path}?${query}`;
    await client.get(
      pathWithQuery,
      {},
      (answer) => {
        // the server decides where a redirect leads
        const read = [path, answer.url.pathname].some(holdsConfig) ? writeWithoutConfig : writeBody;
        return read(answer, context);
      },
      'text',
    );
    return null;
  },
});

/** So much is kept back until it is known that the response is no error in an envelope. */
const maxBuffered = 64 * 1024;

async function writeBody(answer: ApiResponse, { deps, secrets }: Context): Promise<void> {
  const safe = safeBody(deps.env);
  let buffered: string | null = '';
  try {
    const body = withoutSecrets(checkedJson(answer.body, answer.isJson), secrets);
    for await (const chunk of textOf(body, answer)) {
      const text = safe(chunk);
      if (buffered === null) {
        if (!(await deps.io.stdout.write(text))) return;
        continue;
      }
      buffered += text;
      if (buffered.length < maxBuffered) continue;
      refuseError(buffered, answer.url);
      await deps.io.stdout.write(buffered);
      buffered = null;
    }
  } catch (error) {
    // somebody who looks for the fault in it wants to see the body
    if (error instanceof JsonSyntaxError && buffered !== null) await deps.io.stdout.write(buffered);
    // what was written cannot be taken back, so the request must not be sent again
    throw buffered === null && error instanceof Failure ? error.error : error;
  }
  if (buffered !== null) refuseError(buffered, answer.url);
  await deps.io.stdout.write(buffered ?? '');
}

/** A body that cannot control the terminal or GitHub Actions; JSON keeps its values. */
function safeBody(env: Context['deps']['env']): (text: string) => string {
  let clean: ((text: string) => string) | null = null;
  return (text) => {
    if (text === '') return '';
    clean ??= outgoing(/^\s*[[{]/.test(text) ? 'json' : 'table', env['GITHUB_ACTIONS'] === 'true');
    return clean(text);
  };
}

/** Errors come under HTTP status 200, too: `{"code":500,"message":"…"}`. */
function refuseError(text: string, url: URL): void {
  const code = Number(/^\s*\{\s*"code"\s*:\s*(\d+)/.exec(text)?.[1] ?? 200);
  const message = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  if (code < 400) return;
  checkEnvelope(
    {
      code,
      status: null,
      message: message === undefined ? null : String(JSON.parse(message)),
      warning: null,
      problems: noProblems(),
      data: null,
      hasRows: false,
      hasData: false,
    },
    { url },
  );
}

/** The endpoint also tells how the cloud accounts are reached; that may hold their credentials. */
async function writeWithoutConfig(answer: ApiResponse, { deps }: Context): Promise<void> {
  const data = await readData(answer, z.unknown());
  const text = JSON.stringify({ code: 200, data }, (key, value: unknown) =>
    /^config$/i.test(key) ? undefined : value,
  );
  await deps.io.stdout.write(safeBody(deps.env)(`${text}\n`));
}
