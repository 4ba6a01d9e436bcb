import { eventLogFile } from './support/event-log-file.js';
import { serveFiles } from './support/file-server.js';
import {
  assertAsManyLines,
  curlAndJq,
  downloadAndParse,
  inTurns,
  kcEtl,
  peakMemory,
} from './support/processes.js';

const rounds = 5;
const memoryLimit = 300e6;

const selections = [
  {
    what: '`events -o ndjson`, 400,000 of them',
    options: ['-o', 'ndjson'],
    jq: '.data | .allocation[], .asset[]',
    limit: 1.5,
  },
  {
    what: '`events --limit 50` of 400,000',
    options: ['--limit', '50'],
    jq: '[.data | .allocation[], .asset[]] | sort_by(.time)[-50:][]',
    limit: 1.3,
  },
];

export async function* rows() {
  const { folder, name } = await eventLogFile(400_000);
  const server = await serveFiles(folder);
  const base = `${server.url}/${name}/model`;
  const body = `${base}/etl/log`;
  try {
    for (const { what, options, jq, limit } of selections) {
      const events = kcEtl(['events', '--url', base, ...options]);
      const filtered = curlAndJq(body, jq);
      await assertAsManyLines(
        kcEtl(['events', '--url', base, '-o', 'ndjson', ...options]),
        filtered,
      );
      const memory = await peakMemory(events);
      const times = await inTurns(
        { ours: events, node: downloadAndParse(body), jq: filtered },
        rounds,
      );
      const { ours } = times;
      yield {
        what,
        peer: 'download and `JSON.parse`',
        ours,
        theirs: times.node,
        limit,
        memory,
        memoryLimit,
      };
      yield { what, peer: '`curl \\| jq -c`', ours, theirs: times.jq, limit: 0.5 };
    }
  } finally {
    server.close();
  }
}
