import { chmodSync, lstatSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { folder } from '../support/folder.ts';
import { freePort } from '../support/processes.ts';
import { replyData, serve } from '../support/server.ts';
import { spawned } from '../support/spawn.ts';

/** Reports about other programs, rebuilt for this one. */

const audits = { '*': replyData([]) };

describe('the address of a proxy that cannot be used shows no password', () => {
  // oven-sh/bun#42947, Keeper-Security/secrets-manager#1072, hmchangw/newchat#390
  test.each([
    ['a port that is none', 'http://user:s3cret-word@proxy.example.com:99999'],
    ['a slash in the password', 'http://user:s3cret/word@127.0.0.1:PORT'],
    ['no scheme', 'user:s3cret-word@127.0.0.1:PORT'],
    ['no scheme and a slash', 'user:s3cret/word@127.0.0.1:PORT'],
    ['a wrong escape', 'http://user:s3cret%zzword@127.0.0.1:PORT'],
    ['a blank', 'http://user:s3cret word@127.0.0.1:PORT'],
    ['a question mark', 'http://user:s3cret?word@127.0.0.1:PORT'],
    ['a number sign', 'http://user:s3cret#word@127.0.0.1:PORT'],
    ['another protocol', 'socks5://user:s3cret-word@127.0.0.1:PORT'],
  ])('%s', async (_, template) => {
    const proxy = template.replace('PORT', String(await freePort()));
    const argv = ['events', '-v', '--retries', '0', '--url', 'https://kubecost.example.com'];
    const { code, stdout, stderr } = await spawned(argv, { HTTPS_PROXY: proxy });
    expect(stderr).toMatch(/proxy/);
    expect(stdout + stderr).not.toMatch(/s3cret|word@|%zz/);
    expect([2, 3]).toContain(code);
  });
});

describe('--report to a file', () => {
  // agsaru/Repo2Readme#184, imbue-ai/mngr#1741
  test('that is read-only, through a link: the link and the mode stay, the content is new', async () => {
    using place = folder();
    await using server = await serve(audits);
    const path = place.write('report.json', 'old');
    chmodSync(path, 0o444);
    symlinkSync('report.json', place.at('link'));
    symlinkSync('link', place.at('link-to-link'));
    const argv = ['audit', '--url', server.url, '--report', `json=${place.at('link-to-link')}`];
    const { code, stderr } = await spawned(argv);
    expect({ code, error: /^error/m.test(stderr) }).toEqual({ code: 0, error: false });
    expect(JSON.parse(place.read('report.json'))).toHaveProperty('audits');
    expect(statSync(path).mode & 0o777).toBe(0o444);
    for (const [name, target] of [
      ['link', 'report.json'],
      ['link-to-link', 'link'],
    ] as const) {
      expect(lstatSync(place.at(name)).isSymbolicLink()).toBe(true);
      expect(readlinkSync(place.at(name))).toBe(target);
    }
  });

  // kuasar-io/kuasar#239, yvgude/lean-ctx#958
  test('next to temporary files of runs that were killed', async () => {
    using place = folder();
    await using server = await serve(audits);
    const left = [
      '.kc-etl-1.tmp',
      `.kc-etl-${process.pid}.tmp`,
      '.report.json.tmp',
      'report.json.tmp',
    ];
    for (const name of left) place.write(name, 'left');
    const argv = ['audit', '--url', server.url, '--report', `json=${place.at('report.json')}`];
    expect((await spawned(argv)).code).toBe(0);
    expect(place.names()).toEqual([...left, 'report.json'].sort());
    for (const name of left) expect(place.read(name)).toBe('left');
  });
});

// microcks/microcks-cli#265, exercism/cli#860
test('--verbose shows no token that a server issues, nor the one that was sent', async () => {
  await using server = await serve({
    '*': (_, response) =>
      void response
        .writeHead(200, {
          'content-type': 'application/json',
          'set-cookie': 'session=issued-by-the-server-0815; HttpOnly',
          'x-refreshed-token': 'refreshed-by-the-server-0815',
        })
        .end('{"code":200,"data":null,"access_token":"granted-by-the-server-0815"}'),
  });
  const argv = ['events', '-v', '--url', `${server.url}/model`];
  const { stderr } = await spawned(argv, { KC_ETL_TOKEN: 'sent-to-the-server-0815' });
  expect(server.requests[0]?.headers.authorization).toBe('Bearer sent-to-the-server-0815');
  expect(stderr).toContain('> GET ');
  expect(stderr).not.toContain('-by-the-server-0815');
  expect(stderr).not.toContain('sent-to-the-server-0815');
});

// logrotate/logrotate#166
test('a configuration that the own group can write is used, as a umask of 0007 leaves it', async () => {
  using place = folder();
  await using server = await serve(audits);
  const path = place.write('.kc-etl.yaml', 'auditFailOn: never\n');
  chmodSync(path, 0o660);
  chmodSync(place.path, 0o770);
  const { code, stderr } = await spawned(['audit', '--url', server.url], {}, place.path);
  expect(stderr).toContain('.kc-etl.yaml sets auditFailOn');
  expect(code).toBe(0);
  chmodSync(path, 0o662);
  expect((await spawned(['audit', '--url', server.url], {}, place.path)).code).toBe(2);
});
