import { copyFile, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { dataFolder } from './support/event-log-file.js';
import { serveFiles } from './support/file-server.js';
import { otherNodes, unpackTarball } from './support/installed.js';
import { fastestInTurns, kcEtl, node } from './support/processes.js';

/** Runs of each command; the fastest counts, since the machine only ever adds to the time. */
const rounds = 31;

/**
 * Largest time of a command, as a multiple of the time that Node takes to do nothing: from a clone, installed
 * from a tarball, and installed without compiled code, as in the first run or where the home is read-only.
 */
const commands = [
  { what: '`--version`', words: ['--version'], limit: 1.15 },
  { what: '`--help`', words: ['--help'], limit: 1.35 },
  {
    what: '`events -o json`, six events',
    words: ['events', '-o', 'json'],
    file: 'etl-log.json',
    limit: 2.7,
    withoutCode: 3.5,
  },
  {
    what: '`events`, the same as a table',
    words: ['events'],
    file: 'etl-log.json',
    limit: 2.9,
    withoutCode: 4.0,
  },
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
  const { program, remove } = unpackTarball();
  const bare = { peer: '`node -e 0`', theirs: node(['-e', '0']) };
  try {
    for (const { what, words, file, limit, withoutCode } of commands) {
      const asked = [...words, ...(file ? ['--url', `${server.url}/${file}/model`] : [])];
      yield measured({ what, ...bare, ours: kcEtl(asked), limit });
      const ours = node([program, ...asked]);
      yield measured({ what: `${what}, installed`, ...bare, ours, limit });
      if (withoutCode !== undefined) {
        yield measured({
          what: `${what}, installed, without compiled code`,
          peer: bare.peer,
          ours: withoutCompiledCode(ours),
          theirs: withoutCompiledCode(bare.theirs),
          limit: withoutCode,
        });
      }
      if (!file || !process.version.startsWith('v20.')) continue;
      for (const { line, binary } of otherNodes()) {
        yield measured({
          what: `${what}, installed, Node ${line}`,
          ours: [binary, program, ...asked],
          peer: `\`node -e 0\` of Node ${line}`,
          theirs: [binary, '-e', '0'],
          limit,
        });
      }
    }
  } finally {
    remove();
    server.close();
  }
}

/** @type {(command: Command) => Command} */
const withoutCompiledCode = (command) => ['env', 'NODE_DISABLE_COMPILE_CACHE=1', ...command];

/**
 * @typedef {import('./support/processes.js').Command} Command
 * @param {{ what: string, peer: string, ours: Command, theirs: Command, limit: number }} commands
 */
async function measured({ what, peer, ours, theirs, limit }) {
  return { what, peer, limit, ...(await fastestInTurns({ ours, theirs }, rounds)) };
}
