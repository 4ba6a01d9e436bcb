import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { echoes, expectNoPart } from '../support/echoes.ts';
import { folder } from '../support/folder.ts';
import { reply, serve } from '../support/server.ts';
import { spawned } from '../support/spawn.ts';
import { pause } from '../support/waiting.ts';

const basic = { user: 'finops', password: 'c0rrect/horse:battery' };
const secrets = {
  token: `eyJhbGciOiJSUzI1NiJ9.${'c3ViOmt1YmVjb3N0'.repeat(40)}.c2lnbmVkIQ`,
  key: 'service-key-0815-4711',
  cookie: 'a-session-of-a-browser-0815',
  header: 'the-key-of-a-gateway-0815',
  password: basic.password,
  basic: Buffer.from(`${basic.user}:${basic.password}`).toString('base64'),
};

/** Every credential that a request can carry; of two that set one header the later is sent. */
const environments: Readonly<Record<string, Record<string, string>>> = {
  'a token, a key, a cookie and a header': {
    KC_ETL_TOKEN: secrets.token,
    KC_ETL_API_KEY: secrets.key,
    KC_ETL_COOKIE: `token=${secrets.cookie}`,
    KC_ETL_HEADER: `X-Team: ${secrets.header}`,
  },
  'user and password': { KC_ETL_USER: `${basic.user}:${basic.password}` },
};

const commands = [
  ['events', '-o', 'json'],
  ['audit', '-o', 'json'],
  ['api', '/clusterInfo'],
  ['doctor'],
];

/** The program with its temporary files, its home and its recording in one folder, and all it left there. */
async function recorded(argv: readonly string[], env: Record<string, string>) {
  using place = folder();
  for (const name of ['tmp', 'home']) mkdirSync(place.at(name));
  const own = { TMPDIR: place.at('tmp'), HOME: place.at('home'), ...env };
  const result = await spawned(
    [...argv, '-v', '--retries', '0', '--timeout', '2s', '--record', place.at('recording')],
    own,
    place.path,
  );
  const left = filesIn(place.path);
  return { ...result, left, text: [result.stdout, result.stderr, ...left.values()].join('\n') };
}

/** Every file under a directory, by its path in it, with the path in front of its text. */
function filesIn(directory: string): Map<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(directory.length + 1), `${path}\n${readFileSync(path, 'utf8')}`];
      }),
  );
}

describe.each(Object.keys(environments))('no recording or temporary file shows %s', (which) => {
  const env = environments[which] ?? {};

  test.each(Object.keys(echoes))('that the server repeats %s', async (where) => {
    await using server = await serve({ '*': echoes[where] ?? (() => {}) });
    const runs = await Promise.all(
      commands.map((argv) => recorded([...argv, '--url', `${server.url}/model`], env)),
    );
    const sent = JSON.stringify(server.requests.map(({ headers }) => headers));
    for (const value of Object.values(env)) {
      const carried = value.replace(/^X-Team: /, '');
      expect(sent).toContain(carried.startsWith(basic.user) ? secrets.basic : carried);
    }
    for (const { text, left } of runs) {
      expect([...left.keys()]).toContain('recording/recording.json');
      for (const secret of Object.values(secrets)) {
        expectNoPart(text, secret);
        expectNoPart(text, encodeURIComponent(secret));
      }
    }
  });
});

test('a secret that arrives in two pieces is shown in neither, nor kept', async () => {
  await using server = await serve({
    '*': async (request, response) => {
      const said = JSON.stringify(request.headers.authorization ?? '');
      response.writeHead(200).write(`{"code":200,"data":{"a":"${'x'.repeat(100_000)}","b":`);
      for (const part of [said.slice(0, 90), said.slice(90), '}}']) {
        await pause(50);
        response.write(part);
      }
      response.end();
    },
  });
  const env = { KC_ETL_TOKEN: secrets.token };
  const argv = ['api', '/clusterInfo', '--url', `${server.url}/model`];
  const kept = await recorded(argv, env);
  expect(kept.code).toBe(0);
  expectNoPart(kept.text, secrets.token);
  const shown = await spawned(argv, env);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('[redacted]');
  expectNoPart(shown.stdout, secrets.token);
});

test('a token from a file is in no recording', async () => {
  await using server = await serve({ '*': echoes['in a 401'] ?? reply('') });
  using place = folder();
  const file = place.write('token', secrets.token);
  const { text, code } = await recorded(
    ['events', '--token-file', file, '--url', `${server.url}/model`],
    {},
  );
  expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${secrets.token}`);
  expect(code).toBe(4);
  expectNoPart(text, secrets.token);
});
