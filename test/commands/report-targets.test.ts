import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Folder, folder } from '../support/folder.ts';
import { reply, serve } from '../support/server.ts';
import { ended, outcome, spawned, start } from '../support/spawn.ts';
import { until } from '../support/waiting.ts';

const answer = readFileSync('test/fixtures/etl-audit.json', 'utf8');
const audits = () => serve({ '/model/etl/audit': reply(answer) });

/** The report as a file that did not exist before. */
async function expected(url: string): Promise<string> {
  using place = folder();
  await spawned(['audit', '--url', url, '--report', `json=${place.at('new.json')}`]);
  expect(statSync(place.at('new.json')).mode & 0o777).toBe(0o666 & ~process.umask());
  return place.read('new.json');
}

function makeFifo(path: string): void {
  execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
}

describe('an existing target', () => {
  const targets: Record<string, (place: Folder, path: string) => void> = {
    'a file with a mode of its own': (place) => chmodSync(place.write('report', 'old'), 0o640),
    'a file that may only be read': (place) => chmodSync(place.write('report', 'old'), 0o444),
    'a link to a file': (place) => {
      mkdirSync(place.at('elsewhere'));
      place.write('elsewhere/file', 'old');
      symlinkSync('elsewhere/file', place.at('report'));
    },
    'a link to a link to a file that does not exist': (place) => {
      symlinkSync('file', place.at('second'));
      symlinkSync(place.at('second'), place.at('report'));
    },
    'one of two names of a file': (place) => {
      place.write('other', 'old');
      linkSync(place.at('other'), place.at('report'));
    },
  };

  test.each(Object.keys(targets))('%s keeps what it is', async (what) => {
    await using server = await audits();
    using place = folder();
    const path = place.at('report');
    targets[what]?.(place, path);
    const names = place.names();
    const mode = existsSync(path) ? statSync(path).mode : null;
    const report = await expected(server.url);
    const result = await spawned(['audit', '--url', server.url, '--report', `json=${path}`]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(place.read('report')).toBe(report);
    if (mode !== null) expect(statSync(path).mode).toBe(mode);
    expect(place.names().filter((name) => name !== 'file')).toEqual(names);
    if (what.startsWith('a link to a link')) expect(place.read('file')).toBe(report);
    if (what === 'a link to a file') expect(place.read('elsewhere/file')).toBe(report);
  });

  test('a FIFO gets the report, whether its reader is there before or after', async () => {
    await using server = await audits();
    using place = folder();
    makeFifo(place.at('fifo'));
    const report = await expected(server.url);
    const argv = ['audit', '--url', server.url, '--report', `json=${place.at('fifo')}`];
    const before = spawn('cat', [place.at('fifo')]);
    const [read, wrote] = await Promise.all([ended(before), spawned(argv)]);
    expect({ read: read.stdout, code: wrote.code }).toEqual({ read: report, code: 0 });
    const late = start(argv);
    await until('the answer is there', () => server.requests.length >= 3);
    const [readLate, wroteLate] = await Promise.all([
      ended(spawn('cat', [place.at('fifo')])),
      ended(late),
    ]);
    expect({ read: readLate.stdout, code: wroteLate.code }).toEqual({ read: report, code: 0 });
    expect(statSync(place.at('fifo')).isFIFO()).toBe(true);
  });

  test('a FIFO without a reader does not outlive Ctrl-C', async () => {
    await using server = await audits();
    using place = folder();
    makeFifo(place.at('fifo'));
    const child = start(['audit', '--url', server.url, '--report', `json=${place.at('fifo')}`]);
    await until('stdout has the result', () => child.stdout.readableLength > 0);
    const ending = ended(child);
    child.kill('SIGINT');
    expect(await ending).toMatchObject({ code: 130, stderr: '' });
  });

  test('a FIFO whose reader goes away is no error', async () => {
    await using server = await audits();
    using place = folder();
    makeFifo(place.at('fifo'));
    const reader = spawn('head', ['-c', '1', place.at('fifo')]);
    const argv = ['audit', '--url', server.url, '--report', `json=${place.at('fifo')}`];
    const [read, wrote] = await Promise.all([ended(reader), spawned(argv)]);
    expect({ read: read.stdout, code: wrote.code, stderr: wrote.stderr }).toEqual({
      read: '{',
      code: 0,
      stderr: '',
    });
  });

  test.runIf(existsSync('/dev/null'))('a device is written to', async () => {
    await using server = await audits();
    const { code, stderr } = await spawned([
      ...['audit', '--url', server.url],
      ...['--report', 'json=/dev/null'],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test.runIf(existsSync('/dev/full'))('a full disk is one line and exit code 2', async () => {
    await using server = await audits();
    const { code, stderr } = await spawned([
      ...['audit', '--url', server.url],
      ...['--report', 'json=/dev/full'],
    ]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error: --report: /dev/full cannot be written: the disk is full\n' +
        'hint: free some space, or name a path on another disk\n',
    );
  });
});

test.runIf(existsSync('/dev/fd/1'))('a shell gets what it asks for', async () => {
  await using server = await audits();
  using place = folder();
  const report = await expected(server.url);
  const kcEtl = `'${process.execPath}' bin/kc-etl.js audit --url ${server.url}`;
  const script = `
    ${kcEtl} --report json=- >'${place.at('stdout')}'
    ${kcEtl} --report json=/dev/stdout | cat >'${place.at('piped')}'
    ${kcEtl} --report json=/proc/self/fd/1 >>'${place.at('stdout')}'
    ${kcEtl} --report json=/dev/fd/3 3>'${place.at('third')}' >/dev/null
    ${kcEtl} --report json=>(cat >'${place.at('substituted')}') >/dev/null
`;
  expect(await outcome(spawn('bash', ['-c', script]))).toMatchObject({ code: 0, stderr: '' });
  expect(place.read('stdout')).toBe(report + report);
  for (const name of ['piped', 'third']) expect(place.read(name)).toBe(report);
  await until('the substituted process has ended', () => existsSync(place.at('substituted')));
  await until('it has written', () => place.read('substituted') === report);
  expect(place.names()).toEqual(['piped', 'stdout', 'substituted', 'third']);
});

test('a file of a run that was killed is in nobody’s way', async () => {
  await using server = await serve({ '/model/etl/audit': () => {} });
  using place = folder();
  const argv = ['audit', '--report', `json=${place.at('report.json')}`, '--url'];
  for (let run = 0; run < 2; run++) {
    const killed = start([...argv, server.url]);
    const asked = server.requests.length;
    await until('it waits for an answer', () => server.requests.length > asked);
    killed.kill('SIGKILL');
    await ended(killed);
  }
  expect(place.names()).toHaveLength(2);
  await using answering = await audits();
  expect((await spawned([...argv, answering.url])).code).toBe(0);
  expect(place.names()).toContain('report.json');
});
