import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFault } from '../src/demo/fault-option.ts';
import { type Demo, startDemo } from '../src/demo/server.ts';
import type { ProductVariantName } from '../src/demo/variants.ts';
import { MemorySink } from '../src/io.ts';
import { ran, TestClock, testDeps } from './support/deps.ts';
import { programOnPath } from './support/program.ts';

/**
 * Every example of the README and the reference. `console` blocks are sessions: what follows a `$ kc-etl …` is what it
 * prints (UPDATE_README=1 writes it anew). Lines of `sh` blocks that begin with kc-etl are run by a
 * shell, with the built program in the PATH; a comment `# exit 1` says how they end.
 */
const pages = ['../README.md', '../docs/reference.md'].map(
  (path) => new URL(path, import.meta.url),
);
const blocks = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
    ([, kind, text = '']) => ({ page, kind, text }),
  ),
);

const now = '2026-03-12T09:30:00Z';
let demo: Demo;

beforeAll(async () => {
  const clock = { now: Date.now, sleep: async () => {} };
  demo = await startDemo({ port: 0, faults: [parseFault('lost-disk')] }, { clock });
});
afterAll(() => demo.close());

const sessions = blocks.filter(({ kind }) => kind === 'console');

test('there are sessions to check', () => expect(sessions.length).toBeGreaterThan(2));

test.each(sessions)('session %#', async ({ page, text: session }) => {
  let shown = '';
  for (const line of session.split('\n').filter((text) => text.startsWith('$ '))) {
    const argv = wordsOf(line.replace(/^\$ kc-etl ?/, ''));
    const clock = new TestClock(now);
    const stdout = new MemorySink({ columns: 100 });
    const io = { stdin: async function* () {}, stdout, stderr: new MemorySink() };
    await using server = await sessionServer(clock);
    const { code } = await ran(argv, testDeps({ io, clock, env: { KC_ETL_URL: server.url } }));
    shown += `${line}\n${stdout.text.replaceAll(server.url, 'http://localhost:9090')}`;
    expect(code, io.stderr.text).toBeLessThan(2);
  }
  if (process.env['UPDATE_README']) {
    writeFileSync(
      page,
      readFileSync(page, 'utf8').replace(session, () => shown),
    );
  } else {
    expect(shown).toBe(session);
  }
});

/** Each session meets the same server at the same time. */
async function sessionServer(clock: TestClock) {
  const server = await startDemo({ port: 0, faults: [parseFault('lost-disk')] }, { clock });
  return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
}

/** The commands of which the README says that they work on every product. */
const everywhere = (
  /^## Five commands$(.*?)^## /ms.exec(readFileSync(pages[0] ?? '', 'utf8'))?.[1] ?? ''
)
  .split('\n')
  .filter((line) => line.startsWith('kc-etl '));

const commands = blocks
  .filter(({ kind }) => kind === 'sh')
  .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
  .filter((line) => line.startsWith('kc-etl ') && !everywhere.includes(line));

test.each(commands)('%s', async (line) => {
  const expected = Number(/# exit (\d+)/.exec(line)?.[1] ?? 0);
  const { code, text } = await shell(line.replace(/ +#.*/, ''));
  expect(code, text).toBe(expected);
});

function shell(line: string): Promise<{ code: number | null; text: string }> {
  const env = {
    ...process.env,
    PATH: [programOnPath(), process.env['PATH']].join(delimiter),
    KC_ETL_URL: demo.url,
  };
  const child = spawn('sh', ['-c', line], { env, cwd: join(programOnPath(), '..') });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });
}

/** The words of a command line without quotes in it. */
function wordsOf(line: string): string[] {
  return line.split(' ').filter((word) => word !== '');
}

/** One version of each product; test/demo and test/kubecost cover the others. */
const products: readonly ProductVariantName[] = [
  'kubecost-1.105',
  'kubecost-2',
  'kubecost-3',
  'opencost',
];

describe.each(products)('the five commands on %s', (product) => {
  test('are five', () => expect(everywhere).toHaveLength(5));

  test.each(everywhere)('%s', async (line) => {
    const { code, text } = await shell(`${line} --demo --as ${product}`);
    expect(code, text).toBe(0);
  });
});
