import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as sendRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/kc-etl.js', import.meta.url));
const preload = new URL('./support/simulated-clock.js', import.meta.url).href;
const start = Date.parse('2026-11-26T12:00:00Z');
/** Cycles until everything is loaded and the caches are full. */
const warmUp = 100;
const world = ['--clusters', '3', '--nodes', '12', '--pods', '150', '--days', '100'];

/** @typedef {{ wakes: number, memory: number, seconds: number }} Wait memory in bytes, 0: not read; CPU time in seconds */

/**
 * A watch that runs every hour of a simulated clock, whose metrics are read after every run and its pages after
 * every tenth: its memory, and that it requests each day in one run only. It has no peer.
 */
export async function* rows() {
  const six = await watched(1000, []);
  const early = Math.max(...six.waits.slice(warmUp, 2 * warmUp).map(({ memory }) => memory));
  yield {
    what: `watch: CPU time of 1000 runs, one an hour, and memory in use after the last; limit: 1.2 times that after ${warmUp}`,
    ours: six.seconds,
    memory: six.memory,
    memoryLimit: early * 1.2,
  };
  const ninety = await watched(2 * warmUp, ['--window', '90d']);
  yield {
    what: `watch: CPU time of ${2 * warmUp} runs with 90 stored days, and memory in use after the last`,
    ours: ninety.seconds,
    memory: ninety.memory,
  };
}

/**
 * @param {number} cycles
 * @param {string[]} more options of the watch
 * @returns {Promise<{ waits: Wait[], seconds: number, memory: number }>} CPU time of all runs but the first;
 *   the largest memory of the last ones
 */
async function watched(cycles, more) {
  const folder = mkdtempSync(join(tmpdir(), 'kc-etl-bench-watch-'));
  const demo = simulated(['demo', '--port', '0', ...world]);
  const server = await counting(await printed(demo, /http:\/\/127\.0\.0\.1:\d+/));
  const options = ['--audit-store', folder, '--url', server.url, '--interval', '1h', ...more];
  const watch = simulated(['watch', '--listen', '127.0.0.1:0', ...options]);
  try {
    const listening = printed(watch, /http:\/\/127\.0\.0\.1:\d+/);
    /** @type {Wait[]} */
    const waits = [];
    for (let cycle = 0; cycle < cycles; cycle++) {
      const [wait] = await once(watch, 'message');
      waits.push(wait);
      const pages = await listening;
      for (const path of cycle % 10 === 0 ? ['/metrics', '/', '/api/report'] : ['/metrics']) {
        const answer = await fetch(`${pages}${path}`);
        if (!answer.ok) throw new Error(`${path} returned ${answer.status}`);
        await answer.arrayBuffer();
      }
      server.endCycle();
      demo.send(wait.wakes);
      await once(demo, 'message');
      watch.send(wait.wakes);
    }
    const again = server.requestedAgain();
    if (again.length > 0) throw new Error(`requested in several runs: ${again.join(', ')}`);
    return {
      waits,
      seconds: (waits.at(-1)?.seconds ?? 0) - (waits[0]?.seconds ?? 0),
      memory: Math.max(...waits.slice(-warmUp).map(({ memory }) => memory)),
    };
  } finally {
    for (const child of [watch, demo]) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    server.close();
    rmSync(folder, { recursive: true });
  }
}

/** The built program with a clock that this process moves. @param {string[]} args */
function simulated(args) {
  const { PATH = '', HOME = '' } = process.env;
  return fork(program, args, {
    env: { PATH, HOME, SIMULATED_NOW: String(start) },
    execArgv: ['--expose-gc', '--import', preload],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

/**
 * What a program prints, once it matches.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {RegExp} pattern
 * @returns {Promise<string>}
 */
function printed(child, pattern) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      if (text.length < 10_000) text += chunk;
      const found = pattern.exec(text);
      if (found) resolve(found[0]);
    });
    child.on('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
}

/** The same server, which counts in how many runs the costs of each day are requested. @param {string} url */
async function counting(url) {
  /** @type {Map<string, number>} */
  const runs = new Map();
  /** @type {Set<string>} */
  let current = new Set();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    const window = searchParams.get('window');
    if (window && /\/(allocation|assets|cloudCost)/.test(pathname)) current.add(window);
    sendRequest(`${url}${request.url}`, { agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    }).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    endCycle() {
      for (const window of current) runs.set(window, (runs.get(window) ?? 0) + 1);
      current = new Set();
    },
    /** Whole days only: what has no costs yet is looked for in hours. */
    requestedAgain: () =>
      [...runs].filter(([window, count]) => isDay(window) && count > 1).map(([window]) => window),
    close: () => server.close(),
  };
}

/** @param {string} window */
function isDay(window) {
  const [from = '', to = ''] = window.split(',');
  return Date.parse(to) - Date.parse(from) === 86_400_000;
}
