import type { ServerResponse } from 'node:http';
import { parseFault } from '../../src/demo/fault-option.ts';
import { startDemo } from '../../src/demo/server.ts';
import type { ProductVariantName } from '../../src/demo/variants.ts';
import type { AuditReport } from '../../src/diagnosis/report.ts';
import { type Ran, ran, TestClock, testDeps } from './deps.ts';
import { type Request, serve, type TestServer } from './server.ts';

export const now = '2026-03-11T12:00:00Z';
export const window = '2026-03-06,2026-03-09';
/** The middle one of the windows; one that is evaluated in full. */
export const day = '2026-03-07';

/** An answer as it came. */
export interface RecordedAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Every answer of a local run, by the path and query that it was asked with. */
export type Recording = ReadonlyMap<string, RecordedAnswer>;

export interface Audited extends Ran {
  readonly report: AuditReport | null;
}

/** One local run against an address, its report parsed. */
export async function audited(url: string, ...argv: readonly string[]): Promise<Audited> {
  const deps = testDeps({ clock: new TestClock(now) });
  const run = ['audit', 'run', '--url', url, '--engine', 'local', '-o', 'json'];
  const windowed = argv.includes('--window') ? [] : ['--window', window];
  const result = await ran([...run, ...windowed, ...argv], deps);
  const report = result.stdout === '' ? null : (JSON.parse(result.stdout) as AuditReport);
  return { ...result, report };
}

/** What the embedded Kubecost answers to a run with these options. */
export async function recorded(
  as: ProductVariantName,
  {
    faults = [],
    argv = [],
    size = { clusters: 2, nodes: 4, pods: 12 },
  }: {
    readonly faults?: readonly string[];
    readonly argv?: readonly string[];
    readonly size?: { readonly clusters: number; readonly nodes: number; readonly pods: number };
  } = {},
): Promise<Recording> {
  const clock = { now: () => Date.parse(now), sleep: async () => {} };
  const options = { ...size, seed: 3, days: 10, as, faults: faults.map(parseFault), port: 0 };
  const demo = await startDemo(options, { clock });
  const answers = new Map<string, RecordedAnswer>();
  await using recorder = await serve({
    '*': async (request, response) => {
      const answer = await fetch(`${demo.url}${keyOf(request)}`);
      const type = answer.headers.get('content-type') ?? '';
      const { status } = answer;
      const body = await answer.text();
      answers.set(keyOf(request), { status, type, body });
      response.writeHead(status, { 'content-type': type }).end(body);
    },
  });
  await audited(recorder.url, ...argv);
  await demo.close();
  return answers;
}

function keyOf({ path, query }: Request): string {
  const search = query.toString();
  return search === '' ? path : `${path}?${search}`;
}

/** The kind of data of the local engine that a request is for: `assets`, `allocations by cluster`. */
export function requestKindOf({ path, query }: Pick<Request, 'path' | 'query'>): string {
  const endpoint = path.replace(/^\/model/, '');
  const aggregate = query.get('aggregate');
  if (endpoint === '/assets') return aggregate === null ? 'assets' : `assets by ${aggregate}`;
  if (endpoint === '/cloudCost') return 'bills';
  if (endpoint === '/assets/topline') return 'topline';
  if (endpoint === '/allocation/summary') return 'summary';
  if (endpoint !== '/allocation') return endpoint;
  if (aggregate === null) return 'allocations';
  if (query.get('idle') === 'true') return aggregate === 'cluster' ? 'clusters' : 'idle';
  return `allocations by ${aggregate}`;
}

/** Whether a request is about the day that a test damages. */
export function isOf(on: string, { query }: Pick<Request, 'query'>): boolean {
  return query.get('window')?.startsWith(on) ?? false;
}

export type Send = (
  answer: RecordedAnswer,
  request: Request,
  response: ServerResponse,
) => void | Promise<void>;

/** A server that gives recorded answers, in a way of its own. */
export function replay(recording: Recording, send: Send = sendWhole): Promise<TestServer> {
  const missing = { status: 404, type: 'text/plain', body: '404 page not found\n' };
  return serve({
    '*': (request, response) => send(recording.get(keyOf(request)) ?? missing, request, response),
  });
}

export function sendWhole(
  { status, type, body }: RecordedAnswer,
  _request: Request,
  response: ServerResponse,
): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

/** A server whose responses to one kind of request, on one day, are rewritten. */
export function replayChanged(
  recording: Recording,
  kind: string,
  change: (body: string) => string | Uint8Array,
  on = day,
): Promise<TestServer> {
  return replay(recording, (answer, request, response) => {
    const other = requestKindOf(request) !== kind || !isOf(on, request);
    if (other || answer.status !== 200) {
      sendWhole(answer, request, response);
      return;
    }
    response.writeHead(answer.status, { 'content-type': answer.type }).end(change(answer.body));
  });
}
