import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textWidth } from '../../src/output/text-width.ts';
import { fixture } from '../support/fixtures.ts';
import { folder } from '../support/folder.ts';
import { reply, serve, type TestServer } from '../support/server.ts';
import { hasTerminal, onTerminal, program, shell } from '../support/terminal.ts';

const esc = '\u001b';
/** Emits `shown` when a spinner has been seen. */
const spinner = new EventEmitter();
let server: TestServer;
let audit: string;
let events: string;

beforeAll(async () => {
  server = await serve({
    '/model/etl/audit': reply(fixture('etl-audit.json')),
    '/model/etl/log': reply(fixture('etl-log.json')),
    '/slow/model/etl/log': async (request, response) => {
      await once(spinner, 'shown');
      await reply(fixture('etl-log.json'))(request, response);
    },
    '/slow/model/etl/audit': reply(fixture('etl-audit.json')),
    '/slow/model/allocation': async (request, response) => {
      await once(spinner, 'shown');
      await reply('404 page not found\n', 'text/plain', 404)(request, response);
    },
    '/silent/model/etl/log': () => {},
  });
  audit = `${program} audit --url ${server.url}`;
  events = `${program} events --url ${server.url}`;
});
afterAll(() => server[Symbol.asyncDispose]());

/** The lines that are left on a terminal, without their colours. */
function lines(text: string): string[] {
  const cleared = new RegExp(`${esc}\\[(?:2K|1G)`);
  return text.split(/\r?\n/).map((line) => {
    const left = line.split(cleared).at(-1) ?? '';
    return left.replaceAll(new RegExp(`${esc}\\[[0-9;?]*[A-Za-z]`, 'g'), '');
  });
}

describe.runIf(hasTerminal)('on a terminal', () => {
  test('of 72 columns the events fit into it', async () => {
    const { stdout, code } = await onTerminal(events, { columns: 72 });
    expect(code).toBe(0);
    const shown = lines(stdout);
    expect(shown.some((line) => /A\S*…\S* /.test(line))).toBe(true);
    for (const line of shown) expect(textWidth(line)).toBeLessThanOrEqual(72);
  });

  test('that does not know its size nothing is cut', async () => {
    const { stdout } = await onTerminal(events, { columns: 0 });
    expect(stdout).toContain('AllocationSetAggregated');
  });

  test('a spinner turns, and is gone at the end', async () => {
    const { stdout } = await onTerminal(`${events}/slow`, {
      onOutput: (text) => {
        if (text.includes('reading the event log')) spinner.emit('shown');
      },
    });
    expect(stdout).toContain('reading the event log');
    expect(lines(stdout).join('\n')).not.toContain('reading the event log');
  });

  test.each([
    ['NO_COLOR', '', { NO_COLOR: '1' }],
    ['--color never', ' --color never', {}],
  ])('%s: the spinner has no colours', async (_, option, env) => {
    const { stdout } = await onTerminal(`${audit}${option}`, { env });
    expect(stdout).toContain('reading the AuditSets');
    expect(stdout).not.toMatch(new RegExp(`${esc}\\[[\\d;]*m`));
  });

  test('what is waited for at the same time has one spinner, without a word of its library', async () => {
    const { stdout } = await onTerminal(`${audit}/slow`, {
      onOutput: (text) => {
        if (text.includes('reading the costs behind failed audits')) spinner.emit('shown');
      },
    });
    expect(stdout).toContain('reading the costs behind failed audits');
    expect(stdout).not.toContain('[ora]');
  });

  test('-q has no spinner', async () => {
    expect((await onTerminal(`${events} -q`)).stdout).not.toContain('reading');
  });

  test('Ctrl-C ends it with 130, the cursor back', async () => {
    using place = folder();
    const interrupt = place.at('interrupt');
    // sleep only spaces the looks at the file
    const wait = `until [ -e ${interrupt} ]; do sleep 0.05; done`;
    const { stdout, code } = await onTerminal(
      `${program} events --url ${server.url}/silent & ${wait}; kill -INT $!; wait $!`,
      {
        onOutput: (text) => {
          if (text.includes('reading the event log')) place.write('interrupt', '');
        },
      },
    );
    expect(code).toBe(130);
    expect(stdout.lastIndexOf(`${esc}[?25h`)).toBeGreaterThan(stdout.lastIndexOf(`${esc}[?25l`));
  });

  test('there is colour', async () => {
    expect((await onTerminal(`${audit} -q`)).stdout).toContain(`${esc}[31m`);
  });

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }, ''],
    ['NO_COLOR over FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, ''],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, ''],
    ['--color never', {}, '--color never'],
    ['TERM=dumb', { TERM: 'dumb' }, ''],
  ])('not with %s', async (_, env, argv) => {
    const { stdout } = await onTerminal(`${audit} -q ${argv}`, { env });
    expect(stdout).toContain('FAILED');
    expect(stdout).not.toContain(`${esc}[3`);
  });
});

describe('in a pipe', () => {
  test.each([
    ['no colour', {}, '', false],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, '', true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, '', false],
    ['FORCE_COLOR=false', { FORCE_COLOR: 'false' }, '', false],
    ['NO_COLOR over FORCE_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, '', false],
    ['--color always', {}, '--color always', true],
    ['--color always over NO_COLOR', { NO_COLOR: '1' }, '--color always', true],
    ['--color never over FORCE_COLOR', { FORCE_COLOR: '1' }, '--color never', false],
  ])('%s', async (_, env, argv, isColored) => {
    const { stdout, stderr } = await shell(`${audit} ${argv}`, env);
    expect(stdout.includes(esc)).toBe(isColored);
    expect(stdout).toContain('FAILED');
    expect(stderr).not.toContain('reading');
  });

  test('is the same text as on a wide terminal', async () => {
    const plain = await shell(`${audit} --color never`);
    const terminal = await onTerminal(`${audit} -q --color never`, { columns: 200 });
    expect(lines(terminal.stdout).join('\n')).toBe(plain.stdout);
  });
});
