import { type AuditType, auditTypes, serverAuditTypes } from '../../src/audits/types.ts';
import type { TestClock } from './deps.ts';
import { type Request, serve, type TestServer } from './server.ts';

interface AuditServerOptions {
  /** Moved by the sleeps of the client; the server's own clock is `ahead` of it. */
  readonly clock: TestClock;
  readonly ahead?: number;
  /** How long after the request an audit runs, in ms; null: never. */
  readonly takes?: (type: AuditType) => number | null;
  /** What a run finds: the delta of cluster-one. */
  readonly delta?: number;
  /** Does something else with a request; true when it has answered. */
  readonly intercept?: (request: Request, response: Parameters<Handler>[1]) => boolean;
}

type Handler = Parameters<typeof serve>[0][string];

const days = ['2023-01-15', '2023-01-16', '2023-01-17'];
const long = '2023-01-17T21:13:44.012261384Z';

/** A server whose audits run some time after they were asked for, by its own clock. */
export function serveAudits(options: AuditServerOptions): Promise<TestServer> {
  const { clock, ahead = 0, takes = () => 2_500, delta = 0, intercept } = options;
  const runs = new Map<AuditType, number>();
  const now = () => clock.now() + ahead;
  const handler: Handler = (request, response) => {
    response.setHeader('date', new Date(now()).toUTCString());
    if (intercept?.(request, response)) return;
    const send = (data: unknown) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ code: 200, data }));
    if (request.method === 'GET') return send(days.map((date) => setOf(date)));
    const type = request.query.get('type') as AuditType | null; // the tests send only real types
    for (const one of type ? [type] : serverAuditTypes) {
      const pause = takes(one);
      if (pause !== null) runs.set(one, now() + pause);
    }
    send(
      `Running audit over window: [2023-01-15T00:00:00+0000, 2023-01-17T00:00:00+0000) for ${type ?? 'all audit types'}`,
    );
  };
  const setOf = (date: string) => {
    const start = Date.parse(date);
    const window = { start: isoSecond(start), end: isoSecond(start + 86_400_000) };
    const results = serverAuditTypes.map((type) => {
      const at = runs.get(type);
      const hasRun = at !== undefined && at <= now() && date !== '2023-01-17';
      const isOff = hasRun && type === 'AuditClusterEquality' && delta !== 0;
      const Clusters = isOff ? { 'cluster-one': { Expected: 10, Actual: 10 + delta } } : {};
      const Status = isOff ? 'Failed' : 'Passed';
      const LastRun = hasRun ? `${new Date(at).toISOString().slice(0, -1)}123Z` : long;
      return [
        auditTypes[type].field,
        { Status, Description: '', LastRun, Clusters, MissingValues: null },
      ];
    });
    return { ...Object.fromEntries(results), window };
  };
  return serve({ '/model/etl/audit': handler });
}

function isoSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
