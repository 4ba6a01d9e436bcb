import { serveFiles } from './support/file-server.js';
import { curlAndJq, inTurns, kcEtl, peakMemory } from './support/processes.js';
import { statusFile } from './support/status-file.js';

const memoryLimit = 250e6;

/** A million files in an answer of `/etl/status`, 170 MB. jq only counts them. */
export async function* rows() {
  const { folder, name } = await statusFile(1_000_000);
  const server = await serveFiles(folder);
  const base = `${server.url}/${name}/model`;
  try {
    const ours = kcEtl(['events', 'coverage', '--url', base, '-o', 'json', '--fail-on', 'never']);
    const theirs = curlAndJq(`${base}/etl/status`, '[.data[][][].backup.files[].name] | length');
    const memory = await peakMemory(ours);
    const seconds = await inTurns({ ours, theirs }, 1);
    yield {
      what: '`events coverage`, 1,000,000 files',
      peer: '`curl \\| jq -c`',
      ...seconds,
      limit: 2,
      memory,
      memoryLimit,
    };
  } finally {
    server.close();
  }
}
