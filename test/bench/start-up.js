import { copyFile, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dataFolder } from './support/event-log-file.js';
import { serveFiles } from './support/file-server.js';
import { inTurns, kcEtl, node } from './support/processes.js';

const rounds = 21;

export async function* rows() {
  const bare = node(['-e', '0']);
  for (const option of ['--version', '--help']) {
    const { ours, theirs } = await inTurns({ ours: kcEtl([option]), theirs: bare }, rounds);
    yield { what: `\`${option}\``, peer: '`node -e 0`', ours, theirs, limit: 1.7 };
  }
  await mkdir(dataFolder, { recursive: true });
  const sixEvents = fileURLToPath(new URL('../fixtures/etl-log.json', import.meta.url));
  await copyFile(sixEvents, `${dataFolder}six-events.json`);
  const server = await serveFiles(dataFolder);
  try {
    const events = kcEtl(['events', '--url', `${server.url}/six-events.json/model`]);
    const { ours, theirs } = await inTurns({ ours: events, theirs: bare }, rounds);
    yield { what: '`events`, six of them', peer: '`node -e 0`', ours, theirs, limit: 5.5 };
  } finally {
    server.close();
  }
}
