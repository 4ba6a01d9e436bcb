import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveRecorded } from './support/recorded-answers.js';

const entry = fileURLToPath(new URL('../../bin/kc-etl.js', import.meta.url));
const parser = fileURLToPath(new URL('./support/fetch-and-parse.js', import.meta.url));
const memoryLimit = 250e6;

/** All audits of a day of some 200,000 allocations on 5,000 nodes, against fetch and JSON.parse. */
export async function* rows() {
  const folder = join(tmpdir(), 'kc-etl-bench-local-audit');
  const day = new Date(Date.now() - 4 * 86_400_000).toISOString().slice(0, 10);
  const next = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
  const audit = ['audit', 'run', '--engine', 'local', '-q', '-o', 'json', '--fail-on', 'never'];
  const argv = [...audit, '--window', `${day},${next}`];
  const world = ['--nodes', '5000', '--pods', '58000', '--days', '10'];
  const demo = await startDemo(world);
  const recording = await serveRecorded(join(folder, day), demo.url);
  await timed([entry, ...argv, '--url', recording.url]);
  recording.close();
  demo.stop();

  const server = await serveRecorded(join(folder, day), null);
  const paths = readFileSync(join(folder, day, 'paths'), 'utf8')
    .trim()
    .split('\n');
  const answers = paths.filter((path) => !path.includes('productConfigs'));
  const ours = await timed([entry, ...argv, '--url', server.url]);
  const theirs = await timed([parser, server.url, ...answers]);
  server.close();
  yield {
    what: 'all audits of a day, 200,000 allocations',
    peer: '`fetch`, `JSON.parse`',
    ours: ours.seconds,
    theirs: theirs.seconds,
    limit: 0.7,
    memory: ours.memory,
    memoryLimit,
  };
}

/** @param {string[]} argv @returns {Promise<{ url: string, stop: () => void }>} */
function startDemo(argv) {
  const child = spawn(process.execPath, [entry, 'demo', '--port', '0', ...argv], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  return new Promise((resolve) => {
    child.stdout.on('data', (piece) => {
      text += piece;
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (url) resolve({ url, stop: () => child.kill() });
    });
  });
}

/**
 * One run in a process of its own.
 *
 * @param {string[]} argv
 * @returns {Promise<{ seconds: number, memory: number }>} with the peak of its memory in bytes
 */
function timed(argv) {
  const began = process.hrtime.bigint();
  const child = spawn(process.execPath, argv, { stdio: 'ignore' });
  let memory = 0;
  const watch = setInterval(() => {
    memory = Math.max(memory, peakOf(child.pid));
  }, 50);
  return new Promise((resolve) => {
    child.on('close', () => {
      clearInterval(watch);
      resolve({ seconds: Number(process.hrtime.bigint() - began) / 1e9, memory });
    });
  });
}

/** @param {number | undefined} pid */
function peakOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
