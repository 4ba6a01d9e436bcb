import { copyFile, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dataFolder } from './support/event-log-file.js';
import { serveFiles } from './support/file-server.js';
import { fastestInTurns, kcEtl, node } from './support/processes.js';

/** Runs of each command; the fastest counts, since the machine only ever adds to the time. */
const rounds = 31;

/** Largest time of a command, as a multiple of the time that Node takes to do nothing. */
const commands = [
  { what: '`--version`', words: ['--version'], limit: 1.15 },
  { what: '`--help`', words: ['--help'], limit: 1.35 },
  {
    what: '`events -o json`, six events',
    words: ['events', '-o', 'json'],
    file: 'etl-log.json',
    limit: 2.7,
  },
  { what: '`events`, the same as a table', words: ['events'], file: 'etl-log.json', limit: 2.9 },
  {
    what: '`audit list`, twelve audits',
    words: ['audit', 'list'],
    file: 'etl-audit.json',
    limit: 3.3,
  },
];

export async function* rows() {
  await mkdir(dataFolder, { recursive: true });
  for (const file of ['etl-log.json', 'etl-audit.json']) {
    await copyFile(
      fileURLToPath(new URL(`../fixtures/${file}`, import.meta.url)),
      `${dataFolder}${file}`,
    );
  }
  const server = await serveFiles(dataFolder);
  try {
    for (const { what, words, file, limit } of commands) {
      const address = file ? ['--url', `${server.url}/${file}/model`] : [];
      const measured = { ours: kcEtl([...words, ...address]), theirs: node(['-e', '0']) };
      const { ours, theirs } = await fastestInTurns(measured, rounds);
      yield { what, peer: '`node -e 0`', ours, theirs, limit };
    }
  } finally {
    server.close();
  }
}
