import { eventLogFile } from './support/event-log-file.js';
import { serveFiles } from './support/file-server.js';
import { curlAndJq, inTurns, kcEtl, peakMemory } from './support/processes.js';

const memoryLimit = 300e6;

const selections = [
  { what: 'list', options: ['-o', 'ndjson'], jq: '.data | .allocation[], .asset[]' },
  {
    what: 'filter',
    options: ['-o', 'ndjson', '--kind', 'AssetSetTotaled'],
    jq: '.data | .allocation[], .asset[] | select(.kind | startswith("AssetSetTotaled"))',
  },
  {
    what: 'count',
    options: ['-o', 'json', '--limit', '0'],
    jq: '.data | .counters, ((.allocation | length) + (.asset | length))',
  },
  {
    what: 'cover',
    command: ['events', 'coverage'],
    options: ['-o', 'json', '--fail-on', 'never'],
    jq: '[.data | .allocation[], .asset[] | .metadata.window.start] | unique | length',
  },
];

/** Four million events, 650 MB. jq needs some 6 GB for them and most of the time here, so it runs once. */
export async function* rows() {
  const { folder, name } = await eventLogFile(4_000_000);
  const server = await serveFiles(folder);
  const base = `${server.url}/${name}/model`;
  try {
    for (const { what, command = ['events'], options, jq } of selections) {
      const events = kcEtl([...command, '--url', base, ...options]);
      const memory = await peakMemory(events);
      const peer = curlAndJq(`${base}/etl/log`, jq);
      const { ours, theirs } = await inTurns({ ours: events, theirs: peer }, 1);
      yield {
        what: `${what} 4,000,000 events`,
        peer: '`curl \\| jq -c`',
        ours,
        theirs,
        limit: 0.25,
        memory,
        memoryLimit,
      };
    }
  } finally {
    server.close();
  }
}
