import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fixture } from '../support/fixtures.ts';
import { folder } from '../support/folder.ts';
import { type Handler, reply, serve } from '../support/server.ts';
import { spawned } from '../support/spawn.ts';

const log = JSON.parse(fixture('etl-log.json')) as { data: { counters: Record<string, number> } };
const audits = fixture('etl-audit.json');

/** A server in which a text stands wherever a server can say something. */
function saying(
  text: (headers: Parameters<Handler>[0]['headers']) => string,
): Promise<Awaited<ReturnType<typeof serve>>> {
  const quoted = (said: string) => JSON.stringify(said).slice(1, -1);
  return serve({
    '/model/etl/log': (request, response) => {
      const said = text(request.headers);
      const data = { ...log.data, counters: { [said]: 1, AssetSetSaved: 2 } };
      const events = [{ kind: said, time: '2022-06-03T17:07:54Z', metadata: { [said]: said } }];
      void reply(JSON.stringify({ code: 200, warning: said, data: { ...data, asset: events } }))(
        request,
        response,
      );
    },
    '/model/etl/audit': (request, response) =>
      reply(
        audits
          .replaceAll('cluster-one', quoted(text(request.headers)))
          .replace('"Description": ""', `"Description": "${quoted(text(request.headers))}"`),
      )(request, response),
    '*': (request, response) => reply(text(request.headers), 'text/plain', 500)(request, response),
  });
}

const auditFormats = [
  ...['table', 'wide', 'json', 'ndjson', 'yaml', 'csv', 'markdown'],
  ...['junit', 'sarif', 'github', 'prometheus', 'html'],
];

/** Every command line with its output, and the text of every file that it wrote. */
async function outputs(url: string, env: Record<string, string>) {
  using place = folder();
  for (const name of ['home', 'tmp']) mkdirSync(place.at(name));
  const own = { HOME: place.at('home'), TMPDIR: place.at('tmp'), COLUMNS: '100', ...env };
  const server = ['--url', `${url}/model`, '--retries', '0'];
  const lines = [
    [
      ...['audit', 'diff', '-v', ...server, '--record', place.at('recording')],
      ...auditFormats.flatMap((name) => ['--report', `${name}=${place.at(name)}`]),
    ],
    ...auditFormats.map((name) => ['audit', ...server, '-o', name]),
    ...['table', 'wide', 'json', 'ndjson', 'yaml', 'csv', 'markdown'].map((name) => [
      ...['events', ...server, '-o', name],
    ]),
    ['api', '/etl/log', ...server],
    ['api', '/nothing', ...server],
    ['doctor', ...server],
    ['config', 'show', '--sources', ...server],
    ['audit', 'run', '--engine', 'local', '--window', '2022-06-03', ...server],
  ];
  const results: { name: string; stdout: string; stderr: string }[] = [];
  for (const argv of lines) {
    const { stdout, stderr } = await spawned(argv, own, place.path);
    results.push({ name: argv.filter((word) => !server.includes(word)).join(' '), stdout, stderr });
  }
  const files = readdirSync(place.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ name, text: readFileSync(join(parentPath, name), 'utf8') }));
  return { results, files };
}

describe('secrets of hostile characters', () => {
  const password = `p<ä>&"w'%d+/=\\x节`;
  const key = `k<e>&y"s'%25+/=\\end-of-key-of-the-service`;
  const spellings = [password, key].flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encodeURIComponent(secret).toLowerCase(),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    secret.replaceAll('"', '""'),
    secret.replaceAll("'", "''"),
    Buffer.from(secret).toString('base64'),
  ]);
  // what no format escapes, in whatever way a table cuts it
  const plain = 'end-of-key-of-the-service';
  for (let at = 0; at + 12 <= plain.length; at++) spellings.push(plain.slice(at, at + 12));

  test('are in no output and in no file, whatever the format makes of them', async () => {
    await using server = await saying(({ authorization = '', 'x-api-key': apiKey }) => {
      const basic = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
      return `said ${basic} ${apiKey} ${authorization} ${encodeURIComponent(String(apiKey))}`;
    });
    const env = { KC_ETL_USER: `ann:${password}`, KC_ETL_API_KEY: key };
    const { results, files } = await outputs(server.url, env);
    expect(JSON.stringify(server.requests)).toContain(
      Buffer.from(`ann:${password}`).toString('base64'),
    );
    const texts = [
      ...results.flatMap(({ name, stdout, stderr }) => [
        { name: `stdout of ${name}`, text: stdout },
        { name: `stderr of ${name}`, text: stderr },
      ]),
      ...files,
    ];
    const leaks = texts.flatMap(({ name, text }) =>
      spellings.filter((spelling) => text.includes(spelling)).map((found) => `${name}: ${found}`),
    );
    expect(leaks).toEqual([]);
    expect(texts.filter(({ text }) => text.includes('[redacted]')).length).toBeGreaterThan(25);
  });
});

describe('text that would control the terminal or GitHub Actions', () => {
  const hostile =
    '::error::stolen ##[error]x \u001b[31mred\u009b2J\u007f\u202egpj.exe\u2066\u061c\r\n  ::add-mask::x\n##[group]y';

  test('is shown as text in every format, and keeps its value where the format can escape', async () => {
    await using server = await saying(() => hostile);
    const { results, files } = await outputs(server.url, { GITHUB_ACTIONS: 'true' });
    const unsafe =
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
    for (const { name, stdout, stderr } of results) {
      for (const text of [stdout, stderr]) {
        expect(text, name).not.toMatch(unsafe);
        const commands = text.split(/[\r\n]/).filter((line) => /^\s*::|##\[/.test(line));
        const meant = /^::(error|warning|notice) title=(?!.*##\[)/;
        const isGitHub = name.includes('-o github') && text === stdout;
        expect(
          commands.filter((line) => !(isGitHub && meant.test(line))),
          name,
        ).toEqual([]);
      }
    }
    for (const { name, text } of files.filter((file) => auditFormats.includes(file.name))) {
      expect(text, name).not.toMatch(unsafe);
    }
    const printed = (name: string) => results.find((one) => one.name === name)?.stdout ?? '';
    const { counters } = JSON.parse(printed('events -o json'));
    expect(Object.keys(counters)).toContain(hostile);
    expect(Object.keys(parse(printed('events -o yaml')).counters)).toContain(hostile);
    expect(Object.keys(JSON.parse(printed('api /etl/log')).data.counters)).toContain(hostile);
    const lines = printed('events -o ndjson').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).kind)).toContain(hostile);
  });

  test('the colours of kc-etl stay', async () => {
    await using server = await saying(() => hostile);
    const argv = ['audit', '--color', 'always', '--url', `${server.url}/model`];
    const { stdout } = await spawned(argv);
    expect(stdout).toContain('\u001b[');
  });
});
