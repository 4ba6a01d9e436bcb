import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../bin/kc-etl.js', import.meta.url));
const peer = fileURLToPath(new URL('./download-and-parse.js', import.meta.url));

/** @typedef {readonly [command: string, ...args: string[]]} Command */

/**
 * Nothing of the user's: NODE_EXTRA_CA_CERTS, where it is set, slows every start of Node, and a
 * KUBECOST_URL would be somebody's server.
 */
const { PATH = '', HOME = '' } = process.env;
const cache = mkdtempSync(join(tmpdir(), 'kc-etl-bench-cache-'));
process.on('exit', () => rmSync(cache, { recursive: true }));
const env = { PATH, HOME, XDG_CACHE_HOME: cache };

/** @returns {Command} */
export const node = (/** @type {string[]} */ args) => [process.execPath, ...args];

/** @returns {Command} */
export const kcEtl = (/** @type {string[]} */ args) => node([program, ...args]);

/** @returns {Command} */
export const downloadAndParse = (/** @type {string} */ url) => node([peer, url]);

/** @returns {Command} */
export const curlAndJq = (/** @type {string} */ url, /** @type {string} */ filter) => [
  'sh',
  '-c',
  'curl -sf "$0" | jq -c "$1"',
  url,
  filter,
];

/**
 * @param {Command} command
 * @param {{ onOutput?: (chunk: Buffer) => void, onReport?: (text: string) => void }} [listeners]
 *   to stdout, which goes nowhere without one, and to what is written to file descriptor 3
 * @returns {Promise<number>} seconds from start to end
 */
function run([command, ...args], { onOutput, onReport } = {}) {
  const started = process.hrtime.bigint();
  const child = spawn(command, args, {
    env,
    stdio: [
      'ignore',
      onOutput ? 'pipe' : 'ignore',
      'pipe',
      ...(onReport ? [/** @type {const} */ ('pipe')] : []),
    ],
  });
  let complaints = '';
  child.stderr?.on('data', (text) => {
    complaints += text;
  });
  child.stdout?.on('data', (chunk) => onOutput?.(chunk));
  child.stdio[3]?.on('data', (text) => onReport?.(String(text)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(Number(process.hrtime.bigint() - started) / 1e9);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${complaints}`));
    });
  });
}

/** @param {Command} command */
export async function runOnce(command) {
  await run(command);
}

/**
 * Runs commands in turns, so that what else the machine does hits all of them.
 *
 * @template {string} Name
 * @param {Record<Name, Command>} commands
 * @param {number} rounds after one to warm up, unless it is 1
 * @returns {Promise<Record<Name, number>>} the median of each, in seconds
 */
export function inTurns(commands, rounds) {
  return measured(commands, rounds, median);
}

/**
 * The same for runs so short that what else the machine does is larger than what is measured: the fastest
 * run of each counts.
 *
 * @template {string} Name
 * @param {Record<Name, Command>} commands
 * @param {number} rounds after one to warm up
 * @returns {Promise<Record<Name, number>>} the shortest time of each, in seconds
 */
export function fastestInTurns(commands, rounds) {
  return measured(commands, rounds, (times) => Math.min(...times));
}

/**
 * @template {string} Name
 * @param {Record<Name, Command>} commands
 * @param {number} rounds
 * @param {(times: number[]) => number} summary
 * @returns {Promise<Record<Name, number>>}
 */
async function measured(commands, rounds, summary) {
  /** @type {[Name, Command][]} */
  const entries = Object.entries(commands);
  const times = entries.map(() => /** @type {number[]} */ ([]));
  for (let round = rounds > 1 ? -1 : 0; round < rounds; round++) {
    for (const [i, [, command]] of entries.entries()) {
      const seconds = await run(command);
      if (round >= 0) times[i]?.push(seconds);
    }
  }
  const summaries = entries.map(([name], i) => [name, summary(times[i] ?? [])]);
  return Object.fromEntries(summaries);
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * The most memory that a Node program had at once, in a run of its own.
 *
 * @param {Command} command
 * @returns {Promise<number>} bytes
 */
export async function peakMemory([command, ...args]) {
  let said = '';
  const preload = new URL('./report-peak-memory.js', import.meta.url).href;
  await run([command, '--import', preload, ...args], {
    onReport: (text) => {
      said += text;
    },
  });
  return Number(said);
}

/**
 * Makes sure that two programs do the same work.
 *
 * @param {Command} one
 * @param {Command} other
 */
export async function assertAsManyLines(one, other) {
  const [ours, theirs] = [await lines(one), await lines(other)];
  if (ours !== theirs) throw new Error(`${ours} lines, but ${theirs} of ${other.join(' ')}`);
}

/** @param {Command} command */
async function lines(command) {
  let count = 0;
  await run(command, {
    onOutput: (chunk) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++;
    },
  });
  return count;
}
