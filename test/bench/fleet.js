import { serveFleet } from './support/fleet-server.js';
import { curlAndJq, inTurns, kcEtl, peakMemory } from './support/processes.js';

const [clusters, days] = [500, 90];
/** Of a whole run, per server. */
const maxRequests = 90;
const maxBytes = 170e6;
const memoryLimit = 250e6;

/** 500 clusters over 90 days, as one server answers them. The peer reads the same months with jq. */
export async function* rows() {
  const server = await serveFleet(clusters);
  try {
    const ours = kcEtl([
      'fleet',
      '--url',
      server.url,
      '--window',
      `${days}d settled`,
      '-o',
      'json',
    ]);
    const memory = await peakMemory(ours);
    const { requests, bytes, months } = server.taken();
    const theirs = curlAndJq(
      `${server.url}/model/allocation?window=[1-${months.length}]`,
      '[.data[] | keys[]] | group_by(.) | map({ (.[0]): length }) | add | length',
    );
    const seconds = await inTurns({ ours, theirs }, 1);
    if (requests > maxRequests || bytes > maxBytes) {
      throw new Error(`fleet made ${requests} requests for ${bytes} bytes`);
    }
    yield {
      what: `\`fleet\`, ${clusters} clusters, ${days} days: ${requests} requests, ${Math.round(bytes / 1e6)} MB`,
      peer: '`curl \\| jq -c`',
      ...seconds,
      limit: 1,
      memory,
      memoryLimit,
    };
  } finally {
    server.close();
  }
}
