import { createServer } from 'node:http';

const day = 86_400_000;

/**
 * A Kubecost 2 that has every cluster on every day, with what was asked of it. A window of `1`, `2`, …
 * is the one that was asked for as the first, second, … month.
 *
 * @param {number} clusters
 */
export async function serveFleet(clusters) {
  /** @type {Map<string, Buffer>} */
  const bodies = new Map();
  /** @type {{ requests: number, bytes: number, months: string[] }} */
  const taken = { requests: 0, bytes: 0, months: [] };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    taken.requests++;
    response.writeHead(200, { 'content-type': 'application/json' });
    let body = Buffer.from('{"chartVersion":"2.4.3"}');
    if (url.pathname === '/model/allocation') {
      const asked = url.searchParams.get('window') ?? '';
      const window = /^\d+$/.test(asked) ? (taken.months[Number(asked) - 1] ?? '') : asked;
      if (window === asked) taken.months.push(window);
      // made once: both sides are to be measured, not this
      body = bodies.get(window) ?? monthOf(window, clusters);
      bodies.set(window, body);
    }
    taken.bytes += body.length;
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    /** What was asked until now. */
    taken: () => ({ ...taken, months: [...taken.months] }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * @param {string} window
 * @param {number} clusters
 */
function monthOf(window, clusters) {
  const [start = '', end = ''] = window.split(',');
  const sets = [];
  for (let at = Date.parse(start); at < Date.parse(end); at += day) {
    const rows = Array.from({ length: clusters }, (_, i) => row(`cluster-${i}`, at));
    sets.push(`{${rows.join(',')}}`);
  }
  return Buffer.from(`{"code":200,"data":[${sets.join(',')}]}`);
}

/** Fields of an aggregated allocation with its volumes, about 2 kB. */
const costs = ['cpu', 'gpu', 'ram', 'pv', 'network', 'loadBalancer'];

/**
 * @param {string} name
 * @param {number} at
 */
function row(name, at) {
  const time = (/** @type {number} */ ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const window = { start: time(at), end: time(at + day) };
  const numbers = Object.fromEntries(
    costs.flatMap((cost, i) => [
      [`${cost}Cost`, 12.34567 + i],
      [`${cost}CostAdjustment`, -0.12345],
      [`${cost}Efficiency`, 0.54321],
    ]),
  );
  const pvs = Object.fromEntries(
    Array.from({ length: 8 }, (_, i) => [
      `cluster=${name}:name=pvc-b1f3a73e-1393-45ef-8561-00000000000${i}`,
      { byteHours: 6442450944000, cost: 0.6575342465753425, providerID: `vol-${i}`, adjustment: 0 },
    ]),
  );
  const fields = {
    name,
    properties: { cluster: name },
    window,
    ...window,
    minutes: 1440,
    cpuCoreHours: 291.59104,
    ramByteHours: 705006561604.705,
    ...numbers,
    pvs,
    totalCost: 68.12345,
  };
  return `${JSON.stringify(name)}:${JSON.stringify(fields)}`;
}
