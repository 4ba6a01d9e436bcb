import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseFault } from '../src/demo/fault-option.ts';
import { type Demo, startDemo } from '../src/demo/server.ts';
import { MemorySink } from '../src/io.ts';
import { ran, TestClock, testDeps } from './support/deps.ts';
import { programOnPath } from './support/program.ts';

/**
 * Every example of the README. `console` blocks are sessions: what follows a `$ kc-etl …` is what it
 * prints (UPDATE_README=1 writes it anew). Lines of `sh` blocks that begin with kc-etl are run by a
 * shell, with the built program in the PATH; a comment `# exit 1` says how they end.
 */
const path = new URL('../README.md', import.meta.url);
const readme = readFileSync(path, 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind, text]) => ({
  kind,
  text: text ?? '',
}));

const now = '2026-03-12T09:30:00Z';
let demo: Demo;

beforeAll(async () => {
  const clock = { now: Date.now, sleep: async () => {} };
  demo = await startDemo({ port: 0, faults: [parseFault('lost-disk')] }, { clock });
});
afterAll(() => demo.close());

const sessions = blocks.filter(({ kind }) => kind === 'console').map(({ text }) => text);

test('there are sessions to check', () => expect(sessions.length).toBeGreaterThan(2));

test.each(sessions)('session %#', async (session) => {
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
      path,
      readFileSync(path, 'utf8').replace(session, () => shown),
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

const commands = blocks
  .filter(({ kind }) => kind === 'sh')
  .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n'))
  .filter((line) => line.startsWith('kc-etl '));

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
