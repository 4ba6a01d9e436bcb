import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ran, testDeps } from '../support/deps.ts';
import { replyData, serve } from '../support/server.ts';

let home: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kc-etl-config-'));
  mkdirSync(join(home, 'kc-etl'));
  mkdirSync(join(home, 'project', 'deep'), { recursive: true });
  file = join(home, 'kc-etl', 'config.yaml');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function configured(text: string, mode = 0o600): void {
  writeFileSync(file, text);
  chmodSync(file, mode);
}

const run = (argv: string[], env: Record<string, string> = {}, cwd = home) =>
  ran(
    argv,
    testDeps({
      env: { XDG_CONFIG_HOME: home, PATH: process.env['PATH'] ?? '', ...env },
      cwd: () => cwd,
    }),
  );

async function effective(argv: string[] = [], env = {}, cwd = home) {
  const { stdout } = await run(['config', 'show', '--sources', '-o', 'json', ...argv], env, cwd);
  const { settings } = JSON.parse(stdout) as {
    settings: { setting: string; value: string; source: string }[];
  };
  return new Map(settings.map(({ setting, ...rest }) => [setting, rest]));
}

describe('what wins', () => {
  test('flag over environment over profile, and config show says who', async () => {
    configured(
      'profile: a\nprofiles:\n  a:\n    timeout: 10s\n    retries: 7\n    url: http://a\n',
    );
    expect((await effective()).get('timeout')).toEqual({
      value: '10s',
      source: `${file}:4: timeout`,
    });
    const env = { KC_ETL_TIMEOUT: '20s' };
    expect((await effective([], env)).get('timeout')).toEqual({
      value: '20s',
      source: 'KC_ETL_TIMEOUT',
    });
    const flagged = await effective(['--timeout', '30s'], env);
    expect(flagged.get('timeout')).toEqual({ value: '30s', source: '--timeout' });
    expect(flagged.get('retries')).toEqual({ value: '7', source: `${file}:5: retries` });
  });

  test('a project over the profile that is used by default, a profile that is asked for over a project', async () => {
    configured('profile: a\nprofiles:\n  a:\n    timeout: 10s\n  b:\n    timeout: 20s\n');
    const cwd = join(home, 'project', 'deep');
    writeFileSync(join(home, 'project', '.kc-etl.yaml'), 'timeout: 15s\n');
    expect((await effective([], {}, cwd)).get('timeout')?.value).toBe('15s');
    expect((await effective(['--profile', 'b'], {}, cwd)).get('timeout')?.value).toBe('20s');
    expect((await effective([], {}, home)).get('timeout')?.value).toBe('10s');
  });

  test('secrets are not shown', async () => {
    configured(
      'profile: a\nprofiles:\n  a:\n    token: the-token-of-ann\n    url: http://ann:pa55-word@host\n',
    );
    const { stdout } = await run(['config', 'show', '--sources'], {
      KC_ETL_API_KEY: 'the-key-of-ann',
    });
    expect(stdout).toContain('[redacted]');
    expect(stdout).not.toMatch(/the-token-of-ann|the-key-of-ann|pa55-word/);
  });
});

describe('a file that is wrong names the line', () => {
  test.each([
    ['profiles:\n  a:\n    tiemout: 10s\n', "3: 'tiemout' is not a setting; did you mean timeout?"],
    ['profiles:\n  a:\n    quiet: sometimes\n', "3: 'quiet' must be true or false"],
    ['profiles:\n  a:\n    url: [a, b]\n', "3: 'url' must be a string"],
    ['profiles:\n  a:\n    url: \n', "3: 'url' must be a string"],
    ['profiles:\n  a: 7\n', "2: expected 'name: value' lines here"],
    ['url: http://a\n', "1: 'url' is not known here"],
    ['profiles:\n  a: b: c\n', '2: Nested mappings are not allowed'],
    ['profiles:\n  a:\n    commit: true\n', "3: 'commit' is not a setting"],
    ['profile: a\nprofiles:\n  a:\n    timeout: soon\n', "4: timeout: 'soon' is not a duration"],
    ['profiles:\n  a:\n    url: a\n    url: b\n', '4: Map keys must be unique'],
    ['profile: a\n---\nprofile: b\n', '2: a second document begins here'],
    ['['.repeat(50_000), '1: nested too deeply'],
  ])('%j', async (text, message) => {
    configured(text);
    const { code, stderr } = await run(['events']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`error: ${file}:${message}`),
    });
  });

  test.each([
    ['token: the-token-of-ann', "1: 'token' is a secret, and project settings are shared"],
    ['tokenCommand: cat /etc/passwd', "1: 'tokenCommand' decides what kc-etl trusts"],
    ['insecureSkipTlsVerify: true', "1: 'insecureSkipTlsVerify' decides what"],
    ['report: json=/tmp/x', "1: 'report' is not a setting"],
  ])('in a project: %s', async (text, message) => {
    writeFileSync(join(home, '.kc-etl.yaml'), `${text}\n`);
    const { code, stderr } = await run(['events']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(stderr).not.toContain('the-token-of-ann');
  });
});

test('others can read a secret: a warning', async () => {
  const text = 'profiles:\n  a:\n    token: the-token-of-ann\n';
  configured(text, 0o644);
  expect((await run(['config', 'list'])).stderr).toContain(
    `${file} holds a secret (line 3) and others can read it`,
  );
  configured(text, 0o600);
  expect((await run(['config', 'list'])).stderr).toBe('');
});

test('config use keeps what is written, and its permissions', async () => {
  configured(
    '# mine\nprofile: a\nprofiles:\n  a: {url: "http://a"} # first\n  b: {url: "http://b"}\n',
  );
  expect((await run(['config', 'use', 'b'])).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toMatch(/^# mine\nprofile: b\nprofiles:\n[\s\S]*# first/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const unknown = await run(['config', 'use', 'c']);
  expect(unknown).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("there is no profile 'c'"),
  });
});

describe("a profile's credentials", () => {
  const data = replyData({ allocation: [], asset: [], counters: {} });

  test('come from a command, and go to its own address only', async () => {
    await using own = await serve({ '/model/etl/log': data });
    await using other = await serve({ '/model/etl/log': data });
    configured(
      `profile: a\nprofiles:\n  a:\n    url: ${own.url}\n    tokenCommand: echo printed-token\n`,
    );
    expect((await run(['events'])).code).toBe(0);
    expect(own.requests.at(-1)?.headers.authorization).toBe('Bearer printed-token');
    const { code, stderr } = await run(['events', '--url', other.url]);
    expect(code).toBe(0);
    expect(other.requests.at(-1)?.headers.authorization).toBeUndefined();
    expect(stderr).toContain('it is configured for another host');
  });

  test('a command that fails is told, without what it printed', async () => {
    configured(
      'profile: a\nprofiles:\n  a:\n    url: http://127.0.0.1:1\n    tokenCommand: echo half-a-token; echo no luck >&2; exit 3\n',
    );
    const { code, stderr } = await run(['events']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the command ended with 3: no luck'),
    });
    expect(stderr).not.toContain('half-a-token');
  });

  test('a token of the environment does not go to an address that a project names', async () => {
    await using server = await serve({ '/model/etl/log': data });
    writeFileSync(join(home, '.kc-etl.yaml'), `url: ${server.url}\n`);
    const { code, stderr } = await run(['events'], { KC_ETL_TOKEN: 'the-token-of-ann' });
    expect(code).toBe(0);
    expect(server.requests.at(-1)?.headers.authorization).toBeUndefined();
    expect(stderr).toContain('KC_ETL_TOKEN is not sent to');
  });
});
