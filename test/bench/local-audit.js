import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDemo } from './support/demo.js';
import { serveRecorded } from './support/recorded-answers.js';

const entry = fileURLToPath(new URL('../../bin/kc-etl.js', import.meta.url));
const parser = fileURLToPath(new URL('./support/fetch-and-parse.js', import.meta.url));
const recordings = join(tmpdir(), 'kc-etl-bench-local-audit');
const dayMs = 86_400_000;
/** The first day after those that are audited: all of them are settled. */
const end = Math.floor(Date.now() / dayMs) * dayMs - 3 * dayMs;

/** @typedef {{ folder: string, days: number }} Recording */

export async function* rows() {
  const large = await recorded({ nodes: 5000, pods: 96_000, days: 1 });
  const day = await inTurns(large, 3);
  yield {
    what: 'all audits of a day, 205,000 allocations on 5,000 nodes',
    peer: '`fetch`, `JSON.parse`',
    ...day,
    limit: 0.7,
    memoryLimit: 250e6,
  };

  const half = await recorded({ nodes: 5000, pods: 48_000, days: 1 });
  const smaller = await inTurns(half, 3);
  yield {
    what: 'memory for each further key, from half of its pods to all of them',
    ours: smaller.ours,
    memory: (day.memory - smaller.memory) / ((await keysOf(large)) - (await keysOf(half))),
    memoryLimit: 100,
  };

  const month = await recorded({ nodes: 500, pods: 9300, days: 30 });
  const tenDays = await audited({ ...month, days: 10 });
  const thirtyDays = await audited(month);
  yield {
    what: '30 days of 20,000 allocations',
    peer: '3 times 10 days of them',
    ours: thirtyDays.seconds,
    theirs: tenDays.seconds * 3,
    limit: 1.15,
    memory: thirtyDays.memory,
    memoryLimit: tenDays.memory * 1.15,
  };

  const week = { ...month, days: 7 };
  const answers = (await pathsOf(month)).length / month.days;
  const busy = (await audited(week, ['--concurrency', '1'])).seconds;
  // in a serial run as much time goes by waiting as working
  const delay = (busy * 1000) / (answers * week.days);
  const one = await audited(week, ['--concurrency', '1'], delay);
  const four = await audited(week, ['--concurrency', '4'], delay);
  yield {
    what: `7 of them, ${Math.round(delay)} ms before each answer, --concurrency 4`,
    peer: '--concurrency 1',
    ours: four.seconds,
    theirs: one.seconds,
    limit: 1 / 1.5,
  };
}

/**
 * What an audit of the last days asks an embedded Kubecost, kept in files.
 *
 * @param {{ nodes: number, pods: number, days: number }} world
 * @returns {Promise<Recording>}
 */
async function recorded({ nodes, pods, days }) {
  const folder = join(recordings, `${nodes}-${pods}-${days}-${windowOf(days).slice(0, 10)}`);
  if (existsSync(join(folder, 'complete'))) return { folder, days };
  const world = ['--nodes', `${nodes}`, '--pods', `${pods}`, '--days', `${days + 10}`];
  const demo = await startDemo(world);
  const recording = await serveRecorded(folder, demo.url);
  await timed([entry, ...auditOf(days), '--url', recording.url]);
  recording.close();
  demo.stop();
  writeFileSync(join(folder, 'complete'), '');
  return { folder, days };
}

/** @param {number} days */
function auditOf(days) {
  const audit = ['audit', 'run', '--engine', 'local', '-q', '-o', 'json'];
  return [...audit, '--window', windowOf(days)];
}

/** @param {number} days */
function windowOf(days) {
  const [from, to] = [end - days * dayMs, end].map((time) => new Date(time).toISOString());
  return `${from?.slice(0, 10)},${to?.slice(0, 10)}`;
}

/**
 * One audit of a recording.
 *
 * @param {Recording} recording
 * @param {string[]} [options]
 * @param {number} [delay] ms before each answer
 */
async function audited({ folder, days }, options = [], delay = 0) {
  const server = await serveRecorded(folder, null, delay);
  const result = await timed([entry, ...auditOf(days), ...options, '--url', server.url]);
  server.close();
  // a finding has the window read once more
  if (result.code !== 0) throw new Error(`the audit of ${folder} ended with ${result.code}`);
  return result;
}

/**
 * Audits beside the peer, in turns.
 *
 * @param {Recording} recording
 * @param {number} rounds
 * @returns {Promise<{ ours: number, theirs: number, memory: number }>} medians
 */
async function inTurns(recording, rounds) {
  const paths = await pathsOf(recording);
  const ours = [];
  const theirs = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await audited(recording));
    const server = await serveRecorded(recording.folder, null);
    theirs.push(await timed([parser, server.url, ...paths]));
    server.close();
  }
  const seconds = (/** @type {Run[]} */ runs) => median(runs.map((run) => run.seconds));
  return {
    ours: seconds(ours),
    theirs: seconds(theirs),
    memory: median(ours.map(({ memory }) => memory)),
  };
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** @param {Recording} recording what the audits asked, without the question which product it is */
async function pathsOf({ folder }) {
  const paths = readFileSync(join(folder, 'paths'), 'utf8').trim().split('\n');
  return paths.filter((path) => !path.includes('productConfigs'));
}

/** @param {Recording} recording how many names of rows there are in all of its answers */
async function keysOf(recording) {
  const keys = new Set();
  const server = await serveRecorded(recording.folder, null);
  for (const path of await pathsOf(recording)) {
    const response = await fetch(`${server.url}${path}`);
    const { data } = JSON.parse(await response.text());
    const [set] = Array.isArray(data) ? data : (data?.sets ?? [data]);
    for (const key of Object.keys(set?.allocations ?? set?.cloudCosts ?? set ?? {})) keys.add(key);
  }
  server.close();
  return keys.size;
}

/** @typedef {{ seconds: number, memory: number, code: number | null }} Run with the peak of its memory in bytes */

/**
 * One run in a process of its own.
 *
 * @param {string[]} argv
 * @returns {Promise<Run>}
 */
function timed(argv) {
  const began = process.hrtime.bigint();
  const child = spawn(process.execPath, argv, { stdio: 'ignore' });
  let memory = 0;
  const watch = setInterval(() => {
    memory = Math.max(memory, peakOf(child.pid));
  }, 50);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ seconds: Number(process.hrtime.bigint() - began) / 1e9, memory, code });
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
