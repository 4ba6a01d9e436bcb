import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ran, testDeps } from '../support/deps.ts';
import { spawned } from '../support/spawn.ts';

const another = 54_321;
const isRoot = process.getuid?.() === 0;

let place: string;
let file: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'kc-etl-trust-'));
  file = join(place, '.kc-etl.yaml');
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

const run = (argv: string[] = [], env: Record<string, string> = {}) =>
  ran(
    ['config', 'show', ...argv],
    testDeps({ env: { XDG_CONFIG_HOME: join(place, 'home'), ...env }, cwd: () => place }),
  );

function project(mode = 0o644): void {
  writeFileSync(file, 'color: never\n');
  chmodSync(file, mode);
}

function userConfig(mode: number, key = 'tokenCommand'): string {
  const path = join(place, 'home', 'kc-etl', 'config.yaml');
  mkdirSync(join(place, 'home', 'kc-etl'), { recursive: true });
  writeFileSync(path, `profiles:\n  a:\n    ${key}: echo tok\n`);
  chmodSync(path, mode);
  return path;
}

/** Refused with these words, and used where the user accepts it. */
async function expectRefused(reason: string, remedy: string): Promise<void> {
  const { code, stdout, stderr } = await run();
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`is not used: ${reason}`);
  expect(stderr).toContain(remedy);
  expect(stderr).toContain('--config-trust (KC_ETL_CONFIG_TRUST=1)');
  expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  expect((await run(['--config-trust'])).code).toBe(0);
  expect((await run([], { KC_ETL_CONFIG_TRUST: '1' })).code).toBe(0);
  expect((await run([], { KC_ETL_CONFIG_TRUST: 'false' })).code).toBe(2);
}

describe.skipIf(process.platform === 'win32')("a project's settings", () => {
  test.each(['0400', '0600', '0644', '0755'])('mode %s is used', async (octal) => {
    project(Number.parseInt(octal, 8));
    expect(await run()).toMatchObject({ code: 0, stdout: expect.stringContaining('never') });
  });

  test.each(['0646', '0666', '0777'])('mode %s is refused', async (octal) => {
    project(Number.parseInt(octal, 8));
    await expectRefused(`others can write it (mode ${octal})`, `chmod go-w ${file}`);
  });

  test('a directory in which everybody can replace it is refused, unless it is sticky', async () => {
    project();
    chmodSync(place, 0o777);
    await expectRefused(`others can replace it: its directory ${place} has`, `chmod o-w ${place}`);
    chmodSync(place, 0o1777);
    expect((await run()).code).toBe(0);
  });

  test('a link is followed, and so is the trust in the directory behind it', async () => {
    const open = join(place, 'open');
    mkdirSync(open);
    writeFileSync(join(open, 'shared.yaml'), 'color: never\n');
    symlinkSync(join(open, 'shared.yaml'), file);
    expect((await run()).code).toBe(0);
    chmodSync(open, 0o777);
    await expectRefused(`others can replace it: its directory ${open} has`, `chmod o-w ${open}`);
  });

  test('no file can say that it is trusted', async () => {
    writeFileSync(file, 'configTrust: true\n');
    expect(await run()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'configTrust' is not a setting"),
    });
  });

  describe.runIf(isRoot)('as root', () => {
    test('of another user: refused, whatever its mode', async () => {
      project(0o400);
      chownSync(file, another, another);
      await expectRefused(
        `it belongs to another user (uid ${another})`,
        `chown -h "$(id -u)" ${file}`,
      );
    });

    test('a link of another user: refused', async () => {
      writeFileSync(join(place, 'mine.yaml'), 'color: never\n');
      symlinkSync(join(place, 'mine.yaml'), file);
      lchownSync(file, another, another);
      await expectRefused('the link belongs to another user', `chown -h "$(id -u)" ${file}`);
    });

    test('a group that writes it: refused where it is not the own one', async () => {
      project(0o664);
      expect((await run()).code).toBe(0);
      chownSync(file, 0, another);
      chmodSync(file, 0o664);
      await expectRefused('others can write it (mode 0664)', `chmod go-w ${file}`);
      chmodSync(file, 0o644);
      expect((await run()).code).toBe(0);
    });

    test("another user's accepted differences change no verdict", async () => {
      writeFileSync(file, 'accepted: []\n');
      chownSync(file, another, another);
      const { code, stdout, stderr } = await spawned(['audit', 'list', '--demo'], {}, place);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('.kc-etl.yaml is not used: it belongs to another user');
    });
  });
});

describe.skipIf(process.platform === 'win32')("a user's configuration", () => {
  test.each(['0620', '0602', '0666'])(
    'that names a command, of mode %s: refused',
    async (octal) => {
      const path = userConfig(Number.parseInt(octal, 8));
      await expectRefused(
        `others can write it (mode ${octal}), and a command in it would run (${path}:3: tokenCommand)`,
        `chmod go-w ${path}`,
      );
    },
  );

  test.each([
    ['0600', 'apiKeyCommand'],
    ['0644', 'tokenCommand'],
    ['0666', 'url'],
  ])('of mode %s with %s: used', async (octal, key) => {
    userConfig(Number.parseInt(octal, 8), key);
    expect((await run()).code).toBe(0);
  });
});

test.each([
  ['a FIFO', () => execFileSync('sh', ['-c', 'mkfifo -m 600 "$0"', file])],
  ['a directory', () => mkdirSync(file)],
])('%s in place of a file is refused, also where it is trusted', async (what, make) => {
  make();
  for (const argv of [[], ['--config-trust']]) {
    const { code, stderr } = await run(argv);
    expect(stderr).toContain(`${file} is ${what}`);
    expect(stderr).toMatch(/\nhint: .*\n$/);
    expect(code).toBe(2);
  }
});
