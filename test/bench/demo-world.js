import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';

/**
 * The embedded Kubecost with 3 clusters, 300 nodes, 20,000 pods and 30 days, and with a set of more
 * than a million rows: how long its sets take to build and to serve, and the memory it takes.
 * `node test/bench/demo-world.js`, after a build. Peak memory is read where Linux tells it.
 */
const program = fileURLToPath(new URL('../../bin/kc-etl.js', import.meta.url));
const day = lastSettledDay();
const plain = 'idle=false&shareTenancyCosts=false';

print('| what | seconds | MB sent | peak memory |');
print('|---|---|---|---|');
await withDemo(['--nodes', '300', '--pods', '20000', '--days', '30'], async (ask) => {
  print(await ask('30 days built and totaled', '/model/allocation?window=30d&aggregate=cluster'));
  print(await ask('one day, unaggregated', `/model/allocation?window=${day}&${plain}`));
  print(await ask('one day, with idle and tenancy', `/model/allocation?window=${day}`));
});
await withDemo(['--nodes', '300', '--pods', '400000', '--days', '5'], async (ask) => {
  print(await ask('a million rows', `/model/allocation?window=${day}&${plain}`));
});

/**
 * @param {string[]} options
 * @param {(ask: (what: string, path: string) => Promise<string>) => Promise<void>} use
 */
async function withDemo(options, use) {
  const demo = spawn(process.execPath, [program, 'demo', '--port', '0', ...options]);
  try {
    const url = await address(demo);
    await use(async (what, path) => {
      const start = performance.now();
      const bytes = await download(`${url}${path}`);
      const seconds = (performance.now() - start) / 1000;
      const peak = peakMemory(demo.pid);
      return `| ${what} | ${seconds.toFixed(2)} | ${(bytes / 1e6).toFixed(1)} | ${peak} |`;
    });
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

/** @param {number | undefined} pid */
function peakMemory(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return `${Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1000)} MB`;
  } catch {
    return 'unknown';
  }
}

function lastSettledDay() {
  const date = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  return `${date(4)}T00:00:00Z,${date(3)}T00:00:00Z`;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
