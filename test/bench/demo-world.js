import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/kc-etl.js', import.meta.url));
const day = lastSettledDay();
const plain = 'idle=false&shareTenancyCosts=false';

/**
 * The embedded Kubecost with 3 clusters, 300 nodes, 20,000 pods and 30 days, and with a set of more
 * than a million rows: how long its sets take to build and to serve, and the memory it takes, which
 * is read where Linux tells it. It has no peer: nothing else simulates a Kubecost.
 */
export async function* rows() {
  yield* measured(
    ['--nodes', '300', '--pods', '20000', '--days', '30'],
    [
      [
        '30 days of 20,000 pods built and totaled',
        '/model/allocation?window=30d&aggregate=cluster',
      ],
      ['one day of them, unaggregated', `/model/allocation?window=${day}&${plain}`],
      ['one day of them, with idle and tenancy', `/model/allocation?window=${day}`],
    ],
  );
  yield* measured(
    ['--nodes', '300', '--pods', '400000', '--days', '5'],
    [['a set of a million allocations', `/model/allocation?window=${day}&${plain}`]],
    400e6,
  );
}

/**
 * One world, asked one thing after the other; memory is the peak so far.
 *
 * @param {string[]} options
 * @param {[what: string, path: string][]} questions
 * @param {number} [memoryLimit] bytes
 */
async function* measured(options, questions, memoryLimit) {
  const demo = spawn(process.execPath, [program, 'demo', '--port', '0', ...options]);
  try {
    const url = await address(demo);
    for (const [what, path] of questions) {
      const start = performance.now();
      const bytes = await download(`${url}${path}`);
      const ours = (performance.now() - start) / 1000;
      const memory = peakMemory(demo.pid);
      yield { what: `${what}, ${(bytes / 1e6).toFixed(1)} MB sent`, ours, memory, memoryLimit };
    }
  } finally {
    demo.kill('SIGINT');
    await once(demo, 'exit');
  }
}

/**
 * @param {import('node:child_process').ChildProcessWithoutNullStreams} demo
 * @returns {Promise<string>}
 */
function address(demo) {
  return new Promise((resolve, reject) => {
    let text = '';
    demo.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found) resolve(found[0]);
    });
    demo.on('exit', () => reject(new Error(`the demo did not start: ${text}`)));
  });
}

/**
 * @param {string} url
 * @returns {Promise<number>} bytes of the body
 */
function download(url) {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk) => {
        bytes += chunk.length;
      });
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(bytes) : reject(new Error(`${answer.statusCode}`)),
      );
      answer.on('error', reject);
    }).on('error', reject);
  });
}

/** @param {number | undefined} pid @returns {number | undefined} bytes; undefined: not told here */
function peakMemory(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  } catch {
    return undefined;
  }
}

function lastSettledDay() {
  const date = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  return `${date(4)}T00:00:00Z,${date(3)}T00:00:00Z`;
}
