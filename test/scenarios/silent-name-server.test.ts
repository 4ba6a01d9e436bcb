import { spawn, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { folder } from '../support/folder.ts';
import { describeWith, pathOf } from '../support/installed.ts';
import { entry, outcome } from '../support/spawn.ts';

const bwrap = pathOf('bwrap') ?? '';

/** Takes the place of a name server that never responds, and runs the program given as arguments. */
const silentServer = `
  const { createSocket } = require('node:dgram');
  const { spawn } = require('node:child_process');
  createSocket('udp4').bind(53, () => {
    const [command, ...args] = process.argv.slice(1);
    spawn(command, args, { stdio: 'inherit' }).on('exit', (code, signal) =>
      process.exit(signal === null ? code : 99),
    );
  });`;

/** The system's resolver would wait longer than any test. */
const patience = 'options timeout:30 attempts:5\n';

/** Runs the built program where the only name server is silent. */
async function withSilentServer(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  servers = 3,
) {
  using place = folder();
  const addresses = [1, 2, 3].slice(0, servers);
  const configuration = [...addresses.map((n) => `nameserver 127.0.0.${n}\n`), patience];
  const sandbox = [
    ...['--dev-bind', '/', '/', '--unshare-net', '--die-with-parent'],
    ...['--unshare-user', '--uid', '0', '--gid', '0', '--cap-add', 'CAP_NET_BIND_SERVICE'],
    ...['--ro-bind', place.write('resolv.conf', configuration.join('')), '/etc/resolv.conf'],
  ];
  const program = [process.execPath, '-e', silentServer, process.execPath, entry, ...argv];
  const { PATH = '', HOME = '' } = process.env;
  return await outcome(spawn(bwrap, [...sandbox, ...program], { env: { PATH, HOME, ...env } }));
}

describeWith(['bwrap'], 'a name server that never responds', () => {
  const canIsolate =
    spawnSync(bwrap, ['--dev-bind', '/', '/', '--unshare-net', 'true']).status === 0;
  const name = 'http://kubecost.example.com:9090';

  test.runIf(canIsolate).each([
    ['--timeout', ['events', '--timeout', '500ms'], 'was not resolved in time'],
    ['--max-time', ['events', '--max-time', '500ms'], 'by the end of --max-time'],
    ['doctor', ['doctor', '--timeout', '500ms'], 'was not resolved in time'],
  ])('does not keep the process: %s', async (_, argv, said) => {
    const { code, stdout, stderr } = await withSilentServer([
      ...argv,
      '--url',
      name,
      '--retries',
      '0',
    ]);
    expect(stdout + stderr).toContain(said);
    expect(code).toBe(3);
  });

  test.runIf(canIsolate)(
    'a time that is long enough for the resolver of this process',
    async () => {
      const argv = ['events', '--timeout', '8s', '--url', name, '--retries', '0'];
      const { code, stderr } = await withSilentServer(argv, {}, 1);
      expect(stderr).toMatch(/kubecost\.example\.com/);
      expect(code).toBe(3);
    },
    60_000, // without a limit of its own, the resolver waits for 150 s
  );

  test.runIf(canIsolate)('the name of a proxy', async () => {
    const argv = ['events', '--timeout', '500ms', '--url', name, '--retries', '0'];
    const { code, stderr } = await withSilentServer(argv, {
      HTTP_PROXY: 'http://proxy.example.com:3128',
    });
    expect(stderr).toContain(
      'the name in the proxy http://proxy.example.com:3128 was not resolved',
    );
    expect(code).toBe(3);
  });
});
